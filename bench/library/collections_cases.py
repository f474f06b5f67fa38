import heapq
import itertools
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque, namedtuple

words = [f"word{i * i % 977}" for i in range(60000)]
letters = "".join(words)
counted = Counter(words)
Point = namedtuple("Point", "x y")


def queue():
    d = deque()
    for i in range(40000):
        d.append(i)
        if i % 3 == 0:
            d.popleft()
    while d:
        d.pop()
    return len(d)


def breadth_first():
    seen = {0}
    todo = deque([0])
    while todo:
        n = todo.popleft()
        for m in (2 * n + 1, 2 * n + 2):
            if m < 30000 and m not in seen:
                seen.add(m)
                todo.append(m)
    return len(seen)


def window():
    total = 0
    d = deque(maxlen=50)
    for i in range(40000):
        d.append(i)
        total += d[0] + d[-1]
    return total


def group():
    d = defaultdict(list)
    for i, word in enumerate(words):
        d[word].append(i)
    return len(d)


def order():
    d = OrderedDict()
    for i in range(15000):
        d[i % 1000] = i
        d.move_to_end(i % 1000)
    return len(d)


def heap():
    h = []
    for i in range(20000):
        heapq.heappush(h, i * 7919 % 20011)
    return sum(heapq.heappop(h) for _ in range(20000))


def sets():
    a, b = set(range(0, 20000)), set(range(10000, 30000))
    return len(a | b) + len(a & b) + len(a - b) + len(a ^ b) + sum(set(words[i : i + 5]) <= {"word0", "word1"} for i in range(5000))


measure("Counter of words", lambda: len(Counter(words)))
measure("Counter of letters", lambda: Counter(letters)["o"])
measure("most_common", lambda: counted.most_common(10)[0][1] + len(counted.most_common()))
measure("Counter + -", lambda: len(counted + counted) + len(counted - counted))
measure("deque queue", queue)
measure("deque search", breadth_first)
measure("deque window", window)
measure("defaultdict", group)
measure("OrderedDict", order)
measure("namedtuple", lambda: sum(p.x + p.y for p in [Point(i, 1) for i in range(20000)]))
measure("heapq", heap)
measure("sets", sets)
measure("zip, enumerate", lambda: sum(a for _ in range(5) for i, (a, b) in enumerate(zip(range(8000), words))))
measure("itertools", lambda: sum(1 for _ in itertools.combinations(range(60), 3)) + sum(len(list(g)) for _, g in itertools.groupby(words, len))
        + sum(itertools.accumulate(itertools.islice(itertools.chain(range(20000), range(20000)), 30000))))
measure("list.pop", lambda: len([stack.pop() for stack in [list(range(40000))] for _ in range(40000)]))
