"""User code that runs in the middle of a native operation and pulls the container from under it. Nothing here may crash;
what each operation gives is its own affair, but the container must be whole afterwards."""

import array
import collections
import functools
import heapq
import itertools
import operator

RUNS = 0


class Evil:
    """Calls `attack` from every special method."""

    def __init__(self, attack, value=1):
        self.attack, self.value = attack, value

    def strike(self):
        global RUNS
        RUNS += 1
        self.attack()

    def __eq__(self, other):
        self.strike()
        return False

    def __lt__(self, other):
        self.strike()
        return True

    __gt__ = __le__ = __ge__ = __lt__

    def __hash__(self):
        self.strike()
        return 1

    def __index__(self):
        self.strike()
        return self.value

    __int__ = __index__

    def __float__(self):
        self.strike()
        return 1.0

    def __bool__(self):
        self.strike()
        return True

    def __repr__(self):
        self.strike()
        return "evil"

    __str__ = __repr__

    def __format__(self, spec):
        self.strike()
        return "evil"

    def __len__(self):
        self.strike()
        return self.value

    def __iter__(self):
        self.strike()
        yield from (1, 2, 3)
        self.strike()
        yield 4

    def __length_hint__(self):
        self.strike()
        return 10

    def __add__(self, other):
        self.strike()
        return other

    __radd__ = __mul__ = __rmul__ = __iadd__ = __or__ = __add__

    def __getitem__(self, key):
        self.strike()
        return "x"

    def keys(self):
        self.strike()
        return ["a", "b"]

    def __fspath__(self):
        self.strike()
        return "x"

    def __bytes__(self):
        self.strike()
        return b"x"

    def __call__(self, *args):
        self.strike()
        return 0

    def __del__(self):
        pass


def attempt(action):
    try:
        return action()
    except (TypeError, ValueError, RuntimeError, IndexError, KeyError, BufferError, OverflowError, AttributeError, StopIteration, RecursionError):
        return None


def lists():
    for attack_name in ("clear", "grow", "shrink", "swap"):
        for operation in (lambda l, e: l.index(e), lambda l, e: l.count(e), lambda l, e: l.remove(e), lambda l, e: e in l, lambda l, e: l == [e] * 9, lambda l, e: l < [e] * 9, lambda l, e: l.sort(), lambda l, e: l.sort(key=e), lambda l, e: l.insert(e, 5),
                          lambda l, e: l.pop(e), lambda l, e: l[e], lambda l, e: l.__setitem__(e, 0), lambda l, e: l.__setitem__(slice(e, None, e), [1, 2]), lambda l, e: l.__delitem__(slice(0, e)), lambda l, e: l.__setitem__(slice(0, e), e), lambda l, e: l.extend(e), lambda l, e: l.__iadd__(e),
                          lambda l, e: l.__imul__(e), lambda l, e: l * e, lambda l, e: l + list(e), lambda l, e: repr(l), lambda l, e: str(tuple(l)), lambda l, e: sum(l, e), lambda l, e: max(l), lambda l, e: min(l, key=e), lambda l, e: sorted(l, key=e, reverse=True), lambda l, e: ",".join(map(str, l)),
                          lambda l, e: list(map(e, l)), lambda l, e: list(filter(e, l)), lambda l, e: any(l), lambda l, e: functools.reduce(e, l), lambda l, e: [*l, *e], lambda l, e: heapq.heapify(l), lambda l, e: heapq.heappush(l, e), lambda l, e: heapq.heappop(l), lambda l, e: list(zip(l, e)), lambda l, e: dict.fromkeys(l),
                          lambda l, e: set(l), lambda l, e: operator.countOf(l, e), lambda l, e: bytes(l), lambda l, e: bytearray(l), lambda l, e: array.array("i", l), lambda l, e: "%s %s" % tuple(l[:2]), lambda l, e: list(itertools.islice(l, e)), lambda l, e: l.__setitem__(slice(None, None, 2), l), lambda l, e: l.reverse(), lambda l, e: print(*l, sep="", end="", file=Sink())):
            box = []
            attack = {"clear": lambda: box.clear(), "grow": lambda: box.extend([0] * 50) if len(box) < 5000 else None, "shrink": lambda: box and box.pop(), "swap": lambda: box.__setitem__(slice(None), [None] * 3)}[attack_name]
            evil = Evil(attack)
            box.extend([evil, 1, evil, "x", Evil(attack, 2), 3.5, None, evil])
            attempt(lambda: operation(box, evil))
            assert len(box) == len([0 for _ in box]) and len(box[:]) == len(box)


class Sink:
    def write(self, text):
        return len(text)


def dicts():
    for attack_name in ("clear", "grow", "delete", "replace"):
        for operation in (lambda d, e: d[e], lambda d, e: d.get(e), lambda d, e: d.__setitem__(e, 1), lambda d, e: d.pop(e, None), lambda d, e: d.setdefault(e, 2), lambda d, e: d.update({e: 1, Evil(e.attack): 2}), lambda d, e: d.update(e), lambda d, e: d | {e: 1}, lambda d, e: d == {e: 1, **{i: i for i in range(8)}},
                          lambda d, e: e in d, lambda d, e: repr(d), lambda d, e: {**d, **e}, lambda d, e: dict(d), lambda d, e: [d.__delitem__(k) for k in list(d)], lambda d, e: d.popitem(), lambda d, e: d.keys() & {e}, lambda d, e: d.items() - {(e, 1)}, lambda d, e: e in d.values(), lambda d, e: sorted(d.items()),
                          lambda d, e: [d.clear() for _ in d], lambda d, e: collections.Counter(d).update([e]), lambda d, e: collections.OrderedDict(d).move_to_end(e), lambda d, e: collections.ChainMap(d, {e: 1})[e], lambda d, e: dict(zip(d, e)), lambda d, e: dict.fromkeys(d, e), lambda d, e: d.copy() == d, lambda d, e: dict([(e, 1), (e, 2)]), lambda d, e: "%(a)s" % d, lambda d, e: "{a}".format_map(d)):
            table = {}
            attack = {"clear": lambda: table.clear(), "grow": lambda: table.update({len(table) + i: i for i in range(40)}) if len(table) < 5000 else None, "delete": lambda: table and table.pop(next(iter(table))), "replace": lambda: (table.clear(), table.update(a=1))}[attack_name]
            evil = Evil(attack)
            for key in (1, "a", 1.5, (2, 3), evil, Evil(attack)):
                attempt(lambda: table.__setitem__(key, evil))
            attempt(lambda: operation(table, evil))
            assert len(table) == len(list(table)) == len(list(table.items()))


def sets():
    for attack_name in ("clear", "grow", "discard"):
        for operation in (lambda s, e: s.add(e), lambda s, e: e in s, lambda s, e: s.discard(e), lambda s, e: s.remove(e), lambda s, e: s | {e}, lambda s, e: s & {e, 1}, lambda s, e: s - {e}, lambda s, e: s ^ {e}, lambda s, e: s <= {e}, lambda s, e: s == {e, 1, 2}, lambda s, e: s.update(e), lambda s, e: s.intersection_update([e, 1]),
                          lambda s, e: s.difference_update([e]), lambda s, e: s.symmetric_difference_update({e}), lambda s, e: s.isdisjoint([e]), lambda s, e: repr(s), lambda s, e: frozenset(s), lambda s, e: [s.clear() for _ in s], lambda s, e: s.pop(), lambda s, e: sorted(s), lambda s, e: s.copy(), lambda s, e: hash(frozenset(s))):
            pool = set()
            attack = {"clear": lambda: pool.clear(), "grow": lambda: pool.update(range(len(pool), len(pool) + 40)) if len(pool) < 5000 else None, "discard": lambda: pool and pool.pop()}[attack_name]
            evil = Evil(attack)
            for item in (1, "a", evil, Evil(attack), 7, 8, 9):
                attempt(lambda: pool.add(item))
            attempt(lambda: operation(pool, evil))
            assert len(pool) == len(list(pool))


def buffers():
    for attack_name in ("clear", "grow", "shrink"):
        for operation in (lambda b, e: b.__setitem__(e, 5), lambda b, e: b.__setitem__(0, e), lambda b, e: b[e], lambda b, e: b.__setitem__(slice(e, 9), b"xyz"), lambda b, e: b.__setitem__(slice(0, 4), [e, e]), lambda b, e: b.extend([1, e, 2]), lambda b, e: b.extend(e), lambda b, e: b.insert(e, e), lambda b, e: b.append(e), lambda b, e: b.pop(e),
                          lambda b, e: b.find(e), lambda b, e: b.count(b"x", e), lambda b, e: b * e, lambda b, e: b.__imul__(e), lambda b, e: b.join([b"x", b, b"y"]), lambda b, e: bytes(b).join([b, b]), lambda b, e: b.replace(b"a", b"bb", e), lambda b, e: b.split(b"a", e), lambda b, e: b.translate(bytes(256)), lambda b, e: b.ljust(e), lambda b, e: b.__delitem__(slice(None, None, e)),
                          lambda b, e: memoryview(b).__setitem__(e, 1), lambda b, e: memoryview(b)[:e], lambda b, e: int.from_bytes(b), lambda b, e: b.hex(":", e), lambda b, e: b % (e,), lambda b, e: b.startswith((b"q", b"x"), e), lambda b, e: b.__contains__(e), lambda b, e: b.expandtabs(e), lambda b, e: bytes(itertools.chain(b, e))):
            data = bytearray(b"abcdefghij" * 5)
            attack = {"clear": lambda: attempt(data.clear), "grow": lambda: attempt(lambda: data.extend(b"z" * 99) if len(data) < 5000 else None), "shrink": lambda: attempt(lambda: data.__delitem__(slice(3, None)))}[attack_name]
            attempt(lambda: operation(data, Evil(attack)))
            assert len(bytes(data)) == len(data)
    view = memoryview(bytearray(100))
    attempt(lambda: view.__getitem__(Evil(view.release)))
    data = array.array("i", range(50))
    attempt(lambda: data.__setitem__(5, Evil(lambda: data.__delitem__(slice(2, None)))))
    attempt(lambda: data.insert(Evil(lambda: data.pop()), 3))


def iterators():
    items = [1, 2, 3]
    for item in items:
        if len(items) < 500:
            items.append(item)
    queue = collections.deque(range(5), maxlen=8)
    for operation in (lambda e: queue.count(e), lambda e: queue.index(e), lambda e: queue.remove(e), lambda e: e in queue, lambda e: queue.insert(e, 1), lambda e: queue.rotate(e), lambda e: queue == collections.deque([e] * len(queue)), lambda e: queue.extend(e), lambda e: queue[e], lambda e: [queue.append(1) for _ in queue]):
        for attack in (queue.clear, lambda: queue.append(1), lambda: queue and queue.popleft()):
            queue.extend([1, 2, 3])
            attempt(lambda: operation(Evil(attack)))
    inner = iter([1, 2, 3])
    chain = itertools.chain.from_iterable(itertools.cycle([inner]) for _ in range(1))
    attempt(lambda: [next(chain) for _ in range(10)])
    left, right = itertools.tee(iter(range(5)))
    attempt(lambda: list(zip(left, right, left)))

    def recursive():
        yield from generator

    generator = recursive()
    attempt(lambda: list(generator))
    grouped = itertools.groupby([1, 1, 2, 2], key=lambda x: attempt(lambda: next(grouped)) and x)
    attempt(lambda: [list(g) for _, g in grouped])
    reentrant = map(lambda x: attempt(lambda: next(reentrant)), iter(range(20)))
    assert len(list(reentrant)) <= 20
    accumulated = itertools.accumulate(range(10), lambda a, b: attempt(lambda: next(accumulated)) or a + b)
    attempt(lambda: list(accumulated))
    it = iter(items)
    next(it)
    items.clear()
    assert attempt(lambda: next(it)) is None


def classes():
    class Base:
        def method(self):
            return 1

    class Derived(Base):
        pass

    instance = Derived()

    class Sneaky:
        def __get__(self, owner, kind):
            attempt(lambda: delattr(Derived, "trap"))
            kind.__bases__ = (Base,)
            instance.__dict__.clear()
            return 5

    for _ in range(3):
        Derived.trap = Sneaky()
        instance.x = 1
        assert instance.trap == 5 and instance.method() == 1

    class Shifting:
        def __getattr__(self, name):
            type(self).__getattr__ = lambda self, name: 7
            self.__class__ = Other
            return getattr(self, name)

    class Other:
        late = 9

    assert Shifting().late == 9
    attempt(lambda: setattr(Base, "__bases__", (Derived,)))

    class Slots:
        __slots__ = ("a", "b")

        def __del__(self):
            kept.append(self)

    kept = []
    for _ in range(10):
        Slots()
    attempt(lambda: setattr(Slots(), "a", 1))

    def f(a, b=Evil(lambda: setattr(f, "__defaults__", None))):
        return a

    for change in (lambda: setattr(f, "__code__", (lambda: 1).__code__), lambda: setattr(f, "__defaults__", (1, 2, 3, 4))):
        attempt(lambda: f(1))
        attempt(change)
        attempt(lambda: f(1))
        attempt(lambda: f())
    attempt(lambda: f(*Evil(lambda: setattr(f, "__defaults__", ()))))
    attempt(lambda: f(**Evil(lambda: None)))


def texts():
    evil = Evil(lambda: None)
    parts = ["a", "b"]

    class Growing(str):
        def __str__(self):
            parts.append("c")
            return self

    def endless():
        for part in parts:
            if len(parts) < 200:
                parts.append("d")
            yield part

    assert len("".join(endless())) >= 200
    attempt(lambda: "{0} {0!r} {0:x} {0[y]} {0.attack}".format(evil))
    attempt(lambda: "%s %r %d %c" % (evil, evil, evil, evil))
    attempt(lambda: "abc".replace("b", Growing("x"), evil))
    attempt(lambda: "abc".translate(evil))
    attempt(lambda: "a,b".split(Growing(","), evil))
    attempt(lambda: f"{evil:{evil}} {evil!s}")
    attempt(lambda: int("12", evil))
    attempt(lambda: round(1.5, evil))
    attempt(lambda: range(evil, evil)[evil])
    attempt(lambda: slice(evil, evil, evil).indices(evil))
    attempt(lambda: "abc"[evil:evil])
    attempt(lambda: chr(evil))
    attempt(lambda: pow(evil, evil, evil))


for part in (lists, dicts, sets, buffers, iterators, classes, texts):
    part()
assert RUNS > 1000, RUNS
print("still here")
