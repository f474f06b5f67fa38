# Evaluation order and values of expressions, assignments, calls, comprehensions, closures.
log = []


def note(x):
    log.append(x)
    return x


def expect(*wanted):
    assert log == list(wanted), log
    log.clear()


note(1) + note(2) * note(3)
expect(1, 2, 3)
{note("k1"): note("v1"), note("k2"): note("v2")}
expect("k1", "v1", "k2", "v2")
note(1) < note(2) < note(0) < note(9)
expect(1, 2, 0)


def walrus():
    a = 1
    assert a + (a := 5) == 6
    assert (a, (a := 7), a) == (5, 7, 7)
    assert [a, a := 8][0] == 7
    b = [10, 20, 30]
    i = 0
    b[i] + (i := 2)
    assert b[(i := 1)] == 20 and i == 1
    x = 3
    assert x < (x := 4) < 5
    assert f"{x}{(x := 9)}{x}" == "499"
    y = 1
    y += (y := 10)
    assert y == 11
    if (n := len(b)) > 2 and n:
        assert n == 3
    assert [last := z for z in range(3)] == [0, 1, 2] and last == 2
    d = {a: (a := 3), a: 4}
    assert d == {8: 3, 3: 4}


walrus()


def bools(a, b, c):
    x = a or b and c
    y = not (a and b) or c
    z = a and b or c
    x = x or a
    return x, y, z, (a if b else c), not a


assert bools(0, 1, 2) == (2, True, 2, 0, True)
assert bools(1, 0, 3) == (1, True, 3, 3, False)
assert bools([], "", ()) == ([], True, (), (), True)


def self_assign(x):
    x = x or 5
    x = x and x + 1
    x = [x, x]
    x = x[0] if x else 0
    return x


assert self_assign(0) == 6


def arguments(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


assert arguments(1, d=4) == (1, 2, 3, (), 4, 5, {})
assert arguments(1, 2, 3, 4, 5, d=6, z=7) == (1, 2, 3, (4, 5), 6, 5, {"z": 7})
assert arguments(*[1, 2], *(3, 4), d=1, **{"e": 2}, **{"q": 3}) == (1, 2, 3, (4,), 1, 2, {"q": 3})
assert arguments(0, *range(3), **{"d": 9}) == (0, 0, 1, (2,), 9, 5, {})
try:
    arguments(1, d=1, **{"d": 2})
except TypeError as e:
    assert "multiple values for keyword argument 'd'" in str(e), e


class C:
    def method(self, *args, **kw):
        return args, kw

    @classmethod
    def make(cls, x):
        return cls, x

    @staticmethod
    def static(x):
        return x


c = C()
assert c.method(1, a=2) == ((1,), {"a": 2})
assert c.method(*[1], **{"b": 3}) == ((1,), {"b": 3})
assert C.make(3) == (C, 3) and c.static(4) == 4
many = list(range(300))
assert (lambda *a: len(a))(*many) == 300


def big_call(f):
    return f(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, k=1, **{"z": 1})


assert big_call(lambda *a, **k: (sum(a), k)) == (190, {"k": 1, "z": 1})


def unpacking():
    a, b = 1, 2
    a, b = b, a
    assert (a, b) == (2, 1)
    a, *b, c = range(5)
    assert (a, b, c) == (0, [1, 2, 3], 4)
    *a, b = "xy"
    assert a == ["x"] and b == "y"
    (a, b), c = [(1, 2), 3]
    [a, [b, c]] = 1, (2, 3)
    assert (a, b, c) == (1, 2, 3)
    x = y = z = []
    assert x is y is z
    i = 0
    lst = [0, 0]
    i, lst[i] = 1, 5
    assert lst == [0, 5]
    a = b = a
    for bad in ((1,), (1, 2, 3)):
        try:
            a, b = bad
        except ValueError as e:
            note(str(e))
    expect("not enough values to unpack (expected 2, got 1)", "too many values to unpack (expected 2, got 3)")
    assert (*[1, 2], 3, *(4,)) == (1, 2, 3, 4)
    assert [*"ab", *[1]] == ["a", "b", 1] and {*[1, 1], 2} == {1, 2}
    assert {**{"a": 1}, "b": 2, **{"a": 3}} == {"a": 3, "b": 2}


unpacking()


def augmented():
    a = [1, 2, 3, 4]
    b = a
    a += [5]
    assert b is a and len(a) == 5
    a[0] += 10
    a[1:3] += [9]
    assert a == [11, 2, 3, 9, 4, 5], a
    d = {"x": 1}
    d["x"] <<= 4
    d["x"] |= 1
    assert d["x"] == 17
    c.value = 2
    c.value **= 5
    c.value //= 3
    c.value %= 7
    assert c.value == 3
    n = 7
    n -= 2
    n *= 3
    n >>= 1
    n &= 6
    n ^= 1
    assert n == 7
    f = 1
    f /= 4
    assert f == 0.25


augmented()


def slices():
    a = list(range(10))
    assert a[2:5] == [2, 3, 4] and a[:2] == [0, 1] and a[8:] == [8, 9] and a[::3] == [0, 3, 6, 9]
    n = 3
    assert a[n:] == [3, 4, 5, 6, 7, 8, 9] and a[:n] == [0, 1, 2] and a[-n:-1:1] == [7, 8] and a[n::-1] == [3, 2, 1, 0]
    a[n : n + 2] = "x"
    del a[0], a[-1:]
    assert a == [1, 2, "x", 5, 6, 7, 8]

    class Index:
        def __getitem__(self, i):
            return i

    i = Index()
    assert i[1, 2:3] == (1, slice(2, 3)) and i[...] is ... and i[1:2, ::n] == (slice(1, 2), slice(None, None, n))


slices()


def comprehensions(n):
    x = "outer"
    assert [x for x in range(3)] == [0, 1, 2] and x == "outer"
    assert {x: y for x, y in zip("ab", range(2))} == {"a": 0, "b": 1}
    assert {x % 2 for x in range(5)} == {0, 1}
    assert [[x + y for x in range(2)] for y in range(2)] == [[0, 1], [1, 2]]
    assert [(i, j) for i in range(3) if i for j in range(i) if j < 1] == [(1, 0), (2, 0)]
    assert [[x for x in range(x)] for x in range(3)] == [[], [0], [0, 1]]
    assert [f() for f in [lambda: x for x in range(3)]] == [2, 2, 2]
    assert [f() for f in [lambda x=x: x for x in range(3)]] == [0, 1, 2]
    assert list(x + n for x in range(2)) == [n, n + 1]
    assert [y for x in range(3) for y in [x * 2]] == [0, 2, 4]
    assert x == "outer"
    assert [(lambda: n)() for _ in [1]] == [n]
    return sum(x for x in range(10) if x % 2), max((i for i in [3, 1]), default=0)


assert comprehensions(4) == (25, 3)


x = 1


class Scoped:
    x = 5
    y = [x for _ in range(1)]
    z = [i for i in range(x)]

    def f(self):
        return [__class__ for _ in [1]]


assert Scoped.y == [1] and Scoped.z == [0, 1, 2, 3, 4] and Scoped().f() == [Scoped]


def closures():
    count = 0

    def increment(by=1):
        nonlocal count
        count += by
        return count

    def reader():
        return count

    increment()
    increment(5)
    assert reader() == 6

    def parameter(a, b):
        def inner():
            nonlocal a
            a += b
            return a

        inner()
        return inner() + a

    assert parameter(1, 2) == 10

    def late():
        return later

    try:
        late()
    except NameError as e:
        assert "cannot access free variable 'later'" in str(e), e
    later = 3
    assert late() == 3
    del later
    try:
        late()
    except NameError:
        pass
    else:
        assert False
    fs = []
    for i in range(3):

        def f(i=i):
            return i

        fs.append(f)
    assert [f() for f in fs] == [0, 1, 2]


closures()


def uses_global():
    global made_here
    made_here = 5

    class Inner:
        global made_there
        made_there = 6
        local = made_here + 1

    return Inner.local


assert uses_global() == 6 and made_here == 5 and made_there == 6


def decorate(tag):
    note("make " + tag)

    def apply(f):
        note("apply " + tag)
        return f

    return apply


@decorate("a")
@decorate("b")
def decorated(x=note("default")):
    return x


expect("make a", "make b", "default", "apply b", "apply a")
assert decorated() == "default"


@decorate("c")
class Decorated(*[object], **{}):
    pass


log.clear()


class Base:
    def __init_subclass__(cls, **kw):
        cls.kw = kw

    def hello(self):
        return "base"


class Derived(Base, tag=1):
    """Doc."""

    def hello(self):
        return "derived " + super().hello() + " " + super(Derived, self).hello()

    def in_comprehension(self):
        return [super(Derived, self).hello() for _ in range(2)]

    __private = 1

    def mangled(self):
        self.__attr = 2
        return self.__private, self.__attr, "_Derived__attr" in self.__dict__


assert Derived.kw == {"tag": 1} and Derived.__doc__ == "Doc."
assert Derived().hello() == "derived base base" and Derived().in_comprehension() == ["base"] * 2
assert Derived().mangled() == (1, 2, True)
assert Derived.__qualname__ == "Derived" and Derived.hello.__qualname__ == "Derived.hello"
assert closures.__code__.co_varnames[0] == "increment"


def strings(a, w):
    assert f"{a}" == "x" and f"{a!r:>5}" == "  'x'" and f"{a:>{w}}|" == "   x|" and f"{{}}{a}" == "{}x"
    assert f"{a=}" == "a='x'" and f"{w:03d}{w + 1}" == "0045"
    assert f"{a}" "b" f"{w}" == "xb4" and rf"\n{a}" == "\\nx"


strings("x", 4)
numbers = (1 + 2 * 3, 7 // -2, 7 % -2, 2**10, 1 << 4, ~5, -(-3), 10 / 4, 0x10, 1_000, 10**20, -(2**63), 1e400 > 1)
assert numbers == (7, -4, -1, 1024, 16, -6, 3, 2.5, 16, 1000, 100000000000000000000, -9223372036854775808, True)
assert 9223372036854775808 == 2**63 and 1j * 1j == -1 and "a" "b" == "ab" and b"a" b"b" == b"ab"
assert 3 in [1, 2, 3] and 3 in {1, 3} and 4 not in (1, 2) and None is None
