"""The speed of the standard library: each case beside CPython 3.14 in one run.

A file of this folder named *_cases.py measures one part of the library. It runs behind runner.py, in a process of its own,
under each interpreter in turn, as often as there are rounds; the best time of each counts. Both interpreters must compute the
same."""

import glob
import math
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT_MEAN, LIMIT_EACH = 1.0, 1.6


def run_cases(command, path):
    """{name: (seconds, result)} or None when the program fails."""
    done = subprocess.run([*command, path], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        print(f"{' '.join(command)}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-800:]}", file=sys.stderr)
        return None
    rows = (line.split("\t") for line in done.stdout.splitlines())
    return {name: (float(seconds), result) for name, seconds, result in rows}


def keep_best(best, measured):
    for name, (seconds, result) in measured.items():
        if name not in best or seconds < best[name][0]:
            best[name] = (seconds, result)


def compare_file(path, interpreter, reference, rounds):
    """Yields (name, our seconds, their seconds, same result)."""
    with open(os.path.join(HERE, "runner.py"), encoding="utf-8") as front, open(path, encoding="utf-8") as back:
        source = front.read() + back.read()
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, os.path.basename(path))
        with open(program, "w", encoding="utf-8") as out:
            out.write(source)
        ours, theirs = {}, {}
        for _ in range(rounds):
            for command, best in ((interpreter, ours), (reference, theirs)):
                measured = run_cases(command, program)
                if measured is None:
                    yield "(all)", math.inf, 1.0, False
                    return
                keep_best(best, measured)
    for name, (seconds, result) in theirs.items():
        mine = ours.get(name, (math.inf, None))
        yield name, mine[0], seconds, mine[1] == result


def compare_library(names, interpreter, reference, rounds):
    """Prints the table and returns {"part: case": ratio}; infinite where a case fails or computes something else."""
    ratios = {}
    print(f"{'library':<34}{'hognose':>10}{'CPython':>10}{'ratio':>8}")
    for path in sorted(glob.glob(os.path.join(HERE, "*_cases.py"))):
        part = os.path.basename(path).removesuffix("_cases.py")
        if names and part not in names:
            continue
        for name, ours, theirs, same in compare_file(path, interpreter, reference, rounds):
            ratio = ours / theirs if same else math.inf
            ratios[f"{part}: {name}"] = ratio
            mark = "" if same else "  computes something else"
            mark = mark or ("  too slow" if ratio > LIMIT_EACH else "")
            print(f"{part + ': ' + name:<34}{ours * 1000:>8.2f}ms{theirs * 1000:>8.2f}ms{ratio:>8.2f}{mark}", flush=True)
    if ratios:
        worst = max(ratios, key=ratios.get)
        print(f"{'geometric mean':<54}{mean_of(ratios):>8.2f}")
        print(f"{'worst: ' + worst:<54}{ratios[worst]:>8.2f}")
    return ratios


def mean_of(ratios):
    return math.exp(sum(math.log(ratio) for ratio in ratios.values()) / len(ratios))


def is_good(ratios):
    return mean_of(ratios) <= LIMIT_MEAN and max(ratios.values()) <= LIMIT_EACH
