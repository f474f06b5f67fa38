# dict and its views: methods, order, messages, dicts that change under == and __hash__.
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
    assert dict() == {} and dict(a=1) == {"a": 1} and dict({1: 2}, b=3) == {1: 2, "b": 3}
    assert dict([(1, 2), [3, 4], "ab"]) == {1: 2, 3: 4, "a": "b"}
    raises(TypeError, lambda: dict(1), message="'int' object is not iterable")
    error = raises(TypeError, lambda: dict([1]), message="object is not iterable")
    assert error.__notes__ == ["Cannot convert dictionary update sequence element #0 to a sequence"]
    raises(ValueError, lambda: dict([(1, 2, 3)]), message="dictionary update sequence element #0 has length 3; 2 is required")
    raises(TypeError, lambda: dict(1, 2), message="dict expected at most 1 argument, got 2")
    raises(TypeError, lambda: {}.update(1, 2), message="update expected at most 1 argument, got 2")

    class Mapping:
        def keys(self):
            return ["x", "y"]

        def __getitem__(self, key):
            return key * 2

    assert dict(Mapping()) == {"x": "xx", "y": "yy"}


def test_unhashable():
    where = "cannot use 'list' as a dict key (unhashable type: 'list')"
    raises(TypeError, lambda: {}[[]], message=where)
    raises(TypeError, lambda: {[]: 1}, message=where)
    raises(TypeError, lambda: {}.get([]), message=where)
    raises(TypeError, lambda: [] in {}, message=where)
    raises(TypeError, lambda: {}.setdefault([], 1), message=where)
    raises(TypeError, lambda: {(1, []): 1}, message="cannot use 'tuple' as a dict key (unhashable type: 'list')")
    raises(KeyError, lambda: {}.pop([]))
    raises(TypeError, lambda: {1: 1}.pop([]), message=where)

    class Bad:
        def __hash__(self):
            raise ValueError("no hash")

    raises(ValueError, lambda: {Bad(): 1}, message="no hash")


def test_access():
    d = {1: "a", "k": "b", (1, 2): "c", None: "d", 2.5: "e", b"x": "f", frozenset({1}): "g"}
    assert d[1] == d[1.0] == d[True] == "a" and d[1, 2] == "c" and d[None] == "d" and d[2.5] == "e" and d[b"x"] == "f"
    assert d[frozenset([1])] == "g" and len(d) == 7
    assert raises(KeyError, lambda: d["missing"]).args == ("missing",)
    assert raises(KeyError, lambda: d[(9, 9)]).args == ((9, 9),)
    assert d.get("k") == "b" and d.get("z") is None and d.get("z", 5) == 5
    assert d.setdefault("k", 1) == "b" and d.setdefault("n", 2) == 2 and d.setdefault("m") is None
    assert d.pop("n") == 2 and d.pop("n", 7) == 7
    raises(KeyError, lambda: d.pop("n"), message="'n'")

    def delete():
        del d["n"]

    raises(KeyError, delete, message="'n'")
    d["k" + ""] = 5
    assert d["".join(["k"])] == 5


def test_int_keys():
    for keys in (range(1000), range(-500, 500), range(0, 1 << 40, 1 << 30), [i << 20 for i in range(3000)],
                 [i << 44 for i in range(3000)], [(1 << 61) - 1 + i for i in range(-50, 50)], [i * ((1 << 61) - 1) for i in range(50)],
                 [-1, -2, -3, 1 << 62, -(1 << 62), 1 << 64, -(1 << 100)]):
        d = {k: k for k in keys}
        assert len(d) == len(keys) and list(d) == list(keys) and all(d[k] == k for k in keys)
        for k in list(keys)[::2]:
            del d[k]
        assert list(d) == list(keys)[1::2] and all((k in d) == (i % 2 == 1) for i, k in enumerate(keys))


def test_order():
    d = dict.fromkeys("abcdef", 0)
    del d["b"]
    d["b"] = 1
    d["a"] = 5
    assert list(d) == list("acdefb") and list(reversed(d)) == list("bfedca")
    assert d.popitem() == ("b", 1) and d.popitem() == ("f", 0)
    d["g"] = 2
    assert list(d.items()) == [("a", 5), ("c", 0), ("d", 0), ("e", 0), ("g", 2)]
    assert list(reversed(d.values())) == [2, 0, 0, 0, 5]
    assert list(reversed(d.items()))[0] == ("g", 2)


def test_push_and_pop():
    d = {}
    for i in range(5000):  # a stack: the index must not fill up with what was removed
        d["keep"] = 0
        d[i] = i
        assert d.popitem() == (i, i)
    assert list(d) == ["keep"]
    for i in range(5000):  # a queue
        d[i] = i
        if i >= 10:
            del d[i - 10]
    assert list(d) == ["keep"] + list(range(4990, 5000))
    while d:
        d.popitem()
    raises(KeyError, d.popitem, message="'popitem(): dictionary is empty'")
    for i in range(100):
        d[i] = i
    for i in range(100):
        assert d.popitem() == (99 - i, 99 - i)
    d[1] = 1
    assert d == {1: 1}


def test_update_and_or():
    a, b = {1: 2, 3: 4}, {3: 5, 6: 7}
    assert a | b == {1: 2, 3: 5, 6: 7} and b | a == {3: 4, 6: 7, 1: 2} and list(b | a) == [3, 6, 1]
    a |= b
    assert a == {1: 2, 3: 5, 6: 7}
    a |= [(1, 0)]
    assert a[1] == 0
    raises(TypeError, lambda: a | 5, message="unsupported operand type(s) for |: 'dict' and 'int'")
    raises(TypeError, lambda: a | [(1, 2)])
    a.update(z=1)
    assert a["z"] == 1
    c = a.copy()
    assert c == a and c is not a
    c.clear()
    assert c == {} and a != c and len(a) == 4
    assert dict.fromkeys([1, 2]) == {1: None, 2: None}


def test_compare():
    nan = float("nan")
    assert {1: nan} == {1: nan} and {1: 2, 3: 4} == {3: 4, 1: 2} and {1: 2} != {1: 3} and {1: 2} != {2: 2}
    raises(TypeError, lambda: {} < {}, message="'<' not supported between instances of 'dict' and 'dict'")
    assert ({} == []) is False


def test_changed_while_iterating():
    d = {1: 1}

    def grow():
        for k in d:
            d[k + 1] = 1

    raises(RuntimeError, grow, message="dictionary changed size during iteration")
    d = {0: 0}

    def replace():
        for k in d:
            del d[k]
            d[k + 1] = 0

    raises(RuntimeError, replace, message="dictionary keys changed during iteration")
    it = iter(d)
    d["new"] = 1
    raises(RuntimeError, next, it, message="dictionary changed size during iteration")
    d.pop("new")
    raises(RuntimeError, next, it)
    for k in d:
        d[k] = "value may change"


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

    for action in (lambda: d.clear(), lambda: d.update((i, i) for i in range(100)), lambda: d.pop(keys[0], None), lambda: d.popitem(),
                   lambda: d.update({keys[0]: 9}), lambda: [d.popitem() for _ in range(len(d))]):
        for operation in (lambda: d[Key(5)], lambda: d.get(Key(5)), lambda: d.setdefault(Key(5), 1), lambda: d.pop(Key(5), 0),
                          lambda: d.__setitem__(Key(5), 0), lambda: Key(5) in d, lambda: d == dict.fromkeys(keys),
                          lambda: d.update({Key(7): 1}), lambda: {Key(1): 1} | d, lambda: list(d.items()) == d.items()):
            for times in (1, 2, 3):
                armed = []
                keys = [Key(i) for i in range(6)]
                d = dict.fromkeys(keys)
                armed = [action] * times
                try:
                    operation()
                except (KeyError, RuntimeError):
                    pass
                armed = []
                assert len(d) == len(list(d)) == len(set(map(id, d)))


def test_str_like_keys():
    class S(str):
        pass

    class Loud(str):
        def __hash__(self):
            return hash(str(self))

        def __eq__(self, other):
            return str.__eq__(self, other)

    class Foreign:
        def __hash__(self):
            return hash("key")

        def __eq__(self, other):
            return other == "key"

    d = {"key": 1, "other": 2}
    assert d[S("key")] == 1 and d[Loud("key")] == 1 and d[Foreign()] == 1
    for K in (S, Loud):
        e = {K("key"): 5}
        assert e["key"] == 5 and "".join(["k", "ey"]) in e and e[Foreign()] == 5
        e["key"] = 6
        assert len(e) == 1 and type(next(iter(e))) is K
    assert {Foreign(): 3}["key"] == 3

    class O:
        pass

    o = O()
    o.__dict__[S("name")] = 4
    assert o.name == 4


def test_missing():
    class D(dict):
        def __missing__(self, key):
            return key * 2

    d = D(a=1)
    d.x = 1
    assert d["a"] == 1 and d["b"] == "bb" and d.get("b") is None and "b" not in d
    assert type(d.copy()) is dict and type(D.fromkeys("a")) is D and D.fromkeys("ab", 1) == {"a": 1, "b": 1}
    assert type(d | {}) is dict


def test_repr():
    d = {1: "a"}
    d["self"] = d
    assert repr(d) == "{1: 'a', 'self': {...}}"
    assert repr({}) == "{}" and repr({1: 2}.keys()) == "dict_keys([1])" and repr({1: 2}.items()) == "dict_items([(1, 2)])"
    e = {}
    e[0] = e.values()
    assert repr(e) == "{0: dict_values([...])}" or "..." in repr(e)


def test_views():
    d = {1: "a", 2: "b"}
    k, v, i = d.keys(), d.values(), d.items()
    assert len(k) == len(v) == len(i) == 2 and 1 in k and "a" in v and (1, "a") in i and (1, "b") not in i and 1 not in i
    d[3] = "c"
    assert list(k) == [1, 2, 3] and len(i) == 3
    assert k & {1, 9} == {1} and k | [7] == {1, 2, 3, 7} and k - [1] == {2, 3} and k ^ [1, 5] == {2, 3, 5}
    assert {1, 9} & k == {1} and [1] | k == {1, 2, 3} and [1, 9] - k == {9} and {1} ^ k == {2, 3} and type(k & k) is set
    assert i & {(1, "a")} == {(1, "a")} and i - i == set() and i ^ i == set()
    assert k == {1, 2, 3} and k <= {1, 2, 3, 4} and k < {1, 2, 3, 4} and k > {1} and {1, 2, 3} == k and not k < k and k != {1}
    assert k == dict.fromkeys([3, 2, 1]).keys() and i == dict(d).items() and not (v == d.values())
    assert k.isdisjoint([5]) and not k.isdisjoint({1}) and not i.isdisjoint([(1, "a")])
    raises(TypeError, lambda: k < 5, message="'<' not supported between instances of 'dict_keys' and 'int'")
    raises(TypeError, lambda: k - 5, message="'int' object is not iterable")
    assert k.mapping[1] == "a" and type(k.mapping).__name__ == "mappingproxy"
    raises(TypeError, hash, k)
    raises(TypeError, lambda: type(k)(), message="cannot create 'dict_keys' instances")


def test_iterators():
    d = {1: "a", 2: "b", 3: "c"}
    it = iter(d.items())
    assert it.__length_hint__() == 3 and next(it) == (1, "a") and it.__reduce__() == (iter, ([(2, "b"), (3, "c")],))
    assert list(it) == [(2, "b"), (3, "c")] and it.__length_hint__() == 0 and next(it, 0) == 0
    assert type(iter(d)).__name__ == "dict_keyiterator" and type(reversed(d.items())).__name__ == "dict_reverseitemiterator"


def test_large():
    d = {}
    for i in range(100000):
        d[str(i)] = i
    assert len(d) == 100000 and all(d[str(i)] == i for i in range(0, 100000, 97)) and "x" not in d
    for i in range(99990):
        del d[str(i)]
    assert list(d) == [str(i) for i in range(99990, 100000)]
    d["y"] = 1
    assert len(d) == 11


def test_deep():
    d = {}
    for _ in range(200000):
        d = {1: d}
    raises(RecursionError, repr, d)
    e = {}
    for _ in range(200000):
        e = {1: e}
    raises(RecursionError, lambda: d == e)


def test_notes_and_known_hashes():
    def bad():
        yield "key"
        raise TypeError("oops")

    error = raises(TypeError, lambda: dict([bad()]), message="oops")
    assert error.__notes__ == ["Cannot convert dictionary update sequence element #0 to a sequence"]

    class Counting:
        hashes = 0

        def __hash__(self):
            Counting.hashes += 1
            return 7

    d = {Counting(): 1, "text": 2, 5: 3, -2: 4}
    s = set(d)
    assert Counting.hashes == 1 and len(s) == 4 and "text" in s and 5 in s and -2 in s
    f = frozenset(d)
    assert dict.fromkeys(s) == dict.fromkeys(d) == dict.fromkeys(f) and s.difference(d) == set() and Counting.hashes == 1
    assert dict.fromkeys(s)["text"] is None and frozenset("a").intersection() == {"a"}

    many = {str(i): i for i in range(1000)}
    for i in range(1, 1000):
        del many[str(i)]
    iterators = reversed(many), reversed(many.keys()), reversed(many.values()), reversed(many.items())
    many.clear()
    many["0"] = 0
    assert [list(i) for i in iterators] == [[], [], [], []]
