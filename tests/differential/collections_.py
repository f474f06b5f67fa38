# collections_.py: OrderedDict against the pure one; Counter's counting, deque and defaultdict against simple models.

import collections as native
import copy

import harness

pure = harness.pure("collections", "_collections")
KEYS = ("a", "b", "c", 1, 1.0, True, (1, 2), None, frozenset())


def ordered(module, start, steps):
    made, log = module.OrderedDict(start), []
    for name, args in steps:
        if name == "eq":
            got = (made == dict(made), made == module.OrderedDict(reversed(made.items())), dict(made) == made)
        elif name == "or":
            got = harness.attempt(lambda: (made | dict(args), dict(args) | made))
        elif name == "views":
            got = (list(reversed(made)), list(reversed(made.items())), list(made.values()), made.keys() & {"a", 1} == {"a", 1})
        else:
            got = harness.attempt(getattr(made, name), *args)
        log.append((name, got, list(made.items())))
    return log, repr(made)


def mutated(items, steps):
    """What happens to an iterator while its OrderedDict changes; the pure one has no such checks."""
    made, log = native.OrderedDict(items), []

    def walk(view):
        for item in view:
            log.append(item)
            made.pop("abc"[len(log) % 3], None) if steps[0][0] == "pop" else made.update(steps[0][1] or ())
            if len(log) > 9:
                break

    failures = [harness.attempt(walk, view) for view in (made, made.items(), reversed(made), made.values())]
    return failures, log, list(made.items()), sorted(native.OrderedDict(items).keys() & {"a", 1}, key=repr)


def counted(module, first, second):
    left, right = module.Counter(first), module.Counter(second)
    log = [dict(left), left + right, left - right, left | right, left & right, left.most_common(2), +left, -left, left <= right]
    left.update(second)
    log.append(list(left.items()))
    left.subtract(first)
    log += [list(left.items()), left.total(), repr(left), sorted(left.elements(), key=repr)]
    return log


class ListDeque:
    """collections.deque, said with a list."""

    def __init__(self, items, most):
        self.most, self.items = most, list(items)
        self.trim(0)

    def trim(self, side):
        if self.most is not None and len(self.items) > self.most:
            extra = len(self.items) - self.most
            self.items = self.items[:self.most] if side else self.items[extra:]

    def append(self, value):
        self.items.append(value)
        self.trim(0)

    def appendleft(self, value):
        self.items.insert(0, value)
        self.trim(1)

    def extend(self, values):
        for value in list(values):
            self.append(value)

    def extendleft(self, values):
        for value in list(values):
            self.appendleft(value)

    def pop(self):
        if not self.items:
            raise IndexError("pop from an empty deque")
        return self.items.pop()

    def popleft(self):
        if not self.items:
            raise IndexError("pop from an empty deque")
        return self.items.pop(0)

    def rotate(self, steps=1):
        if self.items:
            steps %= len(self.items)
            self.items = self.items[len(self.items) - steps:] + self.items[:len(self.items) - steps]

    def insert(self, at, value):
        if self.most is not None and len(self.items) >= self.most:
            raise IndexError("deque already at its maximum size")
        self.items.insert(at, value)

    def remove(self, value):
        if value not in self.items:
            raise ValueError("deque.remove(x): x not in deque")
        self.items.remove(value)

    def index(self, value, *bounds):
        return self.items.index(value, *bounds)

    def count(self, value):
        return self.items.count(value)

    def reverse(self):
        self.items.reverse()

    def clear(self):
        self.items.clear()

    def copy(self):
        return list(self.items)

    def __getitem__(self, at):
        return self.items[at]

    def __setitem__(self, at, value):
        self.items[at] = value

    def __delitem__(self, at):
        del self.items[at]

    def __contains__(self, value):
        return value in self.items

    def __mul__(self, times):
        return list(ListDeque(self.items * times, self.most))

    def __iter__(self):
        return iter(self.items)


DEQUE_STEPS = ("append", "append", "appendleft", "extend", "extendleft", "pop", "popleft", "rotate", "insert", "remove", "index",
               "count", "reverse", "clear", "copy", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__mul__")


def queue(make, steps):
    made, log = make(), []
    for name, args in steps:
        got = harness.attempt(getattr(made, name), *args)
        log.append((name, list(got) if name in ("copy", "__mul__") and not isinstance(got, harness.Failed) else got, list(made)))
    return log


def deque_step(r, name):
    number = r.randint(-4, 6)
    args = {"append": [number], "appendleft": [number], "extend": [range(r.randint(0, 70))], "extendleft": ["xyz"[:r.randint(0, 3)]],
            "rotate": [r.choice((number, 100, -77))], "insert": [number, 8], "remove": [number], "index": [number, *[1, 4][:r.randint(0, 2)]],
            "count": [number], "__getitem__": [number], "__setitem__": [number, 9], "__delitem__": [number],
            "__contains__": [number], "__mul__": [r.randint(-1, 3)]}
    return name, args.get(name, [])


class Defaulting(dict):
    def __init__(self, factory, *args):
        super().__init__(*args)
        self.default_factory = factory

    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        self[key] = value = self.default_factory()
        return value


def defaults(kind, factory, keys):
    made, log = kind(factory, {"a": 1}), []
    for key in keys:
        log.append(harness.attempt(lambda: made[key]))
        log.append(made.get(key))
    other = copy.copy(made)
    return log, dict(other), list(made.items()), (made | {"q": 1}) == {**made, "q": 1}


def records(module, values):
    kind = module.namedtuple("P", "x y z", defaults=(3,))
    made = harness.attempt(kind, *values)
    if isinstance(made, harness.Failed):
        return made
    return made, made.x, made.z, made._asdict(), made._replace(y=9), harness.attempt(made._replace, q=1), made == tuple(made)


def case(r, agree):
    start = [(r.choice(KEYS), r.randint(0, 5)) for _ in range(r.randint(0, 6))]
    steps = []
    for _ in range(r.randint(1, 10)):
        name = r.choice(("__setitem__", "__setitem__", "pop", "popitem", "move_to_end", "setdefault", "update", "clear", "__delitem__",
                         "__getitem__", "get", "copy", "eq", "or", "views", "fromkeys"))
        key, last = r.choice(KEYS + ("absent",)), [r.random() < 0.5]
        args = {"__setitem__": [key, 7], "pop": [key] + last * r.randint(0, 1), "popitem": last[:r.randint(0, 1)], "move_to_end": [key] + last,
                "setdefault": [key, 1], "update": [start[:2]], "__delitem__": [key], "__getitem__": [key], "get": [key], "or": start[1:],
                "fromkeys": ["abca", 0]}.get(name, [])
        steps.append((name, args))
    agree("OrderedDict", lambda: ordered(native, start, steps), lambda: ordered(pure, start, steps), loose=True)
    if r.random() < 0.3:
        name, args = r.choice((("pop", ()), ("update", [[("a", 1)]]), ("update", [{r.choice("abcdef"): 2}])))
        agree("mutated", lambda: mutated(start, [(name, args and args[0])]))
    first = [r.choice(KEYS) for _ in range(r.randint(0, 8))]
    second = r.choice((harness.text(r), {"a": r.randint(-3, 3), "b": 2}, first[::-1]))
    agree("Counter", lambda: counted(native, first, second), lambda: counted(pure, first, second), loose=True)
    most, items = r.choice((None, None, 0, 1, 3, 10)), range(r.choice((0, 1, 5, 80)))
    steps = [deque_step(r, r.choice(DEQUE_STEPS)) for _ in range(r.randint(1, 12))]
    agree("deque", lambda: queue(lambda: native.deque(items, most), steps), lambda: queue(lambda: ListDeque(items, most), steps), loose=True)
    factory, keys = r.choice((list, int, None, lambda: 1 // 0)), [r.choice(KEYS) for _ in range(5)]
    agree("defaultdict", lambda: defaults(native.defaultdict, factory, keys), lambda: defaults(Defaulting, factory, keys), loose=True)
    if agree.number % 10 == 0:  # making a class takes long
        values = range(r.randint(0, 4))
        agree("namedtuple", lambda: records(native, values), lambda: records(pure, values), loose=True)


if __name__ == "__main__":
    harness.main(case)
