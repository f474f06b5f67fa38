"""Sizes nobody has: each must end in an exception, soon, and leave an interpreter that still works."""

import itertools
import json
import re
import sys

HUGE, VAST, BEYOND = 10**11, 2**62, 10**30


class Lying:
    def __init__(self, size):
        self.size = size

    def __length_hint__(self):
        return self.size

    def __len__(self):
        return self.size

    def __iter__(self):
        return iter((1, 2, 3))

    def __getitem__(self, index):
        if index > 3:
            raise IndexError
        return index


BOMBS = [
    "b'x' * SIZE", "bytearray(b'x') * SIZE", "bytes(SIZE)", "bytearray(SIZE)", "'x' * SIZE", "'ż' * SIZE", "[None] * SIZE", "(None,) * SIZE",
    "[0, 1, 2] * (SIZE // 3)", "' '.ljust(SIZE)", "'a'.center(SIZE)", "'a'.zfill(SIZE)", "b'a'.rjust(SIZE)", "'\\t'.expandtabs(SIZE)", "'%*d' % (SIZE, 1)", "'%.*f' % (SIZE, 1.0)",
    "f'{1:>{SIZE}}'", "f'{1.5:.{SIZE}f}'", "f'{1:0{SIZE}d}'", "format('x', f'*^{SIZE}')", "'{:{}}'.format('', SIZE)", "list(range(SIZE))", "tuple(range(SIZE))", "bytes(range(0)) .ljust(SIZE)",
    "bytearray().__iadd__(bytearray(SIZE))", "1 << SIZE * 64", "(1 << 70) << SIZE * 64", "int.to_bytes(1, SIZE)", "('x' * 10**6).replace('x', 'y' * (SIZE // 10**5))", "('y' * 10**5).join(['x'] * 10**6)",
    "['x' * 10**5] and 'x'.join(['y' * 10**6] * (SIZE // 10**6))", "[*[0] * 10**4] * (SIZE // 100)", "list(itertools.repeat(0, SIZE))",
    "[].__class__(Lying(SIZE)).extend(itertools.repeat(1, SIZE))", "set(range(SIZE))", "dict.fromkeys(range(SIZE))", "(b'ab' * 10**6).translate(None) * (SIZE // 10**6)", "'x'.encode('utf-32') * SIZE",
]
SMALL_ENOUGH = [
    "list(Lying(SIZE))", "tuple(Lying(SIZE))", "len(range(SIZE))", "range(SIZE)[-1]", "bytes(Lying(10))", "sum(itertools.islice(itertools.count(), 10))", "[].__length_hint__ if False else None",
    "'x'[SIZE:]", "'abc'[-SIZE:SIZE:SIZE]", "b'abc'[::SIZE]", "[1, 2][:SIZE]", "hash(SIZE)", "itertools.islice(range(SIZE), 5)", "float(SIZE)", "'abc'.find('c', -SIZE, SIZE)", "round(1.5, SIZE)", "divmod(SIZE, -3)", "SIZE % 7 ** 5", "0 >> SIZE", "-1 >> SIZE", "0 << SIZE", "''.ljust(0) * SIZE", "[] * SIZE", "() * SIZE", "b'' * SIZE", "'' .join(())", "itertools.repeat(1, SIZE).__length_hint__()",
]


def run_bombs():
    missed = []
    for size in (HUGE, VAST, BEYOND):
        for source in BOMBS:
            try:
                eval(source, globals() | {"SIZE": size})
            except (MemoryError, OverflowError, ValueError, IndexError, TypeError):
                continue
            missed.append((source, size))
        for source in SMALL_ENOUGH:
            try:
                eval(source, globals() | {"SIZE": size})
            except (MemoryError, OverflowError, ValueError, TypeError, IndexError):
                pass
    assert not missed, missed


def run_growth():
    for grow in (lambda kept: kept.append("x" * 10**7), lambda kept: kept.append(bytearray(10**7)), lambda kept: kept.extend([0.5] * 10**6), lambda kept: kept.append(10 ** (10**6 * len(kept)) if len(kept) < 3 else [None] * 10**6)):
        kept = []
        try:
            while len(kept) < 10**9:
                grow(kept)
        except MemoryError:
            pass
        else:
            raise AssertionError("memory without end")
        kept.clear()
        del kept
    kept, text = [], "y" * 1000
    try:
        while True:
            text += text
    except MemoryError:
        text = ""
    assert sum(range(1000)) == 499500


def run_texts():
    for action in (lambda: int("9" * 5000), lambda: str(10**5000), lambda: json.loads("[" * 10**5), lambda: json.dumps(nest(10**5)), lambda: re.compile("(" * 10**4), lambda: re.compile("a{1,99999999999}"), lambda: eval("-" * 10**5 + "1"),
                   lambda: re.compile("(?:" * 2000 + "a" + ")*" * 2000).match("a"), lambda: "{0[" * 1000, lambda: "{:{:{:{}}}}".format(1, 2, 3, 4), lambda: "%(a" * 1000 % {}, lambda: eval("9" * 10**4), lambda: complex("1" * 10**5), lambda: float("1" * 10**5)):
        try:
            action()
        except (ValueError, RecursionError, MemoryError, SyntaxError, OverflowError, re.PatternError, TypeError, IndexError):
            pass


def nest(depth):
    deep = []
    for _ in range(depth):
        deep = [deep]
    return deep


run_bombs()
run_growth()
run_texts()
print("still here", sys.version_info[:2])
