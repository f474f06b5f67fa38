#!/usr/bin/env python3
"""Compares wall time with CPython 3.14, program by program, both measured in the same run.

    bench/run.py [--interpreter PATH] [--rounds 3] [--check] [NAME... | library [PART...]]

Each round runs every program once under each interpreter, alternating, so that a slow minute of the machine hits both;
the best of the rounds counts. A program checks its own result and must exit with 0. --check fails (exit code 1) when the
geometric mean is above 1.0, a program above 1.8, or the start-up above 0.5 of CPython's. `library` compares the standard
library instead (bench/library); without names, everything is compared.
"""

import argparse
import glob
import json
import math
import os
import subprocess
import sys
import tempfile
import time

from library import table

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
REFERENCES = (os.environ.get("HOGNOSE_REFERENCE", ""), "/opt/cpython314/python3.14", os.path.join(TOP, "build/deps/cpython314/python3.14"))
LIMIT_MEAN, LIMIT_EACH, LIMIT_START = 1.0, 1.8, 0.5


def run(command):
    """Seconds of wall time, or None when the program fails."""
    started = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        print(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout.decode(errors='replace')[-800:]}", file=sys.stderr)
        return None
    return seconds


def best(commands, rounds):
    """The best time of each command, the commands taking turns."""
    times = [[] for _ in commands]
    for _ in range(rounds):
        for command, list_of_times in zip(commands, times):
            list_of_times.append(run(command))
    return [None if None in found else min(found) for found in times]


def compare_programs(names, interpreter, reference, flags, rounds):
    ratios = {}
    print(f"{'program':<18}{'hognose':>10}{'CPython':>10}{'ratio':>8}")
    for path in sorted(glob.glob(os.path.join(HERE, "*.py"))):
        name = os.path.basename(path)[:-3]
        if name == "run" or (names and name not in names):
            continue
        ours, theirs = best([[interpreter, *flags, path], [reference, path]], rounds)
        if ours is None or theirs is None:
            ratios[name] = math.inf
            print(f"{name:<18}{'failed':>10}")
            continue
        ratios[name] = ours / theirs
        print(f"{name:<18}{ours:>9.3f}s{theirs:>9.3f}s{ratios[name]:>8.2f}", flush=True)
    return ratios


def compare_startup(interpreter, reference, rounds):
    ratios = {}
    with tempfile.NamedTemporaryFile("w", suffix=".py") as empty:
        commands = {"host": [interpreter, empty.name], "sandbox": [interpreter, "--sandbox", empty.name]}
        times = best([[reference, empty.name], *commands.values()], rounds * 7)
    for mode, seconds in zip(commands, times[1:]):
        ratios[mode] = math.inf if seconds is None or times[0] is None else seconds / times[0]
        shown = "failed" if seconds is None else f"{seconds * 1000:.1f} ms"
        print(f"start-up, {mode:<8}{shown:>10}{(times[0] or 0) * 1000:>7.1f} ms{ratios[mode]:>8.2f}")
    return ratios


def write_json(path, measured):
    if path:
        with open(path, "w", encoding="utf-8") as out:
            json.dump(measured, out, indent=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--interpreter", default=os.path.join(TOP, "build/release/hognose"))
    parser.add_argument("--sandbox", action="store_true", help="measure the programs in sandbox mode")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", help="write the ratios there")
    arguments = parser.parse_args()
    reference = next((path for path in REFERENCES if path and os.access(path, os.X_OK)), None)
    if reference is None:
        sys.exit("bench: no CPython 3.14 here (tools/fetch_reference.sh)")
    if not os.access(arguments.interpreter, os.X_OK):
        sys.exit(f"bench: no interpreter at {arguments.interpreter}")
    flags = ["--sandbox"] if arguments.sandbox else []
    if arguments.names[:1] == ["library"]:
        library = table.compare_library(arguments.names[1:], [arguments.interpreter, *flags], [reference], arguments.rounds)
        if not library:
            sys.exit("bench: no such part of the library")
        write_json(arguments.json, {"library": library})
        if arguments.check and not table.is_good(library):
            sys.exit(1)
        return
    ratios = compare_programs(arguments.names, arguments.interpreter, reference, flags, arguments.rounds)
    if not ratios:
        sys.exit("bench: no such program")
    mean = math.exp(sum(math.log(ratio) for ratio in ratios.values()) / len(ratios))
    print(f"{'geometric mean':<38}{mean:>8.2f}")
    starts = {} if arguments.names else compare_startup(arguments.interpreter, reference, arguments.rounds)
    library = {} if arguments.names else table.compare_library([], [arguments.interpreter, *flags], [reference], arguments.rounds)
    write_json(arguments.json, {"programs": ratios, "mean": mean, "startup": starts, "library": library})
    good = not library or table.is_good(library)
    good = good and mean <= LIMIT_MEAN and max(ratios.values()) <= LIMIT_EACH and max(starts.values(), default=0) <= LIMIT_START
    if arguments.check and not good:
        sys.exit(1)


main()
