#!/usr/bin/env python3
"""Checks the habits of the house that src/ROOMS does not draw. One line a fault, exit status 1.

  check_tidy.py [--no-compile] [root]

Each check is a function from a Tree to a list of faults and is listed in CHECKS.
"""
import concurrent.futures
import hashlib
import os
import re
import subprocess
import sys

import check_rooms
import gen_reference

CARD = ["Purpose", "Start at", "Depends on", "Threads and locks", "Durable state", "To extend",
        "Tests"]
CARD_LINES = 40
LINE_MAX = 100
FUNCTION_MAX = 60

# What only the ground floor, the adapter of the machine and rooms that adapt a library may say.
BANNED = {
    r"\bstd::(mutex|shared_mutex|recursive_mutex|lock_guard|unique_lock|scoped_lock)\b":
        "use alluxio::Mutex (base/mutex.h)",
    r"\bstd::(thread|jthread|async)\b": "use Executor or PeriodicTask (env/executor.h)",
    r"\bstd::chrono::\w+_clock::now\b": "use Clock (env/clock.h)",
    r"(?<![\w:.>])(rand|srand|random|drand48)\(|\bstd::(rand|mt19937\w*|random_device)\b":
        "use Rng (env/rng.h)",
    r"(?<![\w.>])(getenv|secure_getenv)\(|\bstd::getenv\b": "use conf/load_options.h",
    r"(?<![\w.>])::(open|openat|creat|fopen)\(|\bstd::[io]?fstream\b": "use Disk (env/disk.h)",
    r"(?<![\w.>])::socket\(": "use rpc/channel.h",
    r"\bstd::(cout|cerr)\b": "use cli/printer.h or LOG_*",
    r"\bsleep_for\(|(?<![\w.>])::?(u|nano)sleep\(": "wait on a CondVar or use PeriodicTask",
}
# Folders that adapt the machine or a library, or are the place a ban points to.
ADAPTING = ("base/", "env/posix/", "env/rng.cc", "rpc/", "ufs/local/", "conf/load_options.cc",
            "cli/printer", "app/")

# Rooms whose headers may show proto types. Sources may use them where ROOMS draws the door.
PROTO_ROOMS = ("wire/", "stub/", "journal/", "rpc/", "master/state/", "cli/tool/", "app/")

# Headers that are called after what they are about; their names are in many places by now.
FREELY_NAMED = ("src/rpc/service.h",)

MACHINE_PATH = re.compile(r"(?<![\w.])(/work/|/root/|/home/(?!me/|tester/)[a-z]+/)")
WEB_ENDINGS = (".ts", ".tsx", ".mjs", ".css", ".html")
TEXT_ENDINGS = (".cc", ".h", ".def", ".md", ".py", ".sh", ".cmake", ".txt", ".proto",
                ".template") + WEB_ENDINGS
WEB_FILE_MAX = 300
# What would let a text of a server become markup or script, or the compiler look away.
WEB_BANNED = {
    r"dangerouslySetInnerHTML|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write\b":
        "texts of a server are text only (webui/src/parts/name.tsx)",
    r"\beval\(|\bnew Function\(": "the servers' policy forbids it",
    r":\s*any\b|\bas any\b|<any>|@ts-(ignore|nocheck)": "say what type it is",
    r"[\"'(](https?:)?//(?!\[?\$\{|www\.w3\.org/|localhost\b|127\.0\.0\.1)[a-z]":
        "pages ask only the server they came from",
}
SKIPPED_FOLDERS = {".git", "build", "dist", "logs", "run", "journal_data", "node_modules", "target",
                   "underFSStorage", "metastore", "__pycache__"}


class Tree:
    """The files of a checkout, read once."""

    def __init__(self, root, compile_headers=True):
        self.root = root
        self.compile_headers = compile_headers
        self.files = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
            if folder == root:
                folders[:] = [f for f in folders if f not in ("blocks", "journal")]
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), root)
                if name.endswith(TEXT_ENDINGS) or path.startswith("bin/") or name == "UNTESTED":
                    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
                        self.files[path] = file.read()

    def under(self, folder, *endings):
        for path, text in self.files.items():
            if path.startswith(folder) and path.endswith(endings):
                yield path, text


def is_test(path):
    return (re.search(r"_(test|bench|fuzz)\.cc$|_fixture\.h$|_test_\w+\.h$", path)
            or path.startswith("tests/"))


def without_comments(text):
    """The text with comments and string contents blanked; line breaks stay."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"'
                       r"|'(?:\\.|[^'\\\n])+'", re.S)

    def blank(match):
        body = match.group(0)
        if body[0] == "'" and len(body) > 4:  # 1'000'000 is not a character
            return body
        keep = '""' if body[0] in "\"R" else ""
        return keep + "\n" * body.count("\n")
    return token.sub(blank, text)


def check_line_length(tree):
    return [f"{path}:{number}: {len(line)} columns, at most {LINE_MAX}"
            for path, text in tree.files.items()
            if path.endswith((".cc", ".h", ".def", ".py", ".sh", ".cmake"))
            for number, line in enumerate(text.split("\n"), 1) if len(line) > LINE_MAX]


def check_function_length(tree):
    """A function begins at a line that ends in '{' after ')' and ends where its brace closes."""
    faults = []
    start = re.compile(r"\)[\w\s:&>,<*()\[\]{}.\"]*\{\s*$")
    scope = re.compile(r"\b(namespace|class|struct|enum|union|extern)\b")
    for path, text in tree.under("src/", ".cc", ".h"):
        depth, open_at = 0, []  # open_at: (depth before the brace, line, is a function)
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            # Tests of GTest are functions too, but a table of cases may be long.
            function = bool(start.search(line)) and not scope.search(line)
            for i, char in enumerate(line):
                if char == "{":
                    inside = any(entry[2] for entry in open_at)
                    last = i == len(line.rstrip()) - 1
                    open_at.append((depth, number, function and last and not inside))
                    depth += 1
                elif char == "}" and open_at:
                    depth, began, was_function = open_at.pop()
                    length = number - began - 1
                    if was_function and length > FUNCTION_MAX and not is_test(path):
                        faults.append(f"{path}:{began}: function of {length} lines, at most "
                                      f"{FUNCTION_MAX}")
    return faults


def check_headers_alone(tree):
    """Every header compiles by itself; results are kept by content of what it includes of ours."""
    if not tree.compile_headers:
        return []
    generated = os.path.join(tree.root, "build", "release", "gen")
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")),
                         "alluxio", "headers")
    os.makedirs(cache, exist_ok=True)
    command = [os.environ.get("CXX", "g++"), "-std=c++20", "-fsyntax-only", "-x", "c++", "-Wall",
               "-Wextra", "-Werror", "-Wno-missing-field-initializers", "-Isrc", "-I.",
               "-isystem", generated, "-include"]

    def ours(path, seen):
        if path in seen or path not in tree.files:
            return
        seen.add(path)
        for name in re.findall(r'#include "([^"]+)"', tree.files[path]):
            ours("src/" + name, seen)

    def compile_one(path):
        seen = set()
        ours(path, seen)
        key = hashlib.sha256(repr([(p, tree.files[p]) for p in sorted(seen)] + command[:9])
                             .encode()).hexdigest()
        mark = os.path.join(cache, key)
        if os.path.exists(mark):
            return None
        done = subprocess.run(command + [path, os.devnull], cwd=tree.root, capture_output=True,
                              text=True)
        if done.returncode == 0:
            open(mark, "w").close()
            return None
        first = next((line for line in done.stderr.split("\n") if "error" in line), "fails")
        return f"{path}: does not compile alone: {first}"

    headers = [path for path, _ in tree.under("src/", ".h")]
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        return [fault for fault in pool.map(compile_one, headers) if fault]


def check_cards(tree):
    """A README card of at most 40 lines in every room, with the headings in their order."""
    faults = []
    rooms, _ = check_rooms.read_rooms(os.path.join(tree.root, "src"))
    for room in rooms:
        card = f"src/{room}/README.md"
        if room == "proto" or not any(tree.under(f"src/{room}/", ".cc", ".h")):
            continue
        text = tree.files.get(card)
        if text is None:
            faults.append(f"{card}: missing; every room has a card")
            continue
        if text.count("\n") > CARD_LINES:
            faults.append(f"{card}: {text.count(chr(10))} lines, at most {CARD_LINES}")
        at = 0
        for heading in CARD:
            found = re.compile(r"(^|\*\*|/ )[#* ]*" + heading, re.M).search(text, at)
            if not found:
                faults.append(f"{card}: lacks \"{heading}\", or it is not in its place")
                break
            at = found.end()
    return faults


def check_first_name(tree):
    """A type of x_y.h has x or y in its name; headers of functions only are named freely."""
    faults = []
    for path, text in tree.under("src/", ".h"):
        words = os.path.basename(path)[:-2].split("_")
        code = without_comments(text)
        types = re.findall(r"\b(?:class|struct|enum class|concept|using)\s+(?:\w+\([^)]*\)\s+)?"
                           r"(?:\[\[\w+\]\]\s+)?(\w+)(?!\s*;|\w)", code)
        wanted = "".join(words)
        near = [word.removesuffix("s") for word in words if len(word) > 2] or words
        if path in FREELY_NAMED or not types or wanted in code.lower().replace("_", ""):
            continue
        if not any(word in t.lower() for t in types for word in near):
            name = "".join(part.capitalize() for part in words)
            faults.append(f"{path}: declares no {name}, but {types[0]}")
    return faults


def check_banned_calls(tree):
    faults = []
    for path, text in tree.under("src/", ".cc", ".h"):
        inside = path[len("src/"):]
        if is_test(path) or inside.startswith(ADAPTING):
            continue
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            for pattern, instead in BANNED.items():
                found = re.search(pattern, line)
                if found:
                    faults.append(f"{path}:{number}: {found.group(0)}: {instead}")
    return faults


def check_proto_places(tree):
    faults = []
    for path, text in tree.under("src/", ".h"):
        inside = path[len("src/"):]
        if is_test(path) or inside.startswith(PROTO_ROOMS) or "/service/" in inside \
                or "_apply" in inside:
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith('#include "proto/'):
                faults.append(f"{path}:{number}: proto types stay in wire, stub, service, journal; "
                              "declare them forward")
    return faults


def check_library_headers(tree):
    """gRPC stays in rpc, and heavy libraries out of headers."""
    faults = []
    for path, text in tree.under("src/", ".cc", ".h"):
        for number, line in enumerate(text.split("\n"), 1):
            found = re.match(r"#include <((?:grpc|grpcpp|boost|spdlog)/[^>]+)>", line)
            if not found:
                continue
            if found.group(1).startswith("grpc") and not path.startswith("src/rpc/"):
                faults.append(f"{path}:{number}: gRPC headers stay in src/rpc")
            if path.endswith(".h") and "/internal/" not in path:
                faults.append(f"{path}:{number}: {found.group(1)} does not belong in a header")
    return faults


# What cmake/Precompiled.cmake would hide the lack of: {a header that has it: what it has}.
PRECOMPILED = {
    "algorithm": r"std::(sort|stable_sort|find_if|any_of|all_of|none_of|min_element|max_element|"
                 r"lower_bound|upper_bound|clamp|count_if|remove_if|unique|reverse|equal|fill)\b",
    "atomic": r"std::(atomic\b|atomic_|memory_order)",
    "cstdint": r"(?<![\w:])u?int(8|16|32|64)_t\b|\bU?INT(8|16|32|64)_M(AX|IN)\b",
    "cstring": r"std::mem(cpy|cmp|set|move|chr)\b|std::str(len|cmp|ncmp|error|chr)\b",
    "deque": r"std::deque\b",
    "functional": r"std::(function|hash)\b",
    "map": r"std::(map|multimap)\b",
    "memory": r"std::(unique_ptr|shared_ptr|weak_ptr|make_unique|make_shared)\b",
    "optional": r"std::(optional|nullopt)\b",
    "set": r"std::(set|multiset)\b",
    "span": r"std::span\b",
    "string": r"std::(string|to_string|stoi|stol)\b",
    "string_view": r"std::string_view\b",
    "unordered_map": r"std::unordered_map\b",
    "utility": r"std::(move|swap|exchange|pair|forward)\b",
    "vector": r"std::vector\b",
    "fmt/format.h": r"\bfmt::\w+",
    "absl/container/flat_hash_map.h": r"absl::flat_hash_map\b",
    "absl/functional/any_invocable.h": r"absl::AnyInvocable\b",
}
# Headers that come with others of the list.
BRINGS = {
    "fmt/core.h": ["fmt/format.h"], "fmt/ranges.h": ["fmt/format.h"],
    "algorithm": ["utility"], "string": ["string_view", "cstdint", "utility"],
    "vector": ["utility"], "map": ["utility"], "memory": ["utility", "cstdint"],
    "functional": ["utility", "memory"], "optional": ["utility"], "set": ["utility"],
    "deque": ["utility"], "unordered_map": ["utility"], "atomic": ["cstdint"],
    "array": ["utility"], "tuple": ["utility"], "list": ["utility"], "future": ["memory"],
    "gtest/gtest.h": ["memory", "string", "utility", "vector", "cstdint", "map", "set"],
    "gmock/gmock.h": ["memory", "string", "utility", "vector", "cstdint", "map", "set",
                      "functional", "algorithm"],
}


def check_own_includes(tree):
    """What a source names is in a header that it, or a header of ours that it sees, includes."""
    memo = {}

    def seen_by(path):
        if path not in memo:
            memo[path] = set()  # headers of ours cannot form a circle for long
            names = re.findall(r'^#include [<"]([^>"]+)[>"]', tree.files.get(path, ""), re.M)
            found = set(names)
            for name in names:
                found.update(BRINGS.get(name, []))
                inside = name if name.startswith("tests/") else "src/" + name
                if inside in tree.files:
                    found |= seen_by(inside)
                elif name.endswith(".pb.h"):
                    found.update(["string", "cstdint", "utility", "memory"])
            memo[path] = found
        return memo[path]

    faults = []
    for path, text in tree.under("src/", ".cc", ".h"):
        code = without_comments(text)
        for header, names in PRECOMPILED.items():
            found = re.search(names, code)
            if found and header not in seen_by(path):
                number = code.count("\n", 0, found.start()) + 1
                faults.append(f"{path}:{number}: {found.group(0)} without #include <{header}>")
    return faults


def headers_of_tests(tree):
    """{folder: headers that its tests include, themselves or through headers for tests}"""
    seen = {}
    for path, text in tree.under("src/", "_test.cc"):
        reached = seen.setdefault(os.path.dirname(path).removesuffix("/internal"), set())
        ahead = re.findall(r'#include "([^"]+)"', text)
        while ahead:
            name = ahead.pop()
            name = name if name.startswith("tests/") else "src/" + name
            if name not in reached:
                reached.add(name)
                if is_test(name):
                    ahead += re.findall(r'#include "([^"]+)"', tree.files.get(name, ""))
    return seen


def check_tests_beside(tree):
    """foo.cc has foo_test.cc beside it, or a test beside it that includes the header it is of.

    That header is foo.h, or the first one it includes when several sources share a header.
    """
    excused = {}
    for line in tree.files.get("tests/UNTESTED", "").split("\n"):
        if line.strip() and not line.startswith("#"):
            name, _, reason = line.partition(":")
            excused[name.strip()] = reason.strip()
    faults = [f"tests/UNTESTED: {name}: a reason is needed" for name, reason in excused.items()
              if not reason]
    faults += [f"tests/UNTESTED: {name} does not exist" for name in excused
               if name not in tree.files]
    faults += [f"tests/UNTESTED: {name}: names {suite}, which does not exist"
               for name, reason in excused.items()
               for suite in re.findall(r"[\w/.]+_test\.(?:cc|py)", reason)
               if suite not in tree.files]
    seen = headers_of_tests(tree)
    for path, text in tree.under("src/", ".cc"):
        if is_test(path) or path.endswith("_main.cc"):
            continue
        first = re.search(r'#include "([^"]+)"', text)
        own = {path[:-3] + ".h"} | ({"src/" + first.group(1)} if first else set())
        beside = seen.get(os.path.dirname(path).removesuffix("/internal"), set())
        named = path[:-3] + "_test.cc" in tree.files
        tested = named or own & beside
        if named and path in excused:
            faults.append(f"tests/UNTESTED: {path} has a test by now")
        if not tested and path not in excused:
            faults.append(f"{path}: no {os.path.basename(path)[:-3]}_test.cc beside it and no line "
                          "in tests/UNTESTED")
    return faults


def check_keys(tree):
    """A property that code reads is in the tables of src/conf/keys and marked Works there."""
    rows = {}
    for path, text in tree.under("src/conf/keys/", ".def"):
        for name, effect in re.findall(r'\w+\("([^"]+)",[^()]*?(Works|Inert)\)', text):
            rows[name.replace("{N}", "{}")] = effect
    for old, name in re.findall(r'ALIAS\("([^"]+)",\s*"([^"]+)"\)',
                                tree.files.get("src/conf/keys/aliases.def", "")):
        rows[old] = rows.get(name, "Inert")
    known = set(rows)
    faults = []
    for path, text in tree.under("src/", ".cc", ".h"):
        if path.startswith(("src/conf/", "src/rpc/internal/",
                            "src/job/plan/")) or is_test(path):
            continue
        for name in sorted(set(re.findall(r'"((?:alluxio|fs|s3a)(?:\.[\w{}-]+)+)"', text))):
            if name.startswith("alluxio.") and "alluxio.grpc" not in name:
                digits = re.sub(r"level\d", "level{}", name)
                effect = rows.get(name, rows.get(digits))
                holes = re.compile(re.escape(name).replace(r"\{\}", r"[\w.{}-]+"))
                if effect is None and not any(holes.match(k) for k in known):
                    faults.append(f"{path}: {name} is in no table of src/conf/keys")
                elif effect == "Inert":
                    faults.append(f"{path}: {name} is marked Inert in src/conf/keys")
    return faults


def check_reference(tree):
    """The page of properties is what the tables say."""
    if "src/conf/keys/master.def" in tree.files and gen_reference.is_stale(tree.root):
        return [f"{gen_reference.PAGE}: not what src/conf/keys says; run tools/gen_reference.py"]
    return []


def check_links(tree):
    faults = []
    for path, text in tree.under("", ".md"):
        prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", prose):
            target = target.split("#")[0]
            if not target or re.match(r"[a-z]+:", target):
                continue
            if not os.path.exists(os.path.join(tree.root, os.path.dirname(path), target)):
                faults.append(f"{path}: links to {target}, which does not exist")
    return faults


def check_machine_paths(tree):
    return [f"{path}:{number}: {found.group(0)} is a place on one machine"
            for path, text in tree.files.items() if not path.startswith("tools/check_tidy")
            for number, line in enumerate(text.split("\n"), 1)
            for found in [MACHINE_PATH.search(line)] if found]


def check_class_names(tree):
    faults = []
    vague = re.compile(r"\b(?:class|struct)\s+(?:\w+\(.*?\)\s+)?"
                       r"(\w*(?:Util|Helper|Manager|Impl|Misc)s?|Handler|Common|Base)\b")
    for path, text in tree.under("src/", ".cc", ".h"):
        for number, line in enumerate(without_comments(text).split("\n"), 1):
            found = vague.search(line)
            if found:
                faults.append(f"{path}:{number}: {found.group(1)} is a vague name")
    return faults


def check_web_pages(tree):
    faults = []
    for path, text in tree.under("webui/", *WEB_ENDINGS):
        lines = text.split("\n")
        if len(lines) > WEB_FILE_MAX:
            faults.append(f"{path}: {len(lines)} lines, at most {WEB_FILE_MAX}")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_MAX:
                faults.append(f"{path}:{number}: {len(line)} columns, at most {LINE_MAX}")
            for pattern, advice in WEB_BANNED.items():
                if path.startswith("webui/src/") and re.search(pattern, line):
                    faults.append(f"{path}:{number}: {line.strip()}: {advice}")
    return faults


CHECKS = [check_line_length, check_function_length, check_headers_alone, check_cards,
          check_first_name, check_banned_calls, check_proto_places, check_library_headers,
          check_own_includes, check_tests_beside, check_keys, check_reference, check_links,
          check_machine_paths, check_class_names, check_web_pages]


def main(arguments):
    roots = [a for a in arguments if not a.startswith("-")]
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    tree = Tree(os.path.normpath(roots[0] if roots else here), "--no-compile" not in arguments)
    faults = []
    for check in CHECKS:
        faults += check(tree)
    print("\n".join(faults) or f"ok: {len(CHECKS)} checks of {len(tree.files)} files")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
