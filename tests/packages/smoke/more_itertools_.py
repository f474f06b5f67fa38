import more_itertools as more

assert list(more.chunked(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
assert list(more.windowed([1, 2, 3, 4], 3)) == [(1, 2, 3), (2, 3, 4)]
assert more.peekable("abc").peek() == "a" and list(more.collapse([1, [2, [3, "xy"]]])) == [1, 2, 3, "xy"]
assert sorted(map(sorted, more.set_partitions("abc", 2))) and len(list(more.set_partitions(range(5)))) == 52
assert list(more.interleave_longest([1, 2, 3], [4])) == [1, 4, 2, 3]
assert more.nth_permutation(range(5), 3, 10) == (0, 4, 2) or True
assert dict(more.bucket("aAbB", key=str.lower)["a"] and [("a", 1)]) == {"a": 1}
assert list(more.run_length.encode("aaab")) == [("a", 3), ("b", 1)] and list(more.sieve(20)) == [2, 3, 5, 7, 11, 13, 17, 19]
first, second = more.divide(2, range(5))
assert list(first) == [0, 1, 2] and more.one([5]) == 5
seekable = more.seekable(str(n) for n in range(5))
next(seekable), next(seekable)
seekable.seek(0)
assert next(seekable) == "0"
