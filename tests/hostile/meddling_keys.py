"""Random operations of functools, operator, heapq, bisect and collections on containers that change under them: every hash,
comparison, key function and repr may run `meddle`. Nothing is asserted but that the interpreter lives."""
import _bisect
import _functools
import _heapq
import _operator
import copy
import gc
import random
import sys
from collections import Counter, OrderedDict, _count_elements, deque
from functools import cmp_to_key, lru_cache, partial, reduce

if sys.implementation.name == "cpython":
    print("still here")  # it crashes or hangs
    sys.exit(0)

chance = random.Random()
objects = []
depth = 0


def meddle():
    for _ in range(chance.randrange(3)):
        try:
            chance.choice(MEDDLINGS)(chance.choice(objects))
        except RecursionError:
            raise
        except Exception:
            pass


class K:
    def __init__(self, n):
        self.n = n

    def meddle(self):
        global depth
        if depth < 3 and chance.random() < 0.4:
            depth += 1
            try:
                meddle()
            finally:
                depth -= 1

    def __hash__(self):
        self.meddle()
        return self.n % 3

    def __eq__(self, other):
        self.meddle()
        return isinstance(other, K) and self.n == other.n

    def __lt__(self, other):
        self.meddle()
        return chance.random() < 0.5

    def __repr__(self):
        self.meddle()
        return f"K{self.n}"

    def __call__(self, *args, **kwargs):
        self.meddle()
        return chance.randrange(5)

    def __add__(self, other):
        self.meddle()
        return self

    def __index__(self):
        self.meddle()
        return self.n

    def __iter__(self):
        self.meddle()
        return iter([K(1), K(2)])

    def __len__(self):
        self.meddle()
        return 2

    def __getitem__(self, i):
        self.meddle()
        return K(1)


def any_key():
    return K(chance.randrange(9))


def set_item(o):
    o[any_key()] = 1


def delete_slice(o):
    del o[0:chance.randrange(5)]


def collect(o):
    if chance.random() < 0.1:
        gc.collect()


MEDDLINGS = [
    lambda o: o.clear(),
    lambda o: o.append(any_key()),
    lambda o: o.popitem(chance.random() < 0.5),
    set_item,
    lambda o: o.move_to_end(any_key(), chance.random() < 0.5),
    lambda o: o.cache_clear(),
    lambda o: o(any_key()),
    delete_slice,
    lambda o: o.__setstate__((max, (), {"key": K(1)}, {})),
    lambda o: o.keywords.clear(),
    collect,
    lambda o: o.extend([K(1), 2, K(3)]),
]

MAKERS = [
    lambda: [any_key() for _ in range(chance.randrange(20))],
    lambda: OrderedDict((K(i), K(i)) for i in range(chance.randrange(12))),
    lambda: lru_cache(chance.choice([None, 0, 2, 3]), typed=chance.random() < 0.3)(lambda *a, **k: K(1).meddle()),
    lambda: partial(max, K(1), K(2), key=K(3)),
    lambda: deque((K(i) for i in range(9)), maxlen=chance.choice([None, 9])),
    lambda: Counter([K(i % 4) for i in range(9)]),
    lambda: OrderedDict.fromkeys(range(20), K(1)),
    lambda: [K(i) for i in range(70)],
]

OPERATIONS = [
    lambda o: _heapq.heappush(o, K(1)),
    lambda o: _heapq.heappop(o),
    lambda o: _heapq.heapify(o),
    lambda o: _heapq.heapify_max(o),
    lambda o: _heapq.heappushpop(o, K(2)),
    lambda o: _heapq.heapreplace_max(o, K(2)),
    lambda o: _bisect.bisect_left(o, K(1)),
    lambda o: _bisect.insort_right(o, K(1), key=K(1)),
    lambda o: _bisect.bisect_right(o, K(1), key=K(2)),
    lambda o: reduce(lambda a, b: (meddle(), a)[1], o),
    lambda o: _operator.countOf(o, K(1)),
    lambda o: _operator.indexOf(o, K(77)),
    lambda o: _operator.concat(o, o),
    lambda o: _operator.itemgetter(K(1), 0, slice(K(1), K(2)))(o),
    lambda o: _operator.length_hint(o),
    lambda o: o(K(1), K(2)),
    lambda o: o(any_key()),
    lambda o: o(a=K(1)),
    lambda o: repr(o),
    lambda o: o.copy(),
    lambda o: o == chance.choice(objects),
    lambda o: o | chance.choice(objects),
    lambda o: o.update(chance.choice(objects)),
    lambda o: o.move_to_end(K(3)),
    lambda o: o.move_to_end(K(3), False),
    lambda o: o.pop(K(2)),
    lambda o: o.popitem(False),
    lambda o: o.setdefault(K(5), 1),
    lambda o: list(o),
    lambda o: list(reversed(o)),
    lambda o: [meddle() for _ in o],
    lambda o: [meddle() for _ in o.items()],
    lambda o: o.keys() & chance.choice(objects).keys(),
    lambda o: copy.copy(o),
    lambda o: _count_elements(o, chance.choice(objects)),
    lambda o: o.__reduce__(),
    lambda o: iter(o).__reduce__(),
    lambda o: OrderedDict(o),
    lambda o: dict(o),
    lambda o: o.cache_info(),
    lambda o: sorted(o, key=cmp_to_key(lambda a, b: (meddle(), chance.randrange(-1, 2))[1])),
    lambda o: partial(o, K(1), _functools.Placeholder, 3)(K(2)),
]


def run(seed, steps):
    chance.seed(seed)
    objects[:] = [make() for make in MAKERS]
    for _ in range(steps):
        if chance.random() < 0.05:
            objects.append(chance.choice(MAKERS)())
        if len(objects) > 20:
            objects.pop(chance.randrange(len(objects)))
        try:
            chance.choice(OPERATIONS)(chance.choice(objects))
        except Exception:
            pass


for seed in range(4):
    run(seed, 2500)
print("still here")
