#!/usr/bin/env python3
"""./dev lint: clang-format, the house rules, and clang-tidy. Usage: lint.py [--fix] [--rules] [--tidy] [FILE...]

--fix formats in place, --rules checks only the house rules, --tidy runs clang-tidy too (slow; on the FILEs, or on all).
Ends with 'N passed, N failed', counting files.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEAVY = re.compile(r"^\s*#\s*include\s*<(iostream|functional|regex|map|ranges|format|fstream|sstream)>", re.M)
MARKERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SYSTEM = re.compile(r"^\s*#\s*include\s*<(unistd\.h|fcntl\.h|sys/(?!types\.h)\w+\.h|stdio\.h|cstdio|dlfcn\.h|pthread\.h|signal\.h|time\.h|ctime|chrono|thread|mutex|fstream|filesystem)>", re.M)
MAX_LINES = 1500


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--", *patterns], cwd=TOP, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.split("\n") if path and os.path.exists(os.path.join(TOP, path))]


def house_rules(path):
    """The rules of docs/style.md that a program can see."""
    with open(os.path.join(TOP, path), encoding="utf-8", errors="replace") as file:
        text = file.read()
    first = text.lstrip().split("\n", 1)[0]
    lines = text.count("\n")
    if path.endswith((".cpp", ".hpp", ".h", ".def")) and not first.startswith(("//", "/*")):
        yield "does not open with what it is for"
    if MARKERS.search(text) and not path.startswith(("tools/lint.py", "tests/programs/")):
        yield f"holds the marker {MARKERS.search(text)[0]}"
    if lines > MAX_LINES and path.endswith((".cpp", ".hpp", ".py")):
        yield f"is {lines} lines long"
    if re.search(r"[ \t]+$", text, re.M) and not path.startswith("tests/programs/"):
        yield "has spaces at the end of a line"
    if path.startswith("src/") and (found := HEAVY.search(text)):
        yield f"includes <{found[1]}>"
    if path.startswith("src/") and (found := SYSTEM.search(text)):
        yield f"includes <{found[1]}>, a way to the operating system"


def folder_rules():
    for folder in sorted(os.listdir(os.path.join(TOP, "src"))):
        if os.path.isdir(os.path.join(TOP, "src", folder)) and not os.path.exists(os.path.join(TOP, "src", folder, "README.md")):
            yield f"src/{folder}", "has no README.md"
    for path in tracked("Lib", "*.pyc", "build"):
        yield path, "is not ours to commit"


def run_formatter(path, fix):
    command = ["clang-format-19", *(["-i"] if fix else ["--dry-run", "-Werror"]), path]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    if done.returncode:
        places = re.findall(r":(\d+):\d+: error", done.stderr)
        yield f"is not formatted (line {', '.join(places[:3])}{', ...' if len(places) > 3 else ''}); ./dev lint --fix"


def run_tidy(path):
    done = subprocess.run(["clang-tidy-19", "--quiet", "-p", "build/release", path], cwd=TOP, capture_output=True, text=True)
    if done.returncode:
        yield "clang-tidy:\n" + "\n".join(line for line in done.stdout.split("\n") if re.search(r"(error|warning):", line))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--tidy", action="store_true")
    arguments = parser.parse_args()
    files = arguments.files or tracked("*.cpp", "*.hpp", "*.h", "*.def", "*.py", "*.sh", "*.cmake", "CMakeLists.txt", "*/CMakeLists.txt")
    problems, cplusplus = {}, [path for path in files if path.endswith((".cpp", ".hpp", ".h"))]

    def note(path, found):
        for problem in found:
            problems.setdefault(path, []).append(problem)

    for path in files:
        note(path, house_rules(path))
    for path, problem in folder_rules() if not arguments.files else ():
        note(path, [problem])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        if not arguments.rules:
            for path, found in zip(cplusplus, pool.map(lambda p: list(run_formatter(p, arguments.fix)), cplusplus)):
                note(path, found)
        if arguments.tidy:
            sources = [path for path in cplusplus if path.endswith(".cpp") and not path.startswith("tests/")]
            for path, found in zip(sources, pool.map(lambda p: list(run_tidy(p)), sources)):
                note(path, found)
    for path, found in sorted(problems.items()):
        for problem in found:
            print(f"{path} {problem}")
    print(f"{len(set(files) | set(problems)) - len(problems)} passed, {len(problems)} failed")
    sys.exit(1 if problems else 0)


main()
