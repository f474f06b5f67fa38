# list and tuple: methods, slices, messages, lists that change under == and __index__.
# gc stress: every 1009 allocations (it makes too many objects for a collection at each)


def raises(kind, function, *arguments, message=None):
    try:
        function(*arguments)
    except kind as error:
        assert type(error) is kind, type(error)
        if message is not None:
            assert str(error) == message, str(error)
        return error
    raise AssertionError(f"{kind.__name__} expected")


def test_make():
    assert list() == [] and list("abc") == ["a", "b", "c"]
    assert list(range(5)) == [0, 1, 2, 3, 4] and list({1: 2}) == [1]
    assert tuple() == () and tuple([1, 2]) == (1, 2)
    t = (1, 2)
    assert tuple(t) is t
    raises(TypeError, lambda: list(1, 2), message="list expected at most 1 argument, got 2")
    raises(TypeError, lambda: list(a=1), message="list() takes no keyword arguments")
    raises(TypeError, lambda: tuple(1, 2), message="tuple expected at most 1 argument, got 2")
    raises(TypeError, lambda: tuple(a=1), message="tuple() takes no keyword arguments")
    raises(TypeError, lambda: list(5), message="'int' object is not iterable")


def test_index():
    a = [10, 20, 30]
    assert a[0] == 10 and a[-1] == 30 and a[True] == 20
    raises(IndexError, lambda: a[3], message="list index out of range")
    raises(IndexError, lambda: a[-4], message="list index out of range")
    raises(IndexError, lambda: a[1 << 70], message="cannot fit 'int' into an index-sized integer")
    raises(TypeError, lambda: a["x"], message="list indices must be integers or slices, not str")
    raises(TypeError, lambda: a[1.0], message="list indices must be integers or slices, not float")
    raises(TypeError, lambda: tuple([1])["a"], message="tuple indices must be integers or slices, not str")
    raises(IndexError, lambda: tuple([1])[1], message="tuple index out of range")

    class Index:
        def __index__(self):
            a.clear()
            return 0

    raises(IndexError, lambda: a[Index()])


def test_slices():
    a = list(range(10))
    for start in (None, -20, -10, -3, 0, 2, 9, 10, 20):
        for stop in (None, -20, -10, -3, 0, 2, 9, 10, 20):
            for step in (None, 1, 2, 3, -1, -2, -7, 100, -100):
                wanted = [a[i] for i in range(*slice(start, stop, step).indices(10))]
                assert a[start:stop:step] == wanted
                assert tuple(a)[start:stop:step] == tuple(wanted)
                b = a[:]
                del b[start:stop:step]
                assert b == [x for x in a if x not in wanted]
                if step not in (None, 1):
                    b = a[:]
                    b[start:stop:step] = [-x for x in wanted]
                    assert b == [-x if x in wanted else x for x in a]
    raises(ValueError, lambda: a[::0], message="slice step cannot be zero")
    t = (1, 2, 3)
    assert t[:] is t


def test_assign():
    a = [1, 2, 3]
    a[1:2] = "xyz"
    assert a == [1, "x", "y", "z", 3]
    a[:] = a
    assert a == [1, "x", "y", "z", 3]
    a[1:3] = a
    assert a == [1, 1, "x", "y", "z", 3, "z", 3]
    a[5:2] = [0]
    assert a == [1, 1, "x", "y", "z", 0, 3, "z", 3]
    del a[2:5], a[0]
    assert a == [1, 0, 3, "z", 3]

    def assign(key, value):
        a[key] = value

    def delete(key):
        del a[key]

    raises(IndexError, assign, 9, 0, message="list assignment index out of range")
    raises(IndexError, delete, 9, message="list assignment index out of range")
    raises(TypeError, assign, slice(0, 1), 5, message="must assign iterable to extended slice")
    raises(ValueError, assign, slice(0, 5, 2), [1], message="attempt to assign sequence of size 1 to extended slice of size 3")
    raises(TypeError, assign, "a", 5, message="list indices must be integers or slices, not str")

    def generate():
        a.clear()
        yield 7

    a[1:3] = generate()
    assert a == [7]


def test_operators():
    assert [1] + [2] == [1, 2] and [1, 2] * 2 == [1, 2, 1, 2] and 0 * [1] == [] and -1 * (1,) == ()
    raises(TypeError, lambda: [1] + (1,), message='can only concatenate list (not "tuple") to list')
    raises(TypeError, lambda: (1,) + [1], message='can only concatenate tuple (not "list") to tuple')
    raises(TypeError, lambda: [1] * "a", message="can't multiply sequence by non-int of type 'str'")
    raises(OverflowError, lambda: [1] * (1 << 70), message="cannot fit 'int' into an index-sized integer")
    raises(MemoryError, lambda: [1] * (1 << 62))
    raises(MemoryError, lambda: (1, 2) * (1 << 62))
    a = b = [1]
    a += (2, 3)
    a *= 2
    assert b == [1, 2, 3, 1, 2, 3]
    a += a
    assert len(b) == 12
    a *= 0
    assert b == []
    assert [1, 2] < [1, 3] and [1] < [1, 0] and not [2] < [1, 5] and [1, 2] >= [1, 2] and (1, "a") < (2, 1)
    raises(TypeError, lambda: [1] < (1,), message="'<' not supported between instances of 'list' and 'tuple'")
    raises(TypeError, lambda: [1, "a"] < [1, 2], message="'<' not supported between instances of 'str' and 'int'")
    nan = float("nan")
    assert [nan] == [nan] and nan in [nan] and [nan].index(nan) == 0 and (nan,) == (nan,)


def test_methods():
    a = [1, 2]
    a.append(3)
    a.extend(x for x in (4, 5))
    a.insert(0, 0)
    a.insert(-1, "x")
    a.insert(100, 9)
    assert a == [0, 1, 2, 3, 4, "x", 5, 9]
    assert a.pop() == 9 and a.pop(0) == 0 and a.pop(-2) == "x" and a == [1, 2, 3, 4, 5]
    assert a.index(3) == 2 and a.count(3) == 1 and a.index(5, -2) == 4
    raises(ValueError, lambda: a.index(1, 1), message="list.index(x): x not in list")
    raises(ValueError, lambda: a.index(5, 0, -1))
    raises(ValueError, lambda: (1,).index(3), message="tuple.index(x): x not in tuple")
    raises(ValueError, lambda: a.remove(9), message="list.remove(x): x not in list")
    raises(IndexError, lambda: [].pop(), message="pop from empty list")
    raises(IndexError, lambda: [1].pop(5), message="pop index out of range")
    a.remove(3)
    a.reverse()
    assert a == [5, 4, 2, 1] and a.copy() == a and a.copy() is not a
    a.clear()
    assert a == []
    assert list(reversed([1, 2, 3])) == [3, 2, 1]
    assert (1, 2, 1).count(1) == 2 and (1, 2, 1).index(1, 1) == 2


def test_repr():
    a = [1]
    a.append(a)
    assert repr(a) == "[1, [...]]"
    t = ([],)
    t[0].append(t)
    assert repr(t) == "([(...)],)"
    assert repr(()) == "()" and repr((1,)) == "(1,)" and repr((1, 2)) == "(1, 2)" and repr([]) == "[]"

    class Shrinks:
        def __repr__(self):
            b.clear()
            return "gone"

    b = [Shrinks(), 1, 2]
    assert repr(b) == "[gone]"


def test_unhashable():
    raises(TypeError, lambda: hash([]), message="unhashable type: 'list'")
    raises(TypeError, lambda: hash((1, [])), message="unhashable type: 'list'")
    assert list.__hash__ is None
    assert hash((1, 2)) == -3550055125485641917 and hash(()) == 5740354900026072187


def test_mutation_under_eq():
    class Clears:
        def __eq__(self, other):
            a.clear()
            return False

    for f in (lambda: 1 in a, lambda: a.index(1), lambda: a.remove(1), lambda: a.count(1), lambda: a == [1] * 4):
        a = [Clears(), Clears(), Clears(), 1]
        try:
            f()
        except ValueError:
            pass
        assert a == []


def test_growing_while_iterating():
    a = [1]
    for x in a:
        if len(a) < 50:
            a.append(x + 1)
    assert a == list(range(1, 51))
    it = iter(a)
    next(it)
    del a[:]
    assert next(it, None) is None
    a.append(1)
    assert next(it, None) is None  # ended is ended


def test_iterators():
    it = iter([1, 2, 3])
    assert it.__length_hint__() == 3 and next(it) == 1
    assert it.__reduce__() == (iter, ([1, 2, 3],), 1)
    it.__setstate__(2)
    assert list(it) == [3] and it.__reduce__() == (iter, ([],)) and it.__length_hint__() == 0
    r = reversed([1, 2, 3])
    assert next(r) == 3 and r.__length_hint__() == 2 and r.__reduce__() == (reversed, ([1, 2, 3],), 1)
    r.__setstate__(0)
    assert list(r) == [1] and r.__reduce__() == (reversed, ([],))
    t = iter((1, 2))
    assert next(t) == 1 and t.__reduce__() == (iter, ((1, 2),), 1) and t.__length_hint__() == 1
    assert list(t) == [2] and t.__reduce__() == (iter, ((),))
    assert type(it).__name__ == "list_iterator" and type(r).__name__ == "list_reverseiterator"
    assert type(t).__name__ == "tuple_iterator"


def test_subclasses():
    class L(list):
        pass

    class T(tuple):
        pass

    a = L([1, 2])
    a.x = 5
    assert a == [1, 2] and type(a + [3]) is list and type(a[:]) is list and a.x == 5 and type(a.copy()) is list
    t = T([1, 2])
    t.y = 6
    assert t == (1, 2) and type(t + (3,)) is tuple and type(t[:]) is tuple and t.y == 6 and tuple(t) == (1, 2)
    assert type(tuple(t)) is tuple and hash(t) == hash((1, 2)) and T() == () and type(T()) is T
    assert T(range(3)).__getnewargs__() == ((0, 1, 2),)

    class K(list):
        def __init__(self, *args, key=None):
            super().__init__(*args)
            self.key = key

    assert K([1], key=2) == [1] and K([1], key=2).key == 2


def test_deep():
    a = []
    for _ in range(300000):
        a = [a]
    raises(RecursionError, repr, a)
    b = []
    for _ in range(300000):
        b = [b]
    raises(RecursionError, lambda: a == b)
    t = ()
    for _ in range(300000):
        t = (t,)
    raises(RecursionError, hash, t)


def test_generic_alias():
    assert repr(list[int]) == "list[int]" and repr(tuple[int, ...]) == "tuple[int, ...]"
    assert repr(dict[str, int]) == "dict[str, int]" and list[int].__origin__ is list


def test_patterns():
    def match(x):
        match x:
            case [a, *b]:
                return a, b
            case {"k": v, **rest}:
                return v, rest
            case _:
                return None

    assert match([1, 2]) == (1, [2]) and match((1,)) == (1, []) and match(range(2)) == (0, [1])
    assert match({"k": 1, "z": 2}) == (1, {"z": 2}) and match("ab") is None and match({1}) is None


def test_eq_that_empties_both():
    class X:
        def __eq__(self, other):
            b.clear()
            return NotImplemented

    class Y:
        def __eq__(self, other):
            a.clear()
            return NotImplemented

    a, b = [X()], [Y()]
    assert a == b


def test_keywords_of_subclasses():
    class New(list):
        def __new__(cls, items, extra=None):
            self = super().__new__(cls, items)
            self.extra = extra
            return self

    class NewSet(set):
        def __new__(cls, items, extra=None):
            return super().__new__(cls, items)

    assert New([1], extra=2) == [1] and New([1], extra=2).extra == 2
    raises(TypeError, lambda: NewSet([1], extra=2), message="set() takes no keyword arguments")
    raises(TypeError, lambda: type("Plain", (list,), {})(a=1), message="list() takes no keyword arguments")
