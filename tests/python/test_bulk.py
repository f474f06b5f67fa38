# gc stress: every 20011 allocations (it makes too many objects for a collection at each)
"""Sizes that break engines: a million pieces, entries and levels, and recursion through every native that calls back."""

import sys


def expect(kind, action):
    try:
        action()
    except kind:
        return
    raise AssertionError(f"no {kind}")


def test_a_million_pieces():
    text = ""
    for i in range(1_000_000):
        text += "ab"
    assert len(text) == 2_000_000 and text[-3:] == "bab" and text.count("a") == 1_000_000


def test_a_dict_of_a_million_entries():
    table = {}
    for i in range(1_000_000):
        table[i * 3] = i
    assert len(table) == 1_000_000 and table[2_999_997] == 999_999 and 1 not in table
    for i in range(0, 3_000_000, 6):
        del table[i]
    assert len(table) == 500_000 and next(iter(table)) == 3


def test_a_list_a_million_deep():
    deep = []
    for _ in range(1_000_000):
        deep = [deep]
    assert len(deep) == 1
    del deep


def test_a_chain_of_instances_a_million_long():
    class Link:
        def __init__(self, after):
            self.after = after

    chain = None
    for _ in range(300_000):
        chain = Link(chain)
    del chain


def test_a_tuple_and_a_dict_deep():
    for wrap in (lambda inner: (inner,), lambda inner: {"k": inner}):
        deep = None
        for _ in range(200_000):
            deep = wrap(deep)
        del deep


class Attribute:
    def __getattr__(self, name):
        return getattr(self, name + "x" if len(name) < 8 else name)


class Shown:
    def __repr__(self):
        return repr(self)


class Text:
    def __str__(self):
        return "%s" % self


class Equal:
    def __eq__(self, other):
        return self == other

    __hash__ = None


class Ordered:
    def __lt__(self, other):
        return sorted([self, other]) == []


class Iterated:
    def __iter__(self):
        return iter(list(self))


class Called:
    def __call__(self):
        return self()


class Length:
    def __len__(self):
        return len(self)


class Truth:
    def __bool__(self):
        return not self


class Hashed:
    def __hash__(self):
        return hash(self)


class Formatted:
    def __format__(self, spec):
        return f"{self}"


class Added:
    def __add__(self, other):
        return self + other


def sort_key(n):
    return sorted([n, n], key=sort_key)


def plain(n):
    return plain(n + 1)


def through_map(n):
    return list(map(through_map, [n]))


def through_exec(n):
    exec("through_exec(n + 1)", globals(), {"n": n})


def mutual(n):
    return max([n], key=mutual)


CASES = {
    "plain": lambda: plain(0),
    "getattr": lambda: Attribute().a,
    "repr": lambda: repr(Shown()),
    "repr in a list": lambda: repr([Shown()]),
    "str": lambda: str(Text()),
    "eq": lambda: Equal() == Equal(),
    "eq in a list": lambda: [Equal()] == [Equal()],
    "lt": lambda: Ordered() < Ordered(),
    "iter": lambda: list(Iterated()),
    "call": lambda: Called()(),
    "len": lambda: len(Length()),
    "bool": lambda: bool(Truth()),
    "hash": lambda: hash(Hashed()),
    "format": lambda: f"{Formatted()}",
    "add": lambda: Added() + 1,
    "sorted": lambda: sort_key(1),
    "map": lambda: through_map(1),
    "exec": lambda: through_exec(1),
    "max": lambda: mutual(1),
}


def check_cases():
    for name, action in CASES.items():
        action.__name__ = name
        expect((RecursionError, MemoryError) if name == "exec" else RecursionError, action)


def test_recursion_at_the_usual_limit():
    check_cases()


def test_recursion_far_beyond_the_usual_limit():
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        check_cases()
    finally:
        sys.setrecursionlimit(before)


def test_nested_data_that_natives_walk():
    """How deep a native goes is its own affair; beyond that it raises."""

    def nest(wrap, empty):
        deep = empty
        for _ in range(100_000):
            deep = wrap(deep)
        return deep

    left, right, nested = nest(lambda x: [x], []), nest(lambda x: [x], []), nest(lambda x: (x,), ())
    for action in (lambda: repr(left), lambda: left == right, lambda: hash(nested), lambda: left < right, lambda: str(nested)):
        try:
            action()
        except RecursionError:
            pass


def test_nested_source():
    for source in ("(" * 100_000, "-" * 100_000 + "1", "[" * 5000 + "]" * 5000, "a" + ".b" * 100_000, "x = " + "lambda: " * 50_000 + "1", "f(" * 3000 + ")" * 3000):
        try:
            compile(source, "deep", "exec")
        except (SyntaxError, RecursionError, MemoryError):
            pass
