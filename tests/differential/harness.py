# harness.py: runs one file of this folder: case(r, agree) is called with a seeded random.Random once for each case, and calls
# agree(what, native, twin) as often as it likes. Both are called; their values (by repr and type) or exceptions must be the same.
# Invariant: a case depends on the seed and its own number only, so that --only NUMBER shows it again, here or in CPython.

import argparse
import hashlib
import importlib
import random
import sys

SHOWN = 8


def pure(name, *native, fresh=()):
    """A second copy of a library module (and of those in fresh), imported as if its native helpers did not exist."""
    saved = {key: sys.modules.pop(key, saved_none) for key in (name, *native, *fresh)}
    for key in native:
        sys.modules[key] = None
    try:
        return importlib.import_module(name)
    finally:
        for key, module in saved.items():
            if module is saved_none:
                sys.modules.pop(key, None)
            else:
                sys.modules[key] = module


saved_none = object()


class Failed:
    """An exception as a value. Its repr says as much of it as is to be compared."""

    exact = True

    def __init__(self, error):
        self.kind, self.text = type(error).__name__, str(error)

    def __repr__(self):
        if Failed.exact == "any":
            return "raised"
        if Failed.exact and self.kind != "RecursionError":
            return f"raised {self.kind}: {self.text}"
        return "raised " + self.kind


def attempt(call, *args, **named):
    try:
        return call(*args, **named)
    except Exception as error:
        return Failed(error)


def describe(value, exact=True):
    Failed.exact = exact
    return repr(value) if isinstance(value, Failed) else f"{type(value).__name__} {value!r}"


class Agreement:
    def __init__(self, options):
        self.options, self.number, self.failed, self.calls = options, 0, 0, 0
        self.lines = []

    def __call__(self, what, native, twin=None, loose=False):
        """loose: the exceptions' texts may differ ('any': their types, too). The comparison with CPython is always exact."""
        exact = {False: True, True: False, "any": "any"}[loose]
        value = attempt(native)
        ours = describe(value)
        self.calls += 1
        self.lines.append(ours)
        if self.options.show:
            print(f"{self.number} {what}: {ours}")
        if twin is None or self.options.native_only:
            return
        if loose:
            ours = describe(value, exact)
        theirs = describe(attempt(twin), exact)
        if ours != theirs:
            self.differ(what, ours, theirs)

    def differ(self, what, ours, theirs):
        self.failed += 1
        if self.failed <= SHOWN:
            at = next((i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), min(len(ours), len(theirs)))
            at = max(0, at - 120) if at > 160 else 0
            print(f"case {self.number}, {what[:300]}:\n  native {ours[at:at + 300]}\n  twin   {theirs[at:at + 300]}", flush=True)


def main(case, cases=10_000):
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=cases)
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--only", type=int, help="this case alone")
    parser.add_argument("--show", action="store_true", help="print what the native side gave")
    parser.add_argument("--native-only", action="store_true", help="do not ask the twin")
    parser.add_argument("--transcript", help="write a digest of each case's native outcomes to this file")
    options = parser.parse_args()
    agree = Agreement(options)
    transcript = open(options.transcript, "w") if options.transcript else None
    for number in range(options.cases) if options.only is None else [options.only]:
        agree.number = number
        agree.lines.clear()
        case(random.Random(options.seed * 1_000_003 + number), agree)
        if transcript:
            digest = hashlib.md5("\n".join(agree.lines).encode("utf-8", "backslashreplace"))
            transcript.write(digest.hexdigest()[:12] + "\n")
    if transcript:
        transcript.close()
    print(f"{agree.calls} comparisons in {options.cases} cases, {agree.failed} differ")
    sys.exit(1 if agree.failed else 0)


# --- what many files generate

INTERESTING = (0, 1, -1, 2, 7, 8, 255, 256, -128, -129, 2**15, 2**31 - 1, -2**31, 2**31, 2**32, 2**53, 2**61, -2**61, 2**62, 2**63 - 1,
               -2**63, 2**63, 2**64, 2**100, -2**100)
FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 1e-5, 1e16, 1e17, 123456.789, 1e300, -1e300, 5e-324, 1.7976931348623157e308,
          float("inf"), float("-inf"), float("nan"), 0.1, 1 / 3)
LETTERS = "abcxyzABC012 _-.\n\t\"'\\éßİſ\u0301\u2028\uffff\U0001f600\U00010000"


def integer(r):
    pick = r.random()
    if pick < 0.5:
        return r.randint(-20, 20)
    if pick < 0.8:
        return r.choice(INTERESTING)
    return r.getrandbits(r.choice((8, 31, 62, 64, 130))) * r.choice((1, -1))


def real(r):
    pick = r.random()
    if pick < 0.4:
        return r.choice(FLOATS)
    if pick < 0.7:
        return r.randint(-1000, 1000) / r.choice((1, 2, 4, 10, 3))
    return r.uniform(-1, 1) * 10.0 ** r.randint(-20, 20)


def text(r, most=12, letters=LETTERS):
    return "".join(r.choices(letters, k=r.randint(0, most)))


def data(r, most=20):
    return r.randbytes(r.randint(0, most))


def tree(r, depth=3, keys=text):
    """Nested plain data."""
    pick = r.randint(0, 9 if depth else 6)
    if pick == 0:
        return r.choice((None, True, False))
    if pick <= 2:
        return integer(r)
    if pick == 3:
        return real(r)
    if pick <= 6:
        return text(r)
    if pick <= 8:
        return [tree(r, depth - 1, keys) for _ in range(r.randint(0, 4))]
    return {keys(r): tree(r, depth - 1, keys) for _ in range(r.randint(0, 4))}
