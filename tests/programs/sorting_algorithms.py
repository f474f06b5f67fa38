"""Sorting: a dozen algorithms on counted comparisons, stability, keys, partial order, external merge, bisection."""

import bisect
import functools
import heapq
import operator
import random


@functools.total_ordering
class Counted:
    """A value that counts how often it is compared."""

    comparisons = 0
    __slots__ = ("value", "tag")

    def __init__(self, value, tag=0):
        self.value, self.tag = value, tag

    def __lt__(self, other):
        Counted.comparisons += 1
        return self.value < other.value

    def __eq__(self, other):
        return self.value == other.value

    def __repr__(self):
        return f"{self.value}.{self.tag}"


def bubble(items):
    for end in range(len(items) - 1, 0, -1):
        swapped = False
        for i in range(end):
            if items[i + 1] < items[i]:
                items[i], items[i + 1] = items[i + 1], items[i]
                swapped = True
        if not swapped:
            break


def insertion(items):
    for i in range(1, len(items)):
        item, j = items[i], i
        while j and item < items[j - 1]:
            items[j] = items[j - 1]
            j -= 1
        items[j] = item


def selection(items):
    for i in range(len(items)):
        least = min(range(i, len(items)), key=items.__getitem__)
        items[i], items[least] = items[least], items[i]


def shell(items):
    gap = 1
    while gap < len(items) // 3:
        gap = 3 * gap + 1
    while gap:
        for i in range(gap, len(items)):
            item, j = items[i], i
            while j >= gap and item < items[j - gap]:
                items[j] = items[j - gap]
                j -= gap
            items[j] = item
        gap //= 3


def merge(items):
    if len(items) < 2:
        return
    left, right = items[:len(items) // 2], items[len(items) // 2:]
    merge(left), merge(right)
    i = j = 0
    for k in range(len(items)):
        if j == len(right) or i < len(left) and not right[j] < left[i]:
            items[k], i = left[i], i + 1
        else:
            items[k], j = right[j], j + 1


def quick(items, low=0, high=None):
    high = len(items) - 1 if high is None else high
    while low < high:
        pivot, i, j = items[(low + high) // 2], low, high
        while i <= j:
            while items[i] < pivot:
                i += 1
            while pivot < items[j]:
                j -= 1
            if i <= j:
                items[i], items[j] = items[j], items[i]
                i, j = i + 1, j - 1
        if j - low < high - i:
            quick(items, low, j)
            low = i
        else:
            quick(items, i, high)
            high = j


def heap(items):
    def sink(root, end):
        while (child := 2 * root + 1) < end:
            if child + 1 < end and items[child] < items[child + 1]:
                child += 1
            if not items[root] < items[child]:
                return
            items[root], items[child] = items[child], items[root]
            root = child

    for root in reversed(range(len(items) // 2)):
        sink(root, len(items))
    for end in range(len(items) - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sink(0, end)


def heap_queue(items):
    heapq.heapify(items)
    items[:] = [heapq.heappop(items) for _ in range(len(items))]


def binary_insertion(items):
    out = []
    for item in items:
        bisect.insort_right(out, item)
    items[:] = out


def natural(items):
    """Merges the runs that are there already, two at a time."""
    runs, start = [], 0
    for i in range(1, len(items) + 1):
        if i == len(items) or items[i] < items[i - 1]:
            runs.append(items[start:i])
            start = i
    while len(runs) > 1:
        runs = [list(heapq.merge(*runs[i:i + 2])) for i in range(0, len(runs), 2)]
    items[:] = runs[0] if runs else []


def builtin(items):
    items.sort()


def radix(numbers):
    width = max(numbers).bit_length() if numbers else 0
    for shift in range(0, width, 4):
        buckets = [[] for _ in range(16)]
        for n in numbers:
            buckets[n >> shift & 15].append(n)
        numbers = sum(buckets, [])
    return numbers


def quickselect(items, k):
    pivot = items[len(items) // 2]
    less, same, more = ([x for x in items if test(x, pivot)] for test in (operator.lt, operator.eq, operator.gt))
    if k < len(less):
        return quickselect(less, k)
    if k < len(less) + len(same):
        return pivot
    return quickselect(more, k - len(less) - len(same))


def make_inputs(size):
    source = random.Random(2026)
    values = [source.randrange(size) for _ in range(size)]
    yield "random", values
    yield "sorted", sorted(values)
    yield "reversed", sorted(values, reverse=True)
    yield "saw", [i % 10 for i in range(size)]
    yield "equal", [7] * size


def main():
    algorithms = [bubble, insertion, selection, shell, merge, quick, heap, heap_queue, binary_insertion, natural, builtin]
    inputs = list(make_inputs(120))
    print(f"{'':<18}" + "".join(f"{name:>10}" for name, _ in inputs))
    for algorithm in algorithms:
        row, stable = f"{algorithm.__name__:<18}", True
        for name, values in inputs:
            items = [Counted(value, i) for i, value in enumerate(values)]
            Counted.comparisons = 0
            algorithm(items)
            row += f"{'-' if algorithm in (builtin, heap_queue) else Counted.comparisons:>10}"
            assert [item.value for item in items] == sorted(values), (algorithm, name)
            stable &= all(a.value < b.value or a.tag < b.tag for a, b in zip(items, items[1:]))
        print(row, "stable" if stable else "unstable")
    values = inputs[0][1]
    print(radix(values) == sorted(values), [quickselect(values, k) for k in (0, 30, 60, 119)], sorted(values)[30::30])
    print(random.Random(1).sample(range(100), 6), random.Random("seed").choices("abc", k=8), round(random.Random(5).gauss(0, 1), 12), random.Random(3).shuffle([1]))

    people = [("bo", 31, 1.70), ("ada", 25, 1.82), ("cy", 31, 1.65), ("dee", 25, 1.70), ("eve", 40, 1.58)]
    print(sorted(people, key=lambda p: (-p[1], p[0])))
    print(sorted(sorted(people), key=operator.itemgetter(1), reverse=True))
    print(sorted(people, key=functools.cmp_to_key(lambda a, b: (a[2] > b[2]) - (a[2] < b[2]) or len(b[0]) - len(a[0]))))
    print(sorted("The quick Brown fox".split(), key=str.casefold), sorted([3, 1.5, True, -2]), sorted({"b": 1, "a": 2}), sorted("hello", reverse=True))
    grades = [bisect.bisect([60, 70, 80, 90], score) for score in (33, 99, 77, 70, 89, 90, 100)]
    print("".join("FDCBA"[g] for g in grades), bisect.bisect_left(["a", "c", "e"], "c"), bisect.bisect(people, 30, key=lambda p: p[1]))
    try:
        sorted([1, "a", None])
    except TypeError as error:
        print(error)
    broken = [3, 1, 2]
    try:
        broken.sort(key=lambda x: broken.append(x) or x)
    except ValueError as error:
        print(error, broken)
    failing = list("dcba")
    try:
        failing.sort(key=lambda c: 1 / (ord(c) - 98))
    except ZeroDivisionError:
        print("kept", failing)
    print(heapq.nlargest(2, people, key=lambda p: p[2]), list(heapq.merge("ace", "bdf", key=str.upper)), min(people, key=lambda p: p[2]), max([], default="none"))


main()
