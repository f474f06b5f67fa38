# range, slice, iter, enumerate, reversed, zip, map, filter.


def raises(kind, function, *arguments, message=None):
    try:
        function(*arguments)
    except kind as error:
        assert type(error) is kind, type(error)
        if message is not None:
            assert str(error) == message, str(error)
        return error
    raise AssertionError(f"{kind.__name__} expected")


BIG = 1 << 70


def test_range():
    assert list(range(3)) == [0, 1, 2] and list(range(5, 0, -2)) == [5, 3, 1] and list(range(3, 3)) == []
    assert len(range(10)) == 10 and range(10)[3] == 3 and range(10)[-1] == 9 and range(0, 10, 3)[-1] == 9
    assert repr(range(5)) == "range(0, 5)" and repr(range(1, 5, 2)) == "range(1, 5, 2)"
    assert range(0, 10, 2)[1:4] == range(2, 8, 2) and range(10)[::-1] == range(9, -1, -1) and range(10)[20:] == range(10, 10)
    assert range(3) == range(0, 3) != range(4) and range(0, 3, 2) == range(0, 4, 2) and range(0) == range(2, 1)
    assert hash(range(5)) == 5795932985296280846 and hash(range(0)) == hash(range(5, 2))
    assert 3 in range(5) and 5 not in range(5) and 3.0 in range(5) and "a" not in range(5) and True in range(2) and 4 in range(0, 9, 2)
    assert 3 not in range(0, 9, 2) and 6 in range(9, 0, -3) and range(5).index(3) == 3 and range(5).count(3) == 1
    assert range(5).index(3.0) == 3 and range(5).count(9) == 0
    raises(IndexError, lambda: range(3)[5], message="range object index out of range")
    raises(TypeError, lambda: range(3)["a"], message="range indices must be integers or slices, not str")
    raises(ValueError, lambda: range(5).index(9), message="range.index(x): x not in range")
    raises(ValueError, lambda: range(5).index("a"), message="sequence.index(x): x not in sequence")
    raises(ValueError, lambda: range(1, 2, 0), message="range() arg 3 must not be zero")
    raises(TypeError, lambda: range(), message="range expected at least 1 argument, got 0")
    raises(TypeError, lambda: range(1, 2, 3, 4), message="range expected at most 3 arguments, got 4")
    raises(TypeError, lambda: range(1.0), message="'float' object cannot be interpreted as an integer")
    r = range(1, 9, 2)
    assert (r.start, r.stop, r.step) == (1, 9, 2) and type(range(True).stop) is int
    raises(AttributeError, setattr, r, "start", 1)
    assert r.__reduce__() == (range, (1, 9, 2)) and not range(0) and range(1)


def test_big_range():
    r = range(BIG)
    raises(OverflowError, len, r, message="Python int too large to convert to C ssize_t")
    assert r[BIG - 1] == BIG - 1 and r[-1] == BIG - 1 and r[5:BIG:BIG // 2] == range(5, BIG, BIG // 2)
    raises(IndexError, lambda: r[BIG], message="range object index out of range")
    assert BIG - 1 in r and BIG not in r and r.index(BIG // 2) == BIG // 2 and BIG // 2 + 1 not in range(0, BIG, 2)
    it = iter(range(BIG, BIG + 5, 2))
    assert it.__length_hint__() == 3 and next(it) == BIG and it.__reduce__() == (iter, (range(BIG + 2, BIG + 6, 2),), None)
    assert list(it) == [BIG + 2, BIG + 4] and next(it, None) is None
    assert list(reversed(range(BIG, BIG + 3))) == [BIG + 2, BIG + 1, BIG] and list(range(BIG, BIG - 3, -1)) == [BIG, BIG - 1, BIG - 2]
    edge = (1 << 63) - 1
    assert list(range(edge - 2, edge)) == [edge - 2, edge - 1] and list(range(-edge - 1, -edge + 1)) == [-edge - 1, -edge]
    assert len(range(-edge - 1, edge, edge)) == 3 and list(range(edge, -edge - 2, -edge - 1)) == [edge, -1]
    raises(OverflowError, len, range(-edge, edge))
    assert list(range(edge - 1, edge + 2)) == [edge - 1, edge, edge + 1] and list(range(0, edge, edge - 1)) == [0, edge - 1]
    assert list(reversed(range(-edge - 1, 0, edge + 1))) == [-edge - 1] and range(0, -edge - 1, -edge - 1)[0] == 0
    assert list(reversed(range(5, -edge - 1, -edge - 1))) == [-edge + 4, 5]
    assert range(BIG) == range(0, BIG) and hash(range(BIG)) == hash(range(0, BIG, 1))


def test_range_iterator():
    it = iter(range(10))
    next(it)
    assert it.__length_hint__() == 9 and it.__reduce__() == (iter, (range(1, 10),), None)
    it.__setstate__(3)
    assert next(it) == 4 and type(it).__name__ == "range_iterator"
    assert reversed(range(3)).__reduce__() == (iter, (range(2, -1, -1),), None) and iter(it) is it


def test_slice():
    s = slice(1, 2)
    assert (s.start, s.stop, s.step) == (1, 2, None) and repr(s) == "slice(1, 2, None)" and slice(5) == slice(None, 5, None)
    assert hash(slice(1, 2, 3)) == -2340833382717974474 and slice(1) < slice(2) and slice(1).__eq__(5) is NotImplemented
    assert slice(None).indices(5) == (0, 5, 1) and slice(None, None, -1).indices(5) == (4, -1, -1)
    assert slice(-3, BIG).indices(BIG) == (BIG - 3, BIG, 1) and slice(BIG, -BIG, -2).indices(3) == (2, -1, -2)
    raises(ValueError, lambda: slice(1).indices(-1), message="length should not be negative")
    raises(ValueError, lambda: slice(1, 2, 0).indices(5), message="slice step cannot be zero")
    raises(TypeError, lambda: slice("a").indices(5), message="slice indices must be integers or None or have an __index__ method")
    raises(TypeError, lambda: slice(), message="slice expected at least 1 argument, got 0")
    raises(TypeError, lambda: slice(1, 2, 3, 4), message="slice expected at most 3 arguments, got 4")
    assert slice(1, 2).__reduce__() == (slice, (1, 2, None))
    raises(AttributeError, setattr, s, "start", 1)


def test_iter():
    class Old:
        def __getitem__(self, i):
            if i >= 3:
                raise IndexError
            return i

    it = iter(Old())
    assert next(it) == 0 and it.__reduce__()[2] == 1 and list(it) == [1, 2] and it.__reduce__() == (iter, ((),))
    assert 2 in Old() and 5 not in Old() and type(it).__name__ == "iterator"

    class Bad:
        def __iter__(self):
            return 5

    raises(TypeError, lambda: iter(Bad()), message="iter() returned non-iterator of type 'int'")
    raises(TypeError, lambda: iter(5), message="'int' object is not iterable")
    raises(TypeError, lambda: next(int(5)), message="'int' object is not an iterator")
    raises(TypeError, lambda: iter(int), message="'type' object is not iterable")
    raises(TypeError, lambda: 5 in 5, message="argument of type 'int' is not a container or iterable")
    raises(TypeError, lambda: int(5)[0], message="'int' object is not subscriptable")
    raises(TypeError, lambda: int[0], message="type 'int' is not subscriptable")
    raises(TypeError, lambda: len(5), message="object of type 'int' has no len()")
    raises(TypeError, lambda: iter(5, 6), message="iter(v, w): v must be callable")

    class NotIterable:
        __iter__ = None
        __contains__ = None

    raises(TypeError, lambda: iter(NotIterable()), message="'NotIterable' object is not iterable")
    raises(TypeError, lambda: 1 in NotIterable(), message="'NotIterable' object is not a container")
    values = [1, 2, 3, 0, 5]
    calls = iter(lambda: values.pop(0), 0)
    assert list(calls) == [1, 2, 3] and next(calls, None) is None and values == [5] and calls.__reduce__() == (iter, ((),))
    assert iter(len, 1).__reduce__() == (iter, (len, 1))

    count = 0

    def stops():
        nonlocal count
        count += 1
        if count > 3:
            raise StopIteration
        return count

    assert list(iter(stops, 99)) == [1, 2, 3]


def test_item_errors():
    def assign(o, k, v):
        o[k] = v

    def delete(o, k):
        del o[k]

    raises(TypeError, assign, 5, 0, 0, message="'int' object does not support item assignment")
    raises(TypeError, delete, 5, 0, message="'int' object does not support item deletion")
    raises(TypeError, assign, (1,), 0, 0, message="'tuple' object does not support item assignment")
    raises(TypeError, delete, (1,), 0, message="'tuple' object doesn't support item deletion")


def test_length_hint():
    from operator import length_hint

    class Hint:
        def __init__(self, value):
            self.value = value

        def __length_hint__(self):
            return self.value

        def __iter__(self):
            return iter([1, 2])

    assert list(Hint(1 << 20)) == [1, 2] and list(Hint(NotImplemented)) == [1, 2]
    raises(TypeError, lambda: list(Hint("a")), message="__length_hint__ must be an integer, not str")
    raises(ValueError, lambda: list(Hint(-1)), message="__length_hint__() should return >= 0")
    assert length_hint(Hint(5)) == 5


def test_length_results():
    class Length:
        def __init__(self, value):
            self.value = value

        def __len__(self):
            return self.value

    raises(ValueError, lambda: len(Length(-1)), message="__len__() should return >= 0")
    raises(OverflowError, lambda: len(Length(1 << 80)), message="cannot fit 'int' into an index-sized integer")
    raises(TypeError, lambda: len(Length("a")), message="'str' object cannot be interpreted as an integer")


def test_enumerate():
    assert list(enumerate("ab")) == [(0, "a"), (1, "b")] and list(enumerate("a", BIG)) == [(BIG, "a")]
    assert list(enumerate(iterable="a", start=5)) == [(5, "a")] and next(enumerate("x", (1 << 62) - 1)) == ((1 << 62) - 1, "x")
    assert list(enumerate("ab", (1 << 63) - 1)) == [((1 << 63) - 1, "a"), (1 << 63, "b")]
    raises(TypeError, lambda: enumerate(), message="enumerate() missing required argument 'iterable'")
    raises(TypeError, lambda: enumerate([], foo=1), message="'foo' is an invalid keyword argument for enumerate()")
    raises(TypeError, lambda: enumerate([], "a"), message="'str' object cannot be interpreted as an integer")
    raises(TypeError, lambda: enumerate([], 1, 2), message="enumerate() takes at most 2 arguments (3 given)")
    e = enumerate([1, 2])
    next(e)
    assert e.__reduce__()[0] is enumerate and e.__reduce__()[1][1] == 1 and repr(enumerate[int]) == "enumerate[int]"


def test_reversed():
    class Sequence:
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return i * 10

    r = reversed(Sequence())
    assert r.__length_hint__() == 3 and next(r) == 20 and r.__reduce__()[2] == 1 and list(r) == [10, 0]
    assert r.__reduce__() == (reversed, ((),)) and list(reversed("abc")) == ["c", "b", "a"] and list(reversed((1, 2))) == [2, 1]
    assert list(reversed({1: 2, 3: 4})) == [3, 1]
    raises(TypeError, lambda: reversed(5), message="'int' object is not reversible")
    raises(TypeError, lambda: reversed({1}), message="'set' object is not reversible")
    raises(TypeError, lambda: reversed(), message="reversed expected 1 argument, got 0")

    class No(Sequence):
        __reversed__ = None

    raises(TypeError, lambda: reversed(No()), message="'No' object is not reversible")

    class Own:
        def __reversed__(self):
            return "anything"

    assert reversed(Own()) == "anything"


def test_zip():
    assert list(zip([1, 2], "ab", (3, 4))) == [(1, "a", 3), (2, "b", 4)] and list(zip()) == [] and list(zip([1, 2], [3])) == [(1, 3)]
    assert list(zip([1], [2], strict=True)) == [(1, 2)]
    raises(ValueError, lambda: list(zip([1], [], strict=True)), message="zip() argument 2 is shorter than argument 1")
    raises(ValueError, lambda: list(zip([1], [1, 2], strict=True)), message="zip() argument 2 is longer than argument 1")
    raises(ValueError, lambda: list(zip([1], [1], [], strict=True)), message="zip() argument 3 is shorter than arguments 1-2")
    raises(ValueError, lambda: list(zip([1], [1], [1, 2], strict=True)), message="zip() argument 3 is longer than arguments 1-2")
    raises(TypeError, lambda: zip([], 2), message="'int' object is not iterable")
    raises(TypeError, lambda: zip(a=1), message="zip() got an unexpected keyword argument 'a'")
    assert zip([1], strict=True).__reduce__()[2] is True and len(zip([1]).__reduce__()) == 2


def test_map():
    assert list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])) == [11, 22] and list(map(str, range(3))) == ["0", "1", "2"]
    assert list(map(lambda *a: len(a), *[[1]] * 20)) == [20]
    raises(TypeError, lambda: map(len), message="map() must have at least two arguments.")
    raises(TypeError, lambda: map(1, 2), message="'int' object is not iterable")
    raises(ValueError, lambda: list(map(lambda *a: a, [1], [], strict=True)), message="map() argument 2 is shorter than argument 1")
    m = map(len, [1], strict=True)
    assert m.__reduce__()[0] is map and m.__reduce__()[1][0] is len and m.__reduce__()[2] is True
    raises(ZeroDivisionError, lambda: list(map(lambda x: 1 / x, [0])))


def test_filter():
    assert list(filter(None, [0, 1, "", "a"])) == [1, "a"] and list(filter(lambda x: x % 2, range(6))) == [1, 3, 5]
    assert list(filter(bool, [0, 1])) == [1]
    raises(TypeError, lambda: filter(), message="filter expected 2 arguments, got 0")
    raises(TypeError, lambda: filter(1, 2), message="'int' object is not iterable")
    f = filter(None, [1])
    assert f.__reduce__()[0] is filter and f.__reduce__()[1][0] is None


def test_stop_iteration_inside():
    def stop(x):
        raise StopIteration

    assert list(map(stop, [1, 2])) == []
    assert list(zip(map(stop, [1]), [1])) == []


def test_subclasses():
    class E(enumerate):
        pass

    class Z(zip):
        pass

    e = E("ab", start=1)
    e.x = 1
    assert list(e) == [(1, "a"), (2, "b")] and list(Z([1], [2])) == [(1, 2)]
    raises(TypeError, lambda: type("R", (range,), {}), message="type 'range' is not an acceptable base type")
    raises(TypeError, lambda: type("S", (slice,), {}), message="type 'slice' is not an acceptable base type")


def test_reduce_when_builtins_are_odd():
    import builtins

    class Name:
        def __init__(self, name, iterator):
            self.name, self.iterator = name, iterator

        def __hash__(self):
            return hash(self.name)

        def __eq__(self, other):
            list(self.iterator)
            return other == self.name

    names = builtins.__dict__
    saved = names["iter"]
    for make, empty in ((lambda: saved([1, 2]), []), (lambda: saved((1, 2)), ()), (lambda: saved("xyz"), ""), (lambda: saved(bytes(3)), ())):
        iterator = make()
        del names["iter"]
        names[Name("iter", iterator)] = saved
        try:
            reduced = iterator.__reduce__()
        finally:
            for key in [k for k in names if type(k) is Name]:
                del names[key]
            names["iter"] = saved
        assert reduced == (saved, (empty,))
    del names["iter"]
    try:
        raises(AttributeError, saved("xyz").__reduce__)
    finally:
        names["iter"] = saved
