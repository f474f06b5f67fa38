# pickle_.py: _pickle against the pure _Pickler and _Unpickler: the same bytes, the same objects, the same refusals.

import io
import pickle
import warnings

import harness


warnings.simplefilter("ignore")  # spoiled escapes


class Plain:
    def __init__(self, **named):
        self.__dict__.update(named)

    def __repr__(self):
        return f"Plain({self.__dict__})"


class Slotted:
    __slots__ = ("a", "b")

    def __repr__(self):
        return f"Slotted({[getattr(self, name, None) for name in self.__slots__]})"


class Stateful(list):
    def __getstate__(self):
        return {"extra": 3}

    def __setstate__(self, state):
        self.append(state)


class Reduced:
    def __init__(self, how):
        self.how = how

    def __reduce__(self):
        return self.how() if callable(self.how) else self.how

    def __repr__(self):
        return "Reduced()"


class WithArguments(dict):
    def __new__(cls, *args, **named):
        made = super().__new__(cls)
        made.args = args, named
        return made

    def __init__(self, *args, **named):
        pass

    def __getnewargs_ex__(self):
        return self.args


class Held:
    """Pickled out of band."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Held({self.name})"


ATOMS = (None, True, False, int, Plain, type(None), range(3), slice(1, 2), 1j, bytearray(b"ab"))


def thing(r, depth=3):
    pick = r.randint(0, 19)
    if pick <= 3:
        return harness.integer(r)
    if pick == 4:
        return harness.real(r)
    if pick <= 6:
        return harness.text(r, 8) * r.choice((1, 1, 1, 40))
    if pick == 7:
        return r.randbytes(r.choice((1, 3, 255, 256, 300)))
    if pick == 8:
        return r.choice(ATOMS)
    if depth == 0:
        return r.getrandbits(70)
    some = [thing(r, depth - 1) for _ in range(r.choice((0, 1, 2, 3, 4, 6)))]
    if some and r.random() < 0.3:
        some.append(some[0])
    if pick <= 10:
        return some
    if pick == 11:
        return tuple(some)
    if pick == 12:
        return {harness.text(r, 3): value for value in some}
    if pick == 13:
        return frozenset(["a"][: len(some)]) if r.random() < 0.5 else {5}
    if pick == 14:
        return Plain(**{name: value for name, value in zip("abcdef", some)})
    if pick == 15:
        made = Slotted()
        for name, value in zip("ab", some):
            setattr(made, name, value)
        return made
    if pick == 16:
        return Stateful(some)
    if pick == 17:
        made = WithArguments(*some[:2], q=1)
        made["k"] = some
        return made
    if pick == 18:
        return Held("h") if r.random() < 0.5 else Reduced(r.choice(((Plain, ()), (Plain, (), {"a": some}), lambda: (list, (), None, iter(some)), "ATOMS", (1, 2),
                                                      (Plain,), 5, (list, [1]), "absent", (Plain, (), None, 3))))
    loop = [some]
    loop.append(loop if r.random() < 0.3 else (loop,))
    return loop


def persistent(kind):
    class Out(kind):
        def persistent_id(self, value):
            return value.name if isinstance(value, Held) else None
    return Out


PICKLERS = persistent(pickle.Pickler), persistent(pickle._Pickler)


class Loader(pickle.Unpickler):
    def persistent_load(self, name):
        return Held(name)

    def find_class(self, module, name):
        return find(module, name)


class PureLoader(pickle._Unpickler):
    def persistent_load(self, name):
        return Held(name)

    def find_class(self, module, name):
        return find(module, name)


def find(module, name):
    if (module, name) in ALLOWED:
        return ALLOWED[module, name]
    if module not in (__name__, "builtins", "copyreg", "_codecs", "__builtin__", "copy_reg"):
        raise pickle.UnpicklingError(f"{module}.{name}")
    return pickle._getattribute(__import__({"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)), name.split("."))[0] \
        if name in ("Plain", "Slotted", "Stateful", "WithArguments", "_reconstructor", "__newobj__", "encode", "object", "list", "dict",
                    "int", "set", "frozenset", "bytearray", "complex", "range", "slice", "len", "print", "getattr") else Plain


ALLOWED = {("__main__", "Held"): Held}


def dumped(kind, value, protocol, options):
    out = io.BytesIO()
    kind(out, protocol, **options).dump(value)
    return out.getvalue()


def loaded(kind, data):
    made = kind(io.BytesIO(data)).load()
    return repr(made)


def case(r, agree):
    value = thing(r)
    protocol = r.randint(0, 5)
    options = {} if r.random() < 0.8 else {"fix_imports": False}
    agree("dump", lambda: dumped(PICKLERS[0], value, protocol, options), lambda: dumped(PICKLERS[1], value, protocol, options), loose="any")
    data = harness.attempt(dumped, PICKLERS[0], value, protocol, options)
    if isinstance(data, harness.Failed):
        data = r.choice((b".", b"(lp0\n.", b"\x80\x06.", b"I01\n.", b"L12L\n.", b"F1e5\n.", b"S'a\\n'\n.", b"Va\xe9\\u0041\n.", b"c__main__\nPlain\n."))
    agree("load", lambda: loaded(Loader, data), lambda: loaded(PureLoader, data), loose="any")
    spoiled = bytearray(data)
    for _ in range(r.randint(1, 3)):
        if spoiled:
            at = r.randrange(len(spoiled))
            kind = r.randint(0, 2)
            if kind == 0:
                spoiled[at] = r.choice(b".(0t}]du)eabhjsR\x80\x85\x86\x87\x8c\x90\x94\x95K2lq")
            elif kind == 1:
                del spoiled[at]
            else:
                del spoiled[at:]
    got = harness.attempt(loaded, Loader, bytes(spoiled))
    agree("load spoiled", lambda: "raised" if isinstance(got, harness.Failed) else got)


if __name__ == "__main__":
    harness.main(case)
