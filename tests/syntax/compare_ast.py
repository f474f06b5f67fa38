"""Compare our trees with CPython's, file by file.

Run with CPython 3.14:  python3.14 tests/syntax/compare_ast.py HOGNOSE_AST_DUMP [PATH ...]
Without paths: the whole library of the interpreter that runs this, its test-suite included.
"""
import ast
import os
import subprocess
import sys
import sysconfig
import tokenize
import warnings


class Dumper:
    """One `hognose-ast-dump --batch` process."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen([program, *options, "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, source, mode="exec"):
        data = source.encode("utf-8", "surrogatepass")
        self.process.stdin.write(b"%d %s\n" % (len(data), mode.encode()) + data)
        self.process.stdin.flush()
        size = int(self.process.stdout.readline())
        answer = self.process.stdout.read(size).decode("utf-8", "surrogatepass")
        tree, _, warned = answer.partition("\n")
        return tree, warned.splitlines()


def files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def expected(source):
    """CPython's tree as text, or None and the error; and its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            return None, [], error
        except (ValueError, RecursionError, MemoryError) as error:
            return None, [], error
    try:
        text = ast.dump(tree, include_attributes=True)
    except RecursionError:
        return "", [], None
    return text, [f"{w.lineno}: {w.message}" for w in caught], None


def main():
    sys.setrecursionlimit(20000)
    ours = Dumper(sys.argv[1])
    paths = sys.argv[2:] or [sysconfig.get_path("stdlib")]
    equal = different = rejected = 0
    for path in files(paths):
        try:
            with tokenize.open(path) as file:
                source = file.read()
        except (OSError, SyntaxError, UnicodeDecodeError):
            continue
        want, want_warnings, error = expected(source)
        got, got_warnings = ours(source)
        if error is not None:
            rejected += got.startswith("ERROR")
            if not got.startswith("ERROR"):
                print(f"{path}: accepted, CPython says {error!r}")
                different += 1
            continue
        if want == "":
            continue
        if want == got and want_warnings == got_warnings:
            equal += 1
            continue
        different += 1
        if want == got:
            print(f"{path}: warnings {got_warnings} for {want_warnings}")
            continue
        at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
        print(f"{path}:\n  want ...{want[max(0, at - 80):at + 80]}\n  got  ...{got[max(0, at - 80):at + 80]}")
    print(f"{equal} equal, {different} different, {rejected} rejected by both")
    return different != 0


if __name__ == "__main__":
    sys.exit(main())
