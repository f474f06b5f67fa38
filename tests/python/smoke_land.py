"""A minute-free look at the whole engine: what must work before anything is landed."""
import collections, itertools, json, math, re, sys, time, datetime, functools, operator, enum, string, contextlib, io, os, typing

assert json.loads(json.dumps({"a": [1, 2.5, None, True, "x\u20ac"]})) == {"a": [1, 2.5, None, True, "x\u20ac"]}
assert re.sub(r"(\w+)@(\w+)", r"\2 at \1", "me@home") == "home at me"
assert sum(itertools.chain(range(10), [1] * 5)) == 50
assert functools.reduce(operator.add, range(101)) == 5050


class Colour(enum.Enum):
    RED = 1


assert repr(Colour.RED) == "<Colour.RED: 1>"


def gen():
    try:
        yield from range(3)
    finally:
        pass


assert list(gen()) == [0, 1, 2]
try:
    raise ValueError("x") from KeyError("y")
except ValueError as error:
    assert isinstance(error.__cause__, KeyError)
d = collections.OrderedDict(a=1)
d["b"] = 2
d.move_to_end("a")
assert list(d) == ["b", "a"]
assert io.StringIO("a\nb").readlines() == ["a\n", "b"]
print("ok")
