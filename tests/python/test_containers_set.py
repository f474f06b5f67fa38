# set and frozenset.


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
    assert set() == set([]) and set("abca") == {"a", "b", "c"} and frozenset([1, 1]) == {1}
    f = frozenset([1])
    assert frozenset(f) is f and f.copy() is f
    raises(TypeError, lambda: set(1, 2), message="set expected at most 1 argument, got 2")
    raises(TypeError, lambda: frozenset(a=1), message="frozenset() takes no keyword arguments")
    raises(TypeError, lambda: set([[]]), message="cannot use 'list' as a set element (unhashable type: 'list')")
    raises(TypeError, lambda: [] in set())


def test_order_of_ints():
    # The reference implementation's order, on which printed output rests.
    assert list({3, 1, 2}) == [1, 2, 3] and list(set(range(20))) == list(range(20))
    assert repr({5, -1, 100, 7, 33}) == "{33, 100, 5, 7, -1}"
    assert list({i * i for i in range(10)}) == [0, 1, 64, 4, 36, 9, 16, 49, 81, 25]
    s = {1, 2, 3}
    assert s.pop() == 1 and s.pop() == 2 and s.pop() == 3
    raises(KeyError, s.pop, message="'pop from an empty set'")


def test_methods():
    s = {1, 2}
    s.add(3)
    s.add(3)
    s.discard(9)
    s.remove(1)
    assert s == {2, 3}
    assert raises(KeyError, s.remove, 1).args == (1,)
    s.update([5], {6: 0}, {7})
    assert s == {2, 3, 5, 6, 7}
    s.difference_update([2], {3})
    s.intersection_update({5, 6, 8}, [5, 6])
    s.symmetric_difference_update([6, 9, 9])
    assert s == {5, 9}
    assert s.union([1], (2,)) == {5, 9, 1, 2} and s.intersection([5], {5, 1}) == {5} and s.difference({5}) == {9}
    assert s.symmetric_difference([5, 1]) == {9, 1} and s.issubset([5, 9, 1]) and s.issuperset([5]) and s.isdisjoint([1])
    assert not s.isdisjoint({5}) and s.copy() == s and s.copy() is not s
    s.clear()
    assert s == set() and len(s) == 0 and not s
    a = {1, 2}
    a.update(a)
    a.intersection_update(a)
    assert a == {1, 2} and a ^ a == set()
    a.symmetric_difference_update(a)
    assert a == set()
    a = {1}
    a.difference_update(a)
    assert a == set()


def test_operators():
    a, f = {1, 2, 3}, frozenset({3, 4})
    assert a | f == {1, 2, 3, 4} and a & f == {3} and a - f == {1, 2} and a ^ f == {1, 2, 4}
    assert type(a | f) is set and type(f | a) is frozenset and type(f ^ a) is frozenset
    for g in (lambda: a | [1], lambda: a & [1], lambda: a - [1], lambda: a ^ [1]):
        raises(TypeError, g)
    raises(TypeError, lambda: a | [1], message="unsupported operand type(s) for |: 'set' and 'list'")
    b = a
    b |= {9}
    b &= {9, 1}
    b ^= {1, 5}
    b -= {9}
    assert a == {5} and a is b
    assert {1} < {1, 2} and {1} <= {1} and not {1} < {1} and {1, 2} > {2} and {1} == frozenset({1}) and {1} != {2}
    assert not {1} <= {2} and not {1} >= {2}
    raises(TypeError, lambda: a < [1], message="'<' not supported between instances of 'set' and 'list'")


def test_hash():
    raises(TypeError, lambda: hash(set()), message="unhashable type: 'set'")
    assert hash(frozenset({1, 2, 3})) == -272375401224217160 and hash(frozenset([3, 2, 1])) == hash(frozenset({1, 2, 3}))
    s = {frozenset({1, 2})}
    assert {1, 2} in s and {1} not in s
    s.discard({1, 2})
    assert s == set()
    raises(KeyError, s.remove, {1})
    raises(TypeError, s.add, {1}, message="cannot use 'set' as a set element (unhashable type: 'set')")


def test_repr():
    class S(set):
        pass

    class F(frozenset):
        pass

    assert repr(set()) == "set()" and repr(frozenset()) == "frozenset()" and repr({1}) == "{1}"
    assert repr(frozenset({1})) == "frozenset({1})" and repr(S([1])) == "S({1})" and repr(F()) == "F()"
    s = S()

    class Holder:
        def __repr__(self):
            return repr(s)

    s.add(Holder())
    assert repr(s) == "S({S(...)})"
    assert type(S([1]) | {2}) is set and type(S([1]).copy()) is set and type(F([1]) & {1}) is frozenset
    assert S([1]).__reduce__() == (S, ([1],), None) and {1}.__reduce__() == (set, ([1],), None)


def test_changed_while_iterating():
    s = {1}

    def grow():
        for x in s:
            s.add(x + 1)

    raises(RuntimeError, grow, message="Set changed size during iteration")
    it = iter({1, 2})
    assert it.__length_hint__() == 2 and next(it) == 1 and it.__reduce__() == (iter, ([2],)) and list(it) == [2]
    assert it.__reduce__() == (iter, ([],))


def test_eq_that_changes():
    class Key:
        def __init__(self, n):
            self.n = n

        def __hash__(self):
            return 1

        def __eq__(self, other):
            if armed:
                armed.pop()()
            return self.n == getattr(other, "n", None)

    for action in (lambda: s.clear(), lambda: s.update(range(100)), lambda: s.discard(keys[0]), lambda: s and s.pop(),
                   lambda: s.difference_update(list(s))):
        for operation in (lambda: Key(5) in s, lambda: s.add(Key(9)), lambda: s.remove(Key(5)), lambda: s.discard(Key(7)),
                          lambda: s | {Key(9)}, lambda: s & other, lambda: s - other, lambda: s ^ other, lambda: s == other,
                          lambda: s <= other, lambda: s.update(other), lambda: s.isdisjoint({Key(8)}), lambda: other | s,
                          lambda: s.symmetric_difference_update(other), lambda: s.intersection_update(other)):
            for times in (1, 2, 3):
                armed = []
                keys = [Key(i) for i in range(6)]
                s = set(keys)
                other = {Key(i) for i in range(6)}
                armed = [action] * times
                try:
                    operation()
                except (KeyError, RuntimeError):
                    pass
                armed = []
                assert len(s) == len(list(s)) == len(set(map(id, s)))


def test_patterns_of_ints():
    for keys in ([i << 20 for i in range(3000)], [i << 40 for i in range(3000)], range(-1000, 1000), [i * 61 for i in range(3000)]):
        s = set(keys)
        assert len(s) == len(keys) and all(k in s for k in keys) and sorted(s) == sorted(keys) and -5000000001 not in s
        for k in keys:
            s.remove(k)
        assert not s and list(s) == []


def test_drain():
    s = set(range(20000))
    total = 0
    while s:
        total += s.pop()
    assert total == 199990000
    for i in range(20000):  # add and remove by turns: what was removed does not fill the table
        s.add(i)
        s.remove(i)
    assert s == set()
