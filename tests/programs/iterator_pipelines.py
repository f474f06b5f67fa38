"""Iterators: itertools in combination, windows, merges, group-by, lazy streams, peeking, partitions, primes."""

import heapq
import itertools as it
import operator
from collections import deque
from collections.abc import Iterator


class Stream:
    """A lazy chain of steps; nothing runs until somebody asks."""

    def __init__(self, source):
        self.source = source

    def __iter__(self):
        return iter(self.source)

    def map(self, function, *more):
        return Stream(map(function, self, *more))

    def filter(self, keep):
        return Stream(filter(keep, self))

    def take(self, count):
        return Stream(it.islice(self, count))

    def until(self, stop):
        return Stream(it.takewhile(lambda x: not stop(x), self))

    def flat(self):
        return Stream(it.chain.from_iterable(self))

    def chunks(self, size):
        return Stream(it.batched(self, size))

    def window(self, size):
        def go():
            iterator = iter(self)
            view = deque(it.islice(iterator, size - 1), maxlen=size)
            for item in iterator:
                view.append(item)
                yield tuple(view)

        return Stream(go())

    def scan(self, function, *start):
        return Stream(it.accumulate(self, function, **({"initial": start[0]} if start else {})))

    def to(self, sink, *args, **kwargs):
        return sink(self, *args, **kwargs)


class Peekable(Iterator):
    def __init__(self, source):
        self.source, self.ahead = iter(source), deque()

    def __next__(self):
        return self.ahead.popleft() if self.ahead else next(self.source)

    def peek(self, default=None):
        if not self.ahead:
            try:
                self.ahead.append(next(self.source))
            except StopIteration:
                return default
        return self.ahead[0]

    def push(self, item):
        self.ahead.appendleft(item)


def primes():
    composites = {}
    for n in it.count(2):
        if n not in composites:
            yield n
            composites[n * n] = [n]
        else:
            for p in composites.pop(n):
                composites.setdefault(n + p, []).append(p)


def hamming():
    def times(source, factor):
        return (x * factor for x in source)

    copies = []

    def go():
        last = 1
        yield last
        for x in heapq.merge(*(times(copy, f) for copy, f in zip(copies, (2, 3, 5)))):
            if x != last:
                yield (last := x)

    out, *rest = it.tee(go(), 4)
    copies.extend(rest)
    return out


def runs(items):
    return [(key, len(list(group))) for key, group in it.groupby(items)]


def look_and_say():
    text = "1"
    while True:
        yield text
        text = "".join(f"{n}{digit}" for digit, n in runs(text))


def merge_ranges(numbers):
    source = Peekable(sorted(set(numbers)))
    for start in source:
        end = start
        while source.peek() == end + 1:
            end = next(source)
        yield f"{start}-{end}" if end > start else str(start)


def interleave(*sources):
    active = deque(map(iter, sources))
    while active:
        try:
            yield next(active[0])
            active.rotate(-1)
        except StopIteration:
            active.popleft()


def partitions(n, largest=None):
    if n == 0:
        yield ()
    for first in range(min(n, largest or n), 0, -1):
        for rest in partitions(n - first, first):
            yield (first, *rest)


def trace(name, source, log):
    for item in source:
        log.append(f"{name}{item}")
        yield item


def main():
    print(Stream(it.count(1)).map(lambda x: x * x).filter(lambda x: x % 3 == 1).take(6).to(list))
    print(Stream(primes()).until(lambda p: p > 60).chunks(5).map(sum).to(list))
    print(Stream(primes()).window(2).filter(lambda pair: pair[1] - pair[0] == 2).take(6).to(list))
    print(Stream("abcde").window(3).map("".join).to(list), Stream([[1, 2], [], [3]]).flat().to(tuple))
    print(Stream(range(1, 8)).scan(operator.mul).to(list), Stream([3, 1, 4, 1, 5]).scan(max, 2).to(list))
    print(list(it.islice(hamming(), 20)), list(it.islice(look_and_say(), 6)))
    print(list(merge_ranges([5, 1, 2, 3, 9, 10, 7, 2])), "".join(interleave("ace", "bdfgh", "")))
    print(runs("aaabccdddd"), list(partitions(5)), sum(1 for _ in partitions(20)))

    log = []
    lazy = map(lambda x: x + 1, trace("b", filter(lambda x: x % 2, trace("a", range(10), log)), log))
    print(log, next(lazy), next(lazy), log)

    print(list(it.product("ab", range(2))), list(it.permutations("abc", 2))[:4], list(it.combinations_with_replacement("xy", 3)))
    print(list(it.zip_longest("abc", "x", fillvalue="-")), list(it.compress("abcdef", [1, 0, 1, 0, 1])), list(it.starmap(pow, [(2, 5), (3, 2)])))
    print(list(it.pairwise("wxyz")), list(it.dropwhile(str.isdigit, "12a3")), list(it.filterfalse(None, [0, 1, "", "x"])), list(it.repeat("z", 2)))
    print([*map("".join, it.combinations("abcd", 3))], list(it.islice(it.cycle("ab"), 1, 8, 3)), [list(b) for b in it.batched("abcdefg", 3)])
    try:
        list(it.batched("abc", 2, strict=True))
    except ValueError as error:
        print("!", error)
    try:
        list(zip([1, 2], [1], strict=True))
    except ValueError as error:
        print("!", error)
    a, b = it.tee(iter(range(5)))
    print(list(zip(a, it.islice(b, 1, None))), next(a, "end"))
    source = Peekable("xyz")
    print(source.peek(), next(source), source.push("!"), list(source), source.peek("none"), isinstance(source, Iterator))
    data = [("fruit", "apple", 3), ("veg", "leek", 1), ("fruit", "fig", 9), ("veg", "kale", 4)]
    by_kind = {kind: [(n, c) for _, n, c in group] for kind, group in it.groupby(sorted(data), key=operator.itemgetter(0))}
    print(by_kind, max(data, key=operator.itemgetter(2)), list(reversed(data))[0], sorted(data, key=lambda d: (-len(d[1]), d[1])))
    print(list(iter(iter([1, 2, 3, 0, 4]).__next__, 0)), sum(range(0, 1000, 7)), any(x > 3 for x in range(5)), all([]))
    print(*enumerate("ab", start=5), list(heapq.merge([1, 4, 7], [2, 5], [3, 9], reverse=False)), heapq.nsmallest(3, "quick brown"))
    first, *middle, last = it.chain("ab", range(3))
    print(first, middle, last, dict(zip("abc", it.count(10, 5))), operator.length_hint(iter([1, 2, 3])))


main()
