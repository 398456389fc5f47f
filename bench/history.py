#!/usr/bin/env python3
"""The kept results of `make bench`, docs/bench/results.jsonl: one JSON line a row and commit.

  history.py           draws docs/bench/ratios.svg and docs/bench/history.svg (needs gnuplot)
  bench.py --keep      adds what it measured and draws them anew

Every run is compared with the newest kept line of its row. Times are noisy on shared machines, so
only a quarter and more is called slower.
"""
import json
import os
import re
import subprocess

import command_line

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "docs", "bench")
KEPT = os.path.join(FOLDER, "results.jsonl")
FIELDS = ("date", "commit", "row", "ours", "unit", "java", "ratio", "limit", "floor",
          "cpu_us_ours", "cpu_us_java")
SLOWER = 1.25
DRAWN = ("getstatus64", "create64", "list10k")  # with a history of CPU an operation


def kept():
    if not os.path.exists(KEPT):
        return []
    with open(KEPT) as lines:
        return [json.loads(line) for line in lines if line.strip()]


def newest(results):
    return {result["row"]: result for result in results}


def keep(results, date):
    """Adds the results of one run, without their details."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(KEPT, "a") as out:
        for result in results:
            line = {"date": date, **result}
            out.write(json.dumps({key: line[key] for key in FIELDS if line.get(key) is not None})
                      + "\n")


def slower(result, before):
    """Why a result is worse than the kept one, or ""."""
    if before is None:
        return ""
    reasons = []
    cpu = (result.get("cpu_us_ours"), before.get("cpu_us_ours"))
    if all(cpu) and cpu[0] > cpu[1] * SLOWER:
        reasons.append("CPU an operation %.3g us, was %.3g" % cpu)
    ratio = (result.get("ratio"), before.get("ratio"))
    if all(ratio) and ratio[0] * SLOWER < ratio[1]:
        reasons.append("%.3gx, was %.3gx" % ratio)
    if not reasons:
        return ""
    return "slower: %s: %s in %s of %s" % (result["row"], ", ".join(reasons), before["commit"],
                                           before["date"])


def floor_of(result):
    """The number of "6x ..." or of "a tenth", else None."""
    found = re.match(r"([\d.]+)x", result.get("floor", ""))
    if found:
        return float(found.group(1))
    return 10.0 if result.get("floor") == "a tenth" else None


def gnuplot(script):
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def block(name, lines):
    return "$%s << END\n%s\nEND\n" % (name, "\n".join(lines))


def draw_ratios(results):
    rows = [r for r in newest(results).values() if r.get("ratio") and r.get("java")]
    bars = ['"%s" %g' % (r["row"].replace("_", " "), r["ratio"]) for r in rows]
    floors = ["%d %g" % (i, floor_of(r)) for i, r in enumerate(rows) if floor_of(r)]
    gnuplot(block("bars", bars) + block("floors", floors) + """
set terminal svg size 960,420 font "sans-serif,12" background "white"
set output "%s"
set rmargin 8
set title "Ours against Java 2.9.6, newest kept result of each row"
set logscale y
set yrange [0.5:*]
set ylabel "times"
set xtics rotate by -40 nomirror
set grid ytics
set style fill solid 0.7
set boxwidth 0.7
plot $bars using 0:2:xtic(1) with boxes lc rgb "#3465a4" title "reached", \\
     $floors using 1:2 with points pt 9 ps 1.2 lc rgb "#cc0000" title "floor"
""" % os.path.join(FOLDER, "ratios.svg"))


def draw_history(results):
    script, plots = "", []
    for number, row in enumerate(DRAWN):
        points = [r for r in results if r["row"] == row and "cpu_us_ours" in r]
        for side, color in (("ours", "#3465a4"), ("java", "#cc0000")):
            name = "h%d%s" % (number, side)
            script += block(name, ['%d "%s" %g' % (i, r["commit"], r["cpu_us_" + side])
                                   for i, r in enumerate(points)])
            plots.append((row, name, side, color))
    script += """
set terminal svg size 960,320 font "sans-serif,11" background "white"
set output "%s"
set multiplot layout 1,%d title "Server CPU of an operation, microseconds, by commit"
set logscale y
set yrange [0.1:1000]
set grid ytics
set xtics rotate by -40 nomirror
set key top right
""" % (os.path.join(FOLDER, "history.svg"), len(DRAWN))
    for row in DRAWN:
        script += 'set title "%s"\nplot ' % row + ", ".join(
            '$%s using 1:3:xtic(2) with linespoints pt 7 lc rgb "%s" title "%s"'
            % (name, color, side) for of, name, side, color in plots if of == row) + "\n"
    gnuplot(script + "unset multiplot\n")


def draw():
    results = kept()
    draw_ratios(results)
    draw_history(results)


if __name__ == "__main__":
    command_line.chosen(__doc__, ())
    draw()
