# _operator: the functions and the getters.
import _operator
import copy
import operator
from operator import attrgetter, itemgetter, methodcaller


def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} not raised")


def test_arithmetic():
    big = 2**62
    assert operator.add(big, big) == 2**63 and operator.sub(-big, big) == -(2**63) and operator.mul(big, big) == 2**124
    assert operator.add("a", "b") == "ab" and operator.and_(6, 3) == 2 and operator.or_({1}, {2}) == {1, 2}
    assert operator.xor(-1, 5) == -6 and operator.pow(2, 5) == 32 and operator.truediv(1, 2) == 0.5
    items = [1]
    assert operator.iadd(items, (2,)) is items and operator.iconcat(items, "x") is items and items == [1, 2, "x"]
    assert raises(TypeError, operator.imatmul, 1, 2) == "unsupported operand type(s) for @=: 'int' and 'int'"
    assert operator.add(True, True) == 2 and operator.and_(True, False) is False


def test_objects():
    assert operator.is_none(None) and not operator.is_none(0) and operator.is_not_none(0)
    assert operator.truth([0]) is True and operator.not_([]) is True
    assert operator.index(True) == 1 and type(operator.index(True)) is int

    class I(int):
        pass

    assert type(operator.index(I(2**80))) is int
    assert operator.call(max, 1, 2, key=lambda x: -x) == 1


def test_sequences():
    assert operator.concat((1,), (2,)) == (1, 2)
    assert raises(TypeError, operator.concat, 1, 2) == "'int' object can't be concatenated"
    assert operator.countOf(iter([1, 2, 1]), 1) == 2 and operator.indexOf("abc", "c") == 2
    assert raises(ValueError, operator.indexOf, [], 1) == "sequence.index(x): x not in sequence"
    assert operator.length_hint(iter([1, 2])) == 2 and operator.length_hint(3, 4) == 4

    class Shrinks:
        def __eq__(self, other):
            items.clear()
            return False

    items = [Shrinks(), Shrinks(), Shrinks()]
    assert operator.countOf(items, 1) == 0


def test_itemgetter():
    row = ("a", "b", "c")
    assert itemgetter(1)(row) == "b" and itemgetter(-1)(row) == "c" and itemgetter(0, 2)(row) == ("a", "c")
    assert itemgetter(slice(1, 3))(row) == ("b", "c") and itemgetter("k")({"k": 1}) == 1
    assert raises(IndexError, itemgetter(3), row) == "tuple index out of range"
    assert repr(itemgetter(1, "x")) == "operator.itemgetter(1, 'x')"
    assert itemgetter(1, 2).__reduce__() == (itemgetter, (1, 2)) and copy.copy(itemgetter(1))(row) == "b"
    raises(TypeError, itemgetter), raises(TypeError, itemgetter(1)), raises(TypeError, itemgetter(1), row, x=1)
    loop = []
    loop.append(itemgetter(loop))
    assert "..." in repr(loop)


def test_attrgetter():
    class C:
        pass

    c = C()
    c.x = C()
    c.x.y = 5
    assert attrgetter("x.y")(c) == 5 and attrgetter("x", "x.y")(c) == (c.x, 5)
    assert attrgetter("__class__.__name__")(c) == "C"
    assert raises(AttributeError, attrgetter("x.z.a"), c) == "'C' object has no attribute 'z'"
    assert raises(TypeError, attrgetter, 3) == "attribute name must be a string"
    assert attrgetter("x.y", "x").__reduce__() == (attrgetter, ("x.y", "x"))
    assert repr(attrgetter("a.b")) == "operator.attrgetter('a.b')"
    raises(AttributeError, attrgetter("x."), c), raises(AttributeError, attrgetter(""), c)


def test_methodcaller():
    assert methodcaller("split", "-", maxsplit=1)("a-b-c") == ["a", "b-c"]
    assert repr(methodcaller("f", 1, b=2)) == "operator.methodcaller('f', 1, b=2)"
    assert copy.copy(methodcaller("split", "-", maxsplit=1))("a-b-c") == ["a", "b-c"]
    assert methodcaller("upper").__reduce__() == (methodcaller, ("upper",))
    raises(AttributeError, methodcaller("nope"), 1), raises(TypeError, methodcaller), raises(TypeError, methodcaller, 1)

    class C:
        def f(self, *args, **kwargs):
            return args, kwargs

    c = C()
    assert methodcaller("f", *range(20), k=1)(c) == (tuple(range(20)), {"k": 1})
    c.f = lambda: "own"
    assert methodcaller("f")(c) == "own"


def test_compare_digest():
    compare = _operator._compare_digest
    assert compare("ab", "ab") and not compare("ab", "a") and compare(b"x", bytearray(b"x")) and not compare(b"", b"x")
    raises(TypeError, compare, "a", b"a"), raises(TypeError, compare, "\xe9", "\xe9"), raises(TypeError, compare, 1, 2)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
