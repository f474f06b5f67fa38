# The match statement.
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Color:
    RED = 1


def match_one(v):
    match v:
        case 0:
            return "zero"
        case -1 | 1.5 | "text" | b"b":
            return "literal"
        case None:
            return "none"
        case True:
            return "true"
        case []:
            return "empty"
        case [x]:
            return "one", x
        case [1, y, *rest] if rest:
            return "rest", y, rest
        case [first, *_, last] if first == last:
            return "ends", first
        case (a, b, *_) if a == "ab":
            return "ab", b
        case {"k": Color.RED, **others}:
            return "red", others
        case {"k": k, "l": [l, *_]}:
            return "kl", k, l
        case {}:
            return "mapping"
        case Point(0, y=y):
            return "point0", y
        case Point(x=px, y=py) as p:
            return "point", px, py, p.x
        case int(n) | float(n):
            return "number", n
        case str() as s:
            return "str", s
        case [Point(x, _), [*_, Point(_, y)]]:
            return "nested", x, y
        case (1 | 2 as z, "q"):
            return "or", z
        case _:
            return "other"


checks = [
    (0, "zero"), (0.0, "zero"), (-1, "literal"), (1.5, "literal"), ("text", "literal"), (b"b", "literal"),
    (None, "none"), (True, "true"), ([], "empty"), ((), "empty"), ([5], ("one", 5)),
    ([1, 2, 3], ("rest", 2, [3])), ([7, 8, 7], ("ends", 7)), (("ab", 4), ("ab", 4)),
    ({"k": 1, "z": 2}, ("red", {"z": 2})), ({"k": 2, "l": "ab"}, "mapping"), ({"k": 2, "l": [3]}, ("kl", 2, 3)),
    ({}, "mapping"), (Point(0, 4), ("point0", 4)), (Point(3, 4), ("point", 3, 4, 3)), (42, ("number", 42)),
    (2.25, ("number", 2.25)), ("abc", ("str", "abc")), ([Point(8, 1), [0, Point(2, 9)]], ("nested", 8, 9)),
    ((2, "q"), ("or", 2)), (object(), "other"), ({1}, "other"),
]
for value, wanted in checks:
    assert match_one(value) == wanted, (value, match_one(value), wanted)


def guard_binds(v):
    match v:
        case [x, y] if x > y:
            return "greater"
        case [_, z]:
            return x, y, z


assert guard_binds([1, 2]) == (1, 2, 2)


def no_match(v):
    match v:
        case [1]:
            return 1
    return "after"


assert no_match(5) == "after" and no_match([1]) == 1
match 3, 4:
    case a, b:
        assert (a, b) == (3, 4)
match [1, 2, 3, 4]:
    case [1, *middle, 4]:
        assert middle == [2, 3]


def bad_class():
    match 1:
        case Point(1, 2, 3):
            pass
    match Point(1, 2):
        case Point(1, 2, 3):
            pass


try:
    bad_class()
except TypeError as e:
    assert str(e) == "Point() accepts 2 positional sub-patterns (3 given)", e
else:
    assert False
x = {"a": {"b": [1, {"c": 2}]}}
match x:
    case {"a": {"b": [_, {"c": found}]}}:
        assert found == 2
    case _:
        assert False


# Of a class that is both, the first base decides.
def kind_of(x):
    match x:
        case [*_]:
            return "sequence"
        case {}:
            return "mapping"


import collections.abc


def methods():
    return {"__getitem__": lambda self, i: 1 / 0, "__len__": lambda self: 0, "__iter__": lambda self: iter(())}


Mapping, Sequence = collections.abc.Mapping, collections.abc.Sequence
assert kind_of(type(Mapping)("A", (Mapping, Sequence), methods())()) == "mapping"
assert kind_of(type(Mapping)("B", (Sequence, Mapping), methods())()) == "sequence"
assert kind_of(type(Mapping)("C", (Sequence, dict), methods())()) == "sequence"
assert kind_of(type(Mapping)("D", (dict, Sequence), methods())()) == "mapping"
