import pickle

import sortedcontainers
import toolz
from toolz import curried

assert toolz.pipe(range(10), curried.filter(lambda x: x % 2), curried.map(lambda x: x * x), list) == [1, 9, 25, 49, 81]
assert toolz.groupby(len, ["a", "bb", "cc"]) == {1: ["a"], 2: ["bb", "cc"]} and toolz.frequencies("aab") == {"a": 2, "b": 1}
assert toolz.update_in({"a": {"b": 1}}, ["a", "b"], lambda x: x + 1) == {"a": {"b": 2}}
add = toolz.curry(lambda x, y, z: x + y + z)
assert add(1)(2)(3) == add(1, 2)(3) == 6 and toolz.compose(str, abs)(-3) == "3" and list(toolz.sliding_window(2, "abc")) == [("a", "b"), ("b", "c")]
values = sortedcontainers.SortedList(range(2000, 0, -1))
values.add(0.5)
assert values[0] == 0.5 and values.bisect_left(1000) == 1000 and list(values.irange(3, 5)) == [3, 4, 5] and len(values) == 2001
values.remove(700)
assert values == pickle.loads(pickle.dumps(values))
mapping = sortedcontainers.SortedDict({"b": 1, "a": 2})
assert list(mapping) == ["a", "b"] and mapping.peekitem() == ("b", 1) and list(sortedcontainers.SortedSet("hello") & set("lo")) == ["l", "o"]
