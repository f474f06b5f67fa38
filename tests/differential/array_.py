# array_.py: array against a list whose items pass through struct.

import array as native
import struct

import harness


class Model:
    """A list that only holds what its type code can hold."""

    def __init__(self, code, values):
        self.code = code
        self.items = [self.fit(value) for value in values]

    def fit(self, value):
        if self.code == "w":
            if not isinstance(value, str) or len(value) != 1:
                raise TypeError
            return value
        if self.code in "fd":
            if not isinstance(value, (int, float)):
                raise TypeError
            try:
                return struct.unpack(self.code, struct.pack(self.code, value))[0]
            except OverflowError:
                return float("inf") if value > 0 else float("-inf")
        if not isinstance(value, int):
            raise TypeError
        try:
            return struct.unpack("@" + self.code, struct.pack("@" + self.code, value))[0]
        except struct.error:
            raise OverflowError from None

    def append(self, value):
        self.items.append(self.fit(value))

    def extend(self, values):
        for value in values:
            self.append(value)

    def insert(self, at, value):
        self.items.insert(at, self.fit(value))

    def pop(self, at=-1):
        if not self.items:
            raise IndexError
        return self.items.pop(at)

    def remove(self, value):
        self.items.remove(value)

    def index(self, *args):
        return self.items.index(*args)

    def count(self, value):
        return self.items.count(value)

    def reverse(self):
        self.items.reverse()

    def tolist(self):
        return list(self.items)

    def __getitem__(self, at):
        return self.items[at]

    def __setitem__(self, at, value):
        if isinstance(at, slice):
            if value:
                self.items[at] = value
            else:  # an array lets this delete the items, whatever the step
                del self.items[at]
        else:
            value = self.fit(value)
            self.items[at] = value

    def __delitem__(self, at):
        del self.items[at]

    def __contains__(self, value):
        return value in self.items

    def __mul__(self, times):
        return self.items * times

    def __len__(self):
        return len(self.items)

    def tobytes(self):
        if self.code == "w":
            return "".join(self.items).encode("utf-32-le")
        return struct.pack("@" + str(len(self.items)) + self.code, *self.items)


def session(make, wrap, steps):
    made = harness.attempt(make)
    if isinstance(made, harness.Failed):
        return made
    log = []
    for name, args in steps:
        got = harness.attempt(lambda: getattr(made, name)(*[wrap(arg) if isinstance(arg, tuple) else arg for arg in args]))
        if isinstance(got, native.array):
            got = got.tolist()
        log.append((name, got, made.tolist()))
    return log


def value_for(r, code):
    if r.random() < 0.04:
        return r.choice((None, "xy", 1.5, 1 << 70, -1, b"a"))
    if code == "w":
        return r.choice("aé\U0001f600\0")
    if code in "fd":
        value = harness.real(r)
        return r.choice((r.randint(-9, 9), value if value == value else 0.25, 1e39))
    bits = 8 * struct.calcsize(code)
    return r.choice((0, 1, 5, (1 << bits) - 1, 1 << (bits - 1), -(1 << (bits - 1)), (1 << (bits - 1)) - 1, 5, 7))


NAMES = ("append", "append", "extend", "insert", "pop", "remove", "index", "count", "reverse", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__mul__",
         "__len__", "tobytes", "slices", "setslice")


def case(r, agree):
    code = r.choice("bBhHiIlLqQfdw")
    start = [value_for(r, code) for _ in range(r.randint(0, 6))]
    if code == "w" and not all(isinstance(value, str) for value in start):
        start = []
    steps = []
    for _ in range(r.randint(1, 10)):
        name, at, value = r.choice(NAMES), r.randint(-7, 7), value_for(r, code)
        cut = slice(*[r.choice((None, 0, 1, 3, -2, 9)) for _ in range(2)], r.choice((None, None, 1, 2, -1, -3)))
        more = tuple(value_for(r, code) for _ in range(r.randint(0, 4)))
        if name in ("slices", "setslice"):
            steps.append(("__getitem__", [cut]) if name == "slices" else r.choice((("__setitem__", [cut, more]), ("__delitem__", [cut]))))
            continue
        args = {"append": [value], "extend": [list(more)], "insert": [at, value], "pop": [at][: r.randint(0, 1)], "remove": [value], "index": [value], "count": [value],
                "__getitem__": [at], "__setitem__": [at, value], "__delitem__": [at], "__contains__": [value], "__mul__": [r.randint(-1, 3)]}.get(name, [])
        steps.append((name, args))

    def wrap(values):
        return native.array(code, list(values))

    agree("session", lambda: session(lambda: native.array(code, start), wrap, steps), lambda: session(lambda: Model(code, start), lambda values: Model(code, values).items, steps), loose="any")
    made = harness.attempt(native.array, code, start)
    if isinstance(made, harness.Failed):
        return
    agree("repr", lambda: repr(made))
    agree("bytes", lambda: native.array(code, made.tobytes()), lambda: made)
    agree("buffer", lambda: memoryview(made).tolist() if code != "w" else [], lambda: made.tolist() if code != "w" else [])
    other = native.array(r.choice("bdl"), [1, 2])
    agree("compare", lambda: (made == other, made < other if code != "w" else None, made + made == made * 2, made != other),
          lambda: (made.tolist() == other.tolist(), made.tolist() < other.tolist() if code != "w" else None, True, made.tolist() != other.tolist()))

    def swapped():
        copy = native.array(code, made)
        copy.byteswap()
        return copy.tobytes()

    size = made.itemsize
    agree("byteswap", swapped, lambda: b"".join(made.tobytes()[at:at + size][::-1] for at in range(0, len(made) * size, size)))
    agree("odd bytes", lambda: native.array(code, made.tobytes() + b"x"))
    agree("odd", lambda: native.array(r.choice("xQ1"), r.choice(("ab", [1.5], 3, None))))


if __name__ == "__main__":
    harness.main(case)
