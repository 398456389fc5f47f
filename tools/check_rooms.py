#!/usr/bin/env python3
"""Checks that src/ is built as src/ROOMS draws it: doors, ranks, file sizes, names.

Prints one line a fault and exits with 1 when there is one. With --unused it also names doors that
are drawn and never used.
"""
import os
import re
import sys

LINES_MAX = {".cc": 600, ".h": 300, ".def": 600}
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|misc|manager|handler|impl|base|stuff)(_|\.|$)")
FOUNDATION = "base env conf metrics"
LIBRARIES = ("absl/",)  # that are included with quotes, as their own headers do
INCLUDE = re.compile(r'#include "([^"]+)"')


def read_rooms(src):
    """({room: (rank, doors)}, faults)"""
    rooms, named, faults = {}, [], []
    with open(os.path.join(src, "ROOMS")) as plan:
        for number, line in enumerate(plan, 1):
            body = line.split("#")[0].strip()
            if not body:
                continue
            head, doors = body.replace("~", FOUNDATION).split("=")
            rank, name = head.split()
            if name in rooms:
                faults.append(f"ROOMS:{number}: {name} comes twice")
            rooms[name] = (int(rank), doors.split())
            named.append((number, name))
    for number, name in named:
        rank, doors = rooms[name]
        for door in doors:
            if door not in rooms:
                faults.append(f"ROOMS:{number}: {name} names an unknown room {door}")
            elif rooms[door][0] >= rank:
                faults.append(f"ROOMS:{number}: {name} ({rank}) may not look up at {door} "
                              f"({rooms[door][0]})")
    return rooms, faults


def room_of(path, rooms):
    """The nearest folder around `path` that ROOMS lists; "" when there is none."""
    folder = os.path.dirname(path)
    while folder and folder not in rooms:
        folder = os.path.dirname(folder)
    return folder


def sources(src):
    for folder, folders, names in os.walk(src):
        folders.sort()
        for name in sorted(names):
            if os.path.splitext(name)[1] in LINES_MAX:
                yield os.path.relpath(os.path.join(folder, name), src)


def check_shape(path, text):
    faults = []
    stem, ext = os.path.splitext(os.path.basename(path))
    lines = text.count("\n")
    if lines > LINES_MAX[ext] and not stem.endswith("_test"):
        faults.append(f"{path}: {lines} lines, at most {LINES_MAX[ext]}")
    folders = [part for part in os.path.dirname(path).split("/") if part != "base"]
    if any(VAGUE.search(part) for part in [os.path.basename(path)] + folders):
        faults.append(f"{path}: vague name")
    return faults


def check_includes(path, text, room, rooms, used):
    faults = []
    # Headers for the tests of one room are called x_fixture.h or x_test_y.h.
    is_test = re.search(r"_test\.cc$|_fixture\.h$|_test_\w+\.h$", path)
    for number, line in enumerate(text.split("\n"), 1):
        include = INCLUDE.match(line)
        if not include or is_test or include.group(1).startswith(LIBRARIES):
            continue
        target = room_of(include.group(1), rooms)
        if not target and include.group(1).startswith("tests/"):
            faults.append(f"{path}:{number}: product files never see tests")
            continue
        if target == room:
            continue
        if "/internal/" in include.group(1):
            faults.append(f"{path}:{number}: {include.group(1)} is private to {target}")
        if target not in rooms[room][1]:
            faults.append(f"{path}:{number}: {room} may not include {target or include.group(1)}")
        used[room].add(target)
    return faults


def check(src, unused=False):
    rooms, faults = read_rooms(src)
    used = {name: set() for name in rooms}
    for path in sources(src):
        with open(os.path.join(src, path), encoding="utf-8") as file:
            text = file.read()
        room = room_of(path, rooms)
        if not room:
            faults.append(f"{path}: no such room in ROOMS")
            continue
        faults += check_shape(path, text)
        faults += check_includes(path, text, room, rooms, used)
    if unused:
        for name, (_, doors) in rooms.items():
            if os.path.isdir(os.path.join(src, name)):
                faults += [f"ROOMS: {name} never uses {door}" for door in set(doors) - used[name]]
    return faults


def main(arguments):
    folders = [a for a in arguments if not a.startswith("-")]
    src = folders[0] if folders else os.path.join(os.path.dirname(__file__), "..", "src")
    faults = check(src, "--unused" in arguments)
    rooms, _ = read_rooms(src)
    doors = sum(len(doors) for _, doors in rooms.values())
    print("\n".join(faults) or f"ok: {len(rooms)} rooms, {doors} doors")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
