#!/usr/bin/env python3
"""Writes docs/reference/properties.md from the tables of src/conf/keys.

  gen_reference.py [--check]      --check: exit status 1 when the page is not what the tables say
"""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join("docs", "reference", "properties.md")
OWNERS = [("master", "alluxio.master.*"), ("worker", "alluxio.worker.*"),
          ("user", "alluxio.user.*"), ("house", "folders, security, network, metrics and the rest"),
          ("underfs", "under stores"), ("own", "additions: not in Alluxio 2.9"),
          ("job", "alluxio.job.*"), ("fuse", "alluxio.fuse.*"),
          ("templates", "names with a part that varies")]
ROW = re.compile(r'^(KEY|SECRET|CHOICE)\(\s*"([^"]+)",\s*(?:"((?:[^"\\]|\\.)*)"|(k\w+)),\s*'
                 r'((?:"(?:[^"\\]|\\.)*"\s*)+),\s*k(\w+)(?:,\s*(Works|Inert))?\)', re.M)
HELP = re.compile(r'^(?:HELP|INERT)\(\s*"([^"]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', re.M)
HELP_FILES = ("help", "help_master", "help_underfs", "help_user", "help_worker")
HEAD = """# Properties

Written by `tools/gen_reference.py` from `src/conf/keys`; do not edit. Names and defaults are
Alluxio 2.9's; where a default differs, [DIFFERENCES](../DIFFERENCES.md) says why.
`alluxio.network.transport` is ours: `LEAN` carries the calls of servers and of our own clients on
an HTTP/2 engine of ours, `GRPC` on gRPC C++; peers see no difference but in speed. "inert" means
known, checked and shown, but without effect here. Scope: which processes read it. A default that
begins with `computed:` depends on the machine.
"""


def texts(root, files):
    found = {}
    for name in files:
        with open(os.path.join(root, "src", "conf", "keys", name + ".def")) as file:
            for key, text in HELP.findall(file.read()):
                found[key] = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
    return found


def reason(inert, name):
    return inert[max((p for p in inert if name.startswith(p)), key=len)]


def rows(text):
    for kind, name, words, kind_of_value, value, scope, effect in ROW.findall(text):
        form = words.replace("|", " ") if kind == "CHOICE" else kind_of_value[1:].lower()
        value = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', value))
        yield name, form + (" (masked)" if kind == "SECRET" else ""), value, scope.lower(), effect


def page(root):
    lines = [HEAD]
    helps, inert = texts(root, HELP_FILES), texts(root, ["inert"])
    for owner, title in OWNERS:
        with open(os.path.join(root, "src", "conf", "keys", owner + ".def")) as file:
            text = file.read()
        found = list(rows(text))
        expected = len(re.findall(r"^(?:KEY|SECRET|CHOICE)\(", text, re.M))
        if len(found) != expected:
            raise SystemExit(f"{owner}.def: {expected} rows, {len(found)} understood")
        lines += [f"## {title}", "", "| name | form | default | scope | what it does |",
                  "|---|---|---|---|---|"]
        for name, form, value, scope, effect in found:
            shown = f"`{value}`".replace("|", "\\|") if value else ""
            text = helps[name] if effect == "Works" else "inert: " + reason(inert, name)
            lines.append(f"| `{name}` | {form} | {shown} | {scope} | {text} |")
        lines.append("")
    return "\n".join(lines)


def is_stale(root):
    path = os.path.join(root, PAGE)
    if not os.path.exists(path):
        return True
    with open(path) as file:
        return file.read() != page(root)


def main(arguments):
    if "--check" in arguments:
        if is_stale(ROOT):
            print(f"{PAGE}: not what src/conf/keys says; run tools/gen_reference.py")
        return int(is_stale(ROOT))
    os.makedirs(os.path.dirname(os.path.join(ROOT, PAGE)), exist_ok=True)
    with open(os.path.join(ROOT, PAGE), "w") as file:
        file.write(page(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
