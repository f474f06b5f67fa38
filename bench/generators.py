"""Generators: pipelines, yield from, send, generator expressions."""

from itertools import islice


def numbers(limit):
    for i in range(limit):
        yield i


def keep(source, divisor):
    for item in source:
        if item % divisor:
            yield item


def pairs(source):
    iterator = iter(source)
    for first in iterator:
        second = next(iterator, None)
        yield first, second


class Node:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.key
        if self.right is not None:
            yield from self.right


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return Node(middle, build(low, middle), build(middle + 1, high))


def running_mean():
    total = count = 0
    value = None
    while True:
        value = yield value
        total += value
        count += 1
        value = total / count


def main():
    assert sum(a + (b or 0) for a, b in pairs(keep(keep(numbers(2000000), 2), 3))) == 666667333333
    tree = build(0, 60000)
    assert sum(1 for _ in tree) == 60000 and list(islice(tree, 3)) == [0, 1, 2]
    mean = running_mean()
    next(mean)
    for i in range(900000):
        last = mean.send(i)
    assert last == 449999.5


for _ in range(3):
    main()
