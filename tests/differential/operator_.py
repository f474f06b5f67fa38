# operator_.py: _operator against the pure functions and callers of operator.

import operator as native
import warnings

import harness

pure = harness.pure("operator", "_operator")
warnings.simplefilter("ignore")  # ~True
UNARY = [name for name in ("abs", "index", "inv", "neg", "not_", "pos", "truth", "is_none", "is_not_none", "invert", "length_hint")]
BINARY = ["add", "and_", "floordiv", "mod", "mul", "or_", "pow", "sub", "truediv", "xor", "lshift", "rshift", "matmul", "concat", "contains",
          "countOf", "indexOf", "getitem", "eq", "ne", "lt", "le", "gt", "ge", "is_", "is_not", "iadd", "iand", "iconcat", "ifloordiv",
          "ilshift", "imod", "imul", "ior", "ipow", "irshift", "isub", "itruediv", "ixor", "delitem"]


class Hinting:
    def __init__(self, hint):
        self.hint = hint

    def __length_hint__(self):
        if self.hint is None:
            raise TypeError
        return self.hint

    def __repr__(self):
        return "H"


def operand(r):
    return r.choice((r.randint(-5, 9), harness.real(r), harness.text(r, 3), [1, 2, 3], (1, 2), {"a": 1}, {1, 2}, None, True, b"ab", 2j, Hinting(3)))


def fresh(value):
    return value.copy() if isinstance(value, (list, dict, set)) else value


class Target:
    def __init__(self):
        self.a, self.b = 1, [1, 2]
        self.inner = type("I", (), {"a": 5, "__repr__": lambda self: "inner"})()

    def method(self, *args, **named):
        return args, named

    def __getitem__(self, key):
        return "item", key


def getters(module, kind, args, named, targets):
    made = harness.attempt(getattr(module, kind), *args, **named)
    if isinstance(made, harness.Failed):
        return made
    log = [repr(made)]
    for target in targets:
        log.append(harness.attempt(made, target))
    log.append(harness.attempt(made))
    again = harness.attempt(lambda: made.__reduce__()[0](*made.__reduce__()[1])) if not named else None
    log.append(repr(again).count(kind))
    return log


def case(r, agree):
    name, value = r.choice(UNARY), operand(r)
    agree(name, lambda: getattr(native, name)(value), lambda: getattr(pure, name)(value), loose="any")
    for _ in range(2):
        name, left, right = r.choice(BINARY), operand(r), operand(r)
        if "pow" in name or "shift" in name:
            right = r.randint(-3, 5)
        if name == "imul" and isinstance(left, (set, dict, Hinting)):
            left = 2  # the message names another operation than CPython's
        agree(name, lambda: (getattr(native, name)(fresh(left), right)), lambda: (getattr(pure, name)(fresh(left), right)), loose=True)
    holder = operand(r)

    def store(module):
        made = fresh(holder)
        return module.setitem(made, left, right), made

    agree("setitem", lambda: store(native), lambda: store(pure), loose=True)
    kind = r.choice(("attrgetter", "itemgetter", "methodcaller"))
    pool = {"attrgetter": ("a", "b", "inner.a", "inner.b", "absent", "", ".", "real", 3), "itemgetter": (0, 1, -1, "a", slice(0, 2), None, 2.5),
            "methodcaller": ("method", "absent", "upper", 3)}[kind]
    args = [r.choice(pool) for _ in range(r.choice((0, 1, 1, 1, 2, 3)))]
    named = {"x": 1} if r.random() < 0.15 else {}
    targets = [Target(), operand(r)]
    agree(kind, lambda: getters(native, kind, args, named, targets), lambda: getters(pure, kind, args, named, targets), loose=True)
    first, second = r.choice(("ab", b"ab", "é", 3, b"", "abc")), r.choice(("ab", b"ab", "ac", 3, b"abc"))
    agree("compare_digest", lambda: native._compare_digest(first, second), lambda: pure._compare_digest(first, second) if hasattr(pure, "_compare_digest")
          else native._compare_digest(first, second), loose=True)
    agree("length_hint", lambda: native.length_hint(Hinting(r_hint), 5), lambda: pure.length_hint(Hinting(r_hint), 5), loose=True) \
        if (r_hint := r.choice((0, 3, None, -1, "x", NotImplemented))) != 99 else None
    agree("call", lambda: native.call(divmod, 7, right), lambda: pure.call(divmod, 7, right))


if __name__ == "__main__":
    harness.main(case)
