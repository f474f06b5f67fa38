# list.sort: stability, keys, reverse, failures, lists that change meanwhile.
# gc stress: every 97 allocations (it makes too many objects for a collection at each)


def lcg(seed):
    while True:
        seed = (seed * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        yield seed >> 33


def check(values, **options):
    """Against a plain insertion by binary search of (key, position)."""
    key = options.get("key") or (lambda x: x)
    marked = list(enumerate(values))
    expected = merge_sorted(marked, lambda pair: key(pair[1]), options.get("reverse", False))
    got = marked[:]
    got.sort(key=lambda pair: key(pair[1]), reverse=options.get("reverse", False))
    assert got == expected
    plain = values[:]
    plain.sort(**options)
    assert [repr(x) for x in plain] == [repr(x) for _, x in expected]


def merge_sorted(items, key, reverse):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    a, b = merge_sorted(items[:middle], key, reverse), merge_sorted(items[middle:], key, reverse)
    out, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        x, y = key(a[i]), key(b[j])
        if (x < y) if reverse else (y < x):
            out.append(b[j])
            j += 1
        else:
            out.append(a[i])
            i += 1
    return out + a[i:] + b[j:]


def shapes(n):
    r = lcg(n)
    yield [next(r) for _ in range(n)]
    yield [next(r) % 7 for _ in range(n)]
    yield list(range(n))
    yield list(range(n, 0, -1))
    yield [i // 3 for i in range(n)]
    yield list(range(n // 2)) + list(range(n // 2)) + list(range(n // 3, 0, -1))
    mixed = list(range(n))
    for _ in range(n // 50 + 1):
        mixed[next(r) % n] = next(r) % n
    yield mixed
    yield [0] * n
    yield [(i * 7919) % 101 for i in range(n)]


def test_kinds():
    for n in (1, 2, 3, 31, 32, 33, 64, 65, 100, 257, 1000):
        for values in shapes(n):
            check(values)
            check(values, reverse=True)
            check([float(v) for v in values])
            check([str(v) for v in values])
    for values in shapes(200):
        check([(v % 5, str(v)) for v in values])
        check([(str(v % 5), v) for v in values], reverse=True)
        check([v if v % 2 else float(v) for v in values])
        check([v << 62 for v in values])
        check([-v if v % 3 else v for v in values])
        check(values, key=lambda v: -v)
        check(values, key=str, reverse=True)
        check([[v % 4] for v in values])


def test_stable_runs():
    for n in (5000, 4096):
        values = [(i % 10, i) for i in range(n)]
        got = sorted(values, key=lambda p: p[0])
        assert got == [(k, i) for k in range(10) for i in range(n) if i % 10 == k]
        got = sorted(values, key=lambda p: p[0], reverse=True)
        assert got == [(k, i) for k in range(9, -1, -1) for i in range(n) if i % 10 == k]


def test_empty_while_sorting():
    seen = []

    def key(x):
        seen.append(len(a))
        return x

    a = [3, 1, 2]
    a.sort(key=key)
    assert a == [1, 2, 3] and seen == [0, 0, 0]


def expect(kind, message, f):
    try:
        f()
    except kind as error:
        assert message is None or str(error) == message, str(error)
    else:
        raise AssertionError("no error")


def test_modified():
    for change in (lambda: a.append(1), lambda: (a.append(1), a.clear()), lambda: a.extend([5] * 100)):
        a = [3, 1, 2]

        def key(x):
            change()
            return x

        expect(ValueError, "list modified during sort", lambda: a.sort(key=key))
        assert a == [1, 2, 3]


def test_failures_keep_items():
    for limit in (0, 1, 5, 50, 300, 1000, 3000):
        count = 0

        class X:
            def __init__(self, n):
                self.n = n

            def __lt__(self, other):
                nonlocal count
                count += 1
                if count > limit:
                    raise ZeroDivisionError
                return self.n < other.n

        r = lcg(limit)
        values = [X(next(r) % 1000) for _ in range(500)]
        for reverse in (False, True):
            a = values[:]
            count = 0
            expect(ZeroDivisionError, None, lambda: a.sort(reverse=reverse))
            assert sorted(map(id, a)) == sorted(map(id, values))
    a = [1, "a", 2]
    expect(TypeError, "'<' not supported between instances of 'str' and 'int'", a.sort)
    expect(ZeroDivisionError, None, lambda: a.sort(key=lambda x: 1 / 0))
    assert len(a) == 3
    expect(TypeError, None, lambda: a.sort(key=5))
    expect(TypeError, None, lambda: a.sort(str))


def test_lying_order():
    class Random:
        r = lcg(5)

        def __lt__(self, other):
            return next(self.r) % 2

    a = [Random() for _ in range(2000)]
    b = a[:]
    a.sort()
    assert sorted(map(id, a)) == sorted(map(id, b))


def test_nan():
    nan = float("nan")
    a = [nan, 1.0, nan, 0.5, 2.0] * 20
    a.sort()
    assert len(a) == 100 and sum(x == x for x in a) == 60
    (nan,) < (nan,)
    b = [(nan, 2), (nan, 1)]
    b.sort()
    assert len(b) == 2


def test_other_sorted():
    assert sorted({3, 1, 2}) == [1, 2, 3] and sorted("cab") == ["a", "b", "c"] and sorted({2: 0, 1: 0}) == [1, 2]
    assert sorted([]) == [] and [].sort() is None
    assert sorted([True, False, 2, -1]) == [-1, False, True, 2]
    assert sorted(["b", "a", "\u1234", "\U00012345", "\xff", ""]) == ["", "a", "b", "\xff", "\u1234", "\U00012345"]


def test_floats_and_prefixes():
    r = lcg(3)
    floats = [(next(r) - (1 << 30)) / (1 + next(r) % 1000) for _ in range(3000)] + [0.0, -0.0, 1e300, -1e300, float("inf"), -float("inf")] * 5
    tiny = [5e-324 * (next(r) % 9 - 4) for _ in range(500)]
    near = [1.0 + (next(r) % 5) * 2.0**-52 for _ in range(500)]
    for values in (floats, tiny, near, floats + tiny + near):
        for reverse in (False, True):
            check(values, reverse=reverse)
    texts = [bytes((next(r) % 3 + 254) % 256 for _ in range(next(r) % 12)).decode("latin-1") if i % 3 else "prefix" + "a\0"[i % 2] * (i % 9)
             for i, _ in enumerate(range(1000))]
    latin = [t.replace("\u0100", "x") for t in texts]
    for values in (latin, [t for t in latin if t.startswith("prefix")], ["same"] * 100, ["common prefix %d" % (i * 7 % 100) for i in range(300)]):
        for reverse in (False, True):
            check(values, reverse=reverse)
