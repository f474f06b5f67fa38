# Small faults found by comparing with CPython: messages, kinds of descriptors, the order of comparisons.
import types


def attempt(function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def multiply(a, b):
    a *= b
    return a


class User:
    pass


for left in (set(), frozenset(), {}, User(), range(2)):
    for right in ([], (), "a", b"b", bytearray(b"c")):
        wanted = f"TypeError: unsupported operand type(s) for *=: '{type(left).__name__}' and '{type(right).__name__}'"
        assert attempt(multiply, left, right) == wanted, attempt(multiply, left, right)
        assert attempt(lambda: left * right) == f"TypeError: can't multiply sequence by non-int of type '{type(left).__name__}'"
assert attempt(multiply, 1.5, []) == "TypeError: can't multiply sequence by non-int of type 'float'"
assert attempt(multiply, 2, [1]) == [1, 1] and attempt(multiply, True, "a") == "a"

# These are methods, not wrappers of slots.
for kind, name in ((dict, "__getitem__"), (dict, "__contains__"), (list, "__getitem__"), (set, "__contains__"), (frozenset, "__contains__")):
    method = vars(kind)[name]
    assert type(method) is types.MethodDescriptorType, (kind, name)
    label = kind.__name__ + "." + name
    assert attempt(method) == f"TypeError: unbound method {label}() needs an argument"
    assert attempt(method, kind()) == f"TypeError: {label}() takes exactly one argument (0 given)"
    assert attempt(getattr(kind(), name), 1, 2) == f"TypeError: {label}() takes exactly one argument (2 given)"
    assert attempt(getattr(kind(), name), x=1) == f"TypeError: {label}() takes no keyword arguments"
    assert attempt(method, 1) == f"TypeError: descriptor '{name}' for '{kind.__name__}' objects doesn't apply to a 'int' object"
    assert type(getattr(kind(), name)) is types.BuiltinMethodType

assert dict.__getitem__({1: 2}, 1) == 2 and list.__getitem__([1, 2], slice(0, 1)) == [1] and {1}.__contains__(1) is True


class Mapping(dict):
    def __missing__(self, key):
        return key * 2

    def __contains__(self, key):
        return super().__contains__(key) or key == "always"


m = Mapping(a=1)
assert m["a"] == 1 and m["b"] == "bb" and "always" in m and "never" not in m and dict.__getitem__(m, "c") == "cc"


class Items(list):
    def __getitem__(self, i):
        return ("got", super().__getitem__(i))


assert Items([1, 2])[1] == ("got", 2)


class Both(Mapping, dict):
    __getitem__ = dict.__getitem__


assert Both(x=3)["x"] == 3
Both.__getitem__ = lambda self, key: "own"
assert Both(x=3)["x"] == "own"
del Both.__getitem__
assert Both(x=3)["x"] == 3

for kind, names in ((complex, ("real", "imag")), (types.FunctionType, ("__closure__", "__builtins__", "__globals__")),
                    (type, ("__base__", "__flags__", "__basicsize__", "__itemsize__", "__dictoffset__", "__weakrefoffset__"))):
    for name in names:
        assert type(vars(kind)[name]) is types.MemberDescriptorType, name
        assert repr(vars(kind)[name]) == f"<member '{name}' of '{kind.__name__}' objects>"
assert attempt(setattr, 1j, "real", 2) == attempt(delattr, 1j, "imag") == "AttributeError: readonly attribute"
assert (3 + 4j).real == 3.0 and complex.imag.__get__(2j) == 2.0 and bool.__base__ is int and (lambda: 0).__closure__ is None
assert attempt(complex.real.__get__, 1) == "TypeError: descriptor 'real' for 'complex' objects doesn't apply to a 'int' object"


class Item:
    def __init__(self, value, place):
        self.value = value
        self.place = place

    def __lt__(self, other):
        log.append((self.value, other.value))
        return self.value < other.value


def compared(*values):
    log.clear()
    items = [Item(v, i) for i, v in enumerate(values)]
    items.sort()
    assert [(i.value, i.place) for i in items] == sorted((v, i) for i, v in enumerate(values))
    return log[:]


log = []
assert compared(9, 3, 8) == [(3, 9), (8, 3), (3, 8), (8, 9), (8, 9), (8, 3)]
assert compared(2, 2, 1, 2) == [(2, 2), (1, 2), (2, 2), (2, 1), (1, 2), (2, 2)]
assert compared(2, 2, 1, 1, 3) == [(2, 2), (1, 2), (2, 2), (1, 1), (1, 1), (3, 1), (1, 3), (3, 2)]
assert compared(1, 2, 2, 1) == [(2, 1), (2, 2), (1, 2), (1, 2), (1, 2), (1, 1)]
for n in range(90):
    compared(*[(i * 7919 + n) % 5 for i in range(n)])
    compared(*[-(i // 3) for i in range(n)], 5, 4, 4)
assert attempt(sorted, ["a", 1, None]) == "TypeError: '<' not supported between instances of 'int' and 'str'"
assert attempt(sorted, [1, "a", None]) == "TypeError: '<' not supported between instances of 'str' and 'int'"
assert attempt(sorted, [2, 1, None]) == "TypeError: '<' not supported between instances of 'NoneType' and 'int'"
assert attempt(sorted, [1, 2, 0, None, "x"]) == "TypeError: '<' not supported between instances of 'NoneType' and 'int'"
print("ok")
