"""Compare our tokens with those of CPython's tokenize module (_tokenize.TokenizerIter with extra tokens).

Run with CPython 3.14:  python3.14 tests/syntax/compare_tokens.py HOGNOSE_AST_DUMP [PATH ...]
"""
import _tokenize
import os
import sys
import sysconfig
import tokenize

sys.path.insert(0, os.path.dirname(__file__))
from compare_ast import Dumper, files


def expected(source):
    lines = iter(source.splitlines(True) if "\f" not in source and "\v" not in source else
                 __import__("io").StringIO(source, newline=""))
    out = []
    try:
        for kind, text, start, end, line in _tokenize.TokenizerIter(lambda: next(lines, ""), extra_tokens=True):
            out.append((kind, text, *start, *end, line))
    except SyntaxError as error:
        return out, error.msg
    return out, None


def main():
    ours = Dumper(sys.argv[1], "--tokens")
    equal = different = 0
    for path in files(sys.argv[2:] or [sysconfig.get_path("stdlib")]):
        try:
            with tokenize.open(path) as file:
                source = file.read()
        except (OSError, SyntaxError, UnicodeDecodeError):
            continue
        want, error = expected(source)
        got, _ = ours(source)
        if error is not None:
            same = f"ERROR" in got and repr(error)[1:-1][:20] in got
        else:
            text = " ".join(map(repr, want)) + " "
            same = text == got
            if not same:
                at = next((i for i, (a, b) in enumerate(zip(text, got)) if a != b), min(len(text), len(got)))
                print(f"{path}:\n  want ...{text[max(0, at - 100):at + 60]}\n  got  ...{got[max(0, at - 100):at + 60]}")
        equal += same
        different += not same
    print(f"{equal} equal, {different} different")
    return different != 0


if __name__ == "__main__":
    sys.exit(main())
