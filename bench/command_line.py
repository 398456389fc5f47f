"""The words after a bench script's name: rows, options, settings. What it does not know it refuses,
with what it knows and exit code 2: a benchmark runs for minutes, so a slip must not start one."""
import sys


def refuse(text, known):
    print("%s: %s\nknown: %s" % (sys.argv[0], text, " ".join(known)), file=sys.stderr)
    sys.exit(2)


def answer_questions(doc, names):
    """--help and -h print the usage, --list the names: nothing runs then."""
    if "--help" in sys.argv[1:] or "-h" in sys.argv[1:]:
        print(doc.strip())
        sys.exit(0)
    if "--list" in sys.argv[1:]:
        print("\n".join(names))
        sys.exit(0)


def chosen(doc, names, options=()):
    """(the names among the words, the options among them)."""
    answer_questions(doc, names)
    words = sys.argv[1:]
    for word in words:
        if word not in names and word not in options:
            refuse("no such %s: %s" % ("option" if word.startswith("-") else "row", word),
                   [*names, *options])
    return [w for w in words if w in names], [w for w in words if w in options]


def settings(doc, names):
    """{name: value} of words like name=value."""
    answer_questions(doc, [name + "=" for name in names])
    given = {}
    for word in sys.argv[1:]:
        name, equals, value = word.partition("=")
        if not equals or name not in names:
            refuse("no such setting: " + word, [n + "=" for n in names])
        given[name] = value
    return given
