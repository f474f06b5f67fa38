# heapq_.py: _heapq against the pure functions of heapq.

import heapq as native

import harness

pure = harness.pure("heapq", "_heapq")


class Item:
    """Only < is there, and it sometimes fails."""

    def __init__(self, key):
        self.key = key

    def __lt__(self, other):
        if self.key == other.key == 13:
            raise ZeroDivisionError("thirteen")
        return self.key < other.key

    def __repr__(self):
        return f"I{self.key}"


def items(r):
    kind = r.randint(0, 4)
    count = r.choice((0, 1, 2, 3, 5, 10, 30))
    if kind == 0:
        return [r.randint(-9, 9) for _ in range(count)]
    if kind == 1:
        return [value for value in (harness.real(r) for _ in range(count)) if value == value]
    if kind == 2:
        return [harness.text(r, 3) for _ in range(count)]
    if kind == 3:
        return [Item(r.randint(0, 14)) for _ in range(count)]
    return [r.choice((1, 2.5, "x", None, (1, 2))) for _ in range(min(count, 4))]


def session(module, start, steps):
    heap = list(start)
    log = []
    for name, value in steps:
        function = getattr(module, name)
        got = harness.attempt(function, heap, *(value or ()))
        if isinstance(got, harness.Failed) and got.kind != "IndexError":
            return log, name, got  # how far each came before a comparison failed is its own affair
        log.append((name, got, list(heap)))
    return log


STEPS = {"": ("heapify", "heappush", "heappop", "heapreplace", "heappushpop"),
         "max": ("heapify_max", "heappush_max", "heappop_max", "heapreplace_max", "heappushpop_max")}


def case(r, agree):
    start = items(r)
    names = STEPS[r.choice(("", "max"))]
    steps = [(names[0], None)]
    more = items(r) or [1]
    for _ in range(r.randint(1, 12)):
        name = r.choice(names)
        steps.append((name, [r.choice(more)] if "push" in name or "replace" in name else None))
    agree("session", lambda: session(native, start, steps), lambda: session(pure, start, steps), loose=True)
    if len({type(item) for item in start}) > 1:
        return  # which comparison fails first says how somebody sorts
    count = r.randint(-1, 6)
    key = r.choice((None, repr))
    agree("nsmallest", lambda: native.nsmallest(count, start, key), lambda: pure.nsmallest(count, start, key))
    agree("nlargest", lambda: native.nlargest(count, start, key), lambda: pure.nlargest(count, start, key))
    runs = [sorted(r.randint(0, 9) for _ in range(r.randint(0, 4))) for _ in range(r.randint(0, 3))]
    agree("merge", lambda: list(native.merge(*runs)), lambda: list(pure.merge(*runs)))


if __name__ == "__main__":
    harness.main(case)
