# Annotations, type parameters, type aliases.
x: int = 1
y: "text"


def f(a: int, b: undefined_name = 2, *args: str, c: x, **kw: float) -> list[int]:
    z: never_evaluated
    return a


assert __annotate__(1) == {"x": int, "y": "text"}
try:
    f.__annotations__
except NameError as e:
    assert "undefined_name" in str(e)
undefined_name = bytes
assert f.__annotations__ == {"a": int, "b": bytes, "args": str, "c": 1, "kw": float, "return": list[int]}
assert f.__annotate__(1) == f.__annotations__
try:
    f.__annotate__(3)
except NotImplementedError:
    pass
else:
    assert False


class C:
    a: int
    b: later
    if x:
        c: str = "s"
    else:
        d: bytes

    def method(self) -> C:
        return self

    e: a


later = 3


class D:
    a: int
    if x:
        c: str = "s"
    else:
        d: bytes


assert D.__annotations__ == {"a": int, "c": str}, D.__annotations__
assert C.method.__annotations__ == {"return": C}


def generic[T, *Ts, **P](a: T, b: int = 3, *, c: T = 4) -> T:
    return a, b, c, T, Ts, P


t, ts, p = generic.__type_params__
assert (t.__name__, ts.__name__, p.__name__) == ("T", "Ts", "P")
assert generic(1) == (1, 3, 4, t, ts, p)
assert generic.__annotations__ == {"a": t, "b": int, "c": t, "return": t}
assert generic.__qualname__ == "generic"


class Generic[T: int, U: (str, bytes) = str]:
    def method[V](self, v: V) -> T:
        return T, U, V

    attribute: T


bound, constrained = Generic.__type_params__
assert bound.__bound__ is int and constrained.__constraints__ == (str, bytes) and constrained.__default__ is str
assert Generic().method(1)[:2] == (bound, constrained)
assert Generic.__annotations__ == {"attribute": bound}
assert Generic.__orig_bases__[0].__origin__.__name__ == "Generic"

type Alias = list[int]
type Pair[A, B] = tuple[A, B] | later_defined
later_defined = int
assert Alias.__value__ == list[int] and Alias.__name__ == "Alias"
assert len(Pair.__type_params__) == 2
assert Pair.__value__ == tuple[Pair.__type_params__[0], Pair.__type_params__[1]] | int


class Holder:
    number = 5
    type Inner = number
    def annotated(self, a: number): ...


assert Holder.Inner.__value__ == 5
assert Holder.annotated.__annotations__ == {"a": 5}
name = "N"
template = t"Hello {name!r:>{3}} and {x}!"
assert template.strings == ("Hello ", " and ", "!")
first, second = template.interpolations
assert (first.value, first.expression, first.conversion, first.format_spec) == ("N", "name", "r", ">3")
assert (second.value, second.expression, second.conversion, second.format_spec) == (1, "x", None, "")
assert t"".strings == ("",) and t"{x}{x}".strings == ("", "", "")
