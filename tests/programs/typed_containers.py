"""Type parameters, protocols, annotations evaluated late, TypedDict, NamedTuple, overloads, generics at run time."""

import abc
import annotationlib
import collections.abc
import functools
import inspect
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, NamedTuple, NewType, NotRequired, Protocol, Self, TypedDict, TypeVar, assert_never, get_args, get_origin, get_type_hints, overload, runtime_checkable

type Pair[A, B = A] = tuple[A, B]
type Tree[T] = T | list[Tree[T]]
type Handler[**P] = Callable[P, None]
UserId = NewType("UserId", int)


class Stack[T]:
    items: list[T]
    limit: ClassVar[int] = 5
    label: Final = "stack"

    def __init__(self, items: Iterable[T] = ()) -> None:
        self.items = list(items)

    def push(self, item: T) -> Self:
        if len(self.items) >= self.limit:
            raise OverflowError("stack is full")
        self.items.append(item)
        return self

    def map[U](self, function: Callable[[T], U]) -> "Stack[U]":
        return Stack(map(function, self.items))

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self):
        return len(self.items)


class Numbers(Stack[int]):
    def total(self) -> int:
        return sum(self.items)


class Registry[K: (str, int), *Vs, **P]:
    def __init__(self, key: K, call: Callable[P, tuple[*Vs]]):
        self.key, self.call = key, call


@runtime_checkable
class Drawable(Protocol):
    colour: str

    def draw(self, scale: float) -> str: ...


class Shape(abc.ABC):
    colour = "black"

    @property
    @abc.abstractmethod
    def area(self) -> float: ...

    @classmethod
    def __subclasshook__(cls, other):
        return True if cls is Shape and "area" in vars(other) else NotImplemented

    def draw(self, scale):
        return f"{type(self).__name__} of {self.area * scale:g}"


class Disc(Shape):
    def __init__(self, radius: "float") -> None:
        self.radius = radius

    @property
    def area(self):
        return 3 * self.radius**2


class Tile(NamedTuple):
    width: int
    height: int = 1
    colour: str = "white"

    def draw(self, scale: float) -> str:
        return f"tile {self.width * scale:g}x{self.height * scale:g}"


class Movie(TypedDict, total=False):
    title: typing.Required[str]
    year: int
    tags: NotRequired[list[str]]


class Node:
    next: Node | None
    parent: Missing
    weight: Annotated[float, "kg", range(3)]


class Interval(Mapping[str, int]):
    def __init__(self, **values: int):
        self._values = values

    def __getitem__(self, key):
        return self._values[key]

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)


@functools.singledispatch
def describe(value: Any, /) -> str:
    return f"something {value!r}"


@describe.register
def _(value: int | float) -> str:
    return f"number {value}"


@describe.register
def _(value: list) -> str:
    return f"list of {', '.join(map(describe, value))}"


@describe.register(collections.abc.Mapping)
def _(value) -> str:
    return f"mapping with {sorted(value)}"


@overload
def double(x: int) -> int: ...
@overload
def double(x: str) -> str: ...
def double(x):
    return x * 2


def checked(function):
    """Checks arguments against their annotations, as far as plain classes, unions, literals and lists go."""
    hints, signature = get_type_hints(function), inspect.signature(function)

    def fits(value, hint):
        match get_origin(hint):
            case None:
                return hint is Any or isinstance(value, hint)
            case typing.Literal:
                return value in get_args(hint)
            case typing.Union:
                return any(fits(value, h) for h in get_args(hint))
            case origin if origin is list:
                return isinstance(value, list) and all(fits(v, get_args(hint)[0]) for v in value)
            case origin:
                return isinstance(value, origin)

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        for name, value in bound.arguments.items():
            if name in hints and not fits(value, hints[name]):
                raise TypeError(f"{name}={value!r} is no {hints[name]}")
        return function(*bound.args, **bound.kwargs)

    return wrapper


@checked
def order(what: str, count: int | None = None, *, size: Literal["s", "m"] = "m", tags: list[str] = []) -> str:
    return f"{count or 1} {what} {size} {tags}"


def flatten[T](tree: Tree[T]) -> Iterator[T]:
    for branch in tree if isinstance(tree, list) else [tree]:
        yield from flatten(branch) if isinstance(branch, list) else [branch]


def attempt(action):
    try:
        return action()
    except Exception as error:
        return f"! {type(error).__name__}: {error}"


def main():
    stack = Stack[str]().push("a").push("bc")
    print(list(stack.map(len)), Stack.__type_params__, Stack[int], Stack[int].__args__, stack.__orig_class__, Numbers.__orig_bases__, Numbers([1, 2]).push(3).total())
    print(Stack.__parameters__, Registry.__type_params__, Registry.__type_params__[0].__constraints__, Stack.map.__type_params__, isinstance(stack, Generic))
    print(Pair, Pair.__type_params__, Pair.__value__, Pair[int, str], Tree.__value__, Handler.__value__, Pair.__type_params__[1].__default__, list(flatten([1, [2, [3, []]], 4])))
    print(get_type_hints(Stack, include_extras=True), Stack.__annotations__, sep="\n")
    print(Disc(2).draw(0.5), isinstance(Disc(1), Drawable), isinstance(Tile(2), Drawable), isinstance(3, Drawable), issubclass(Disc, Shape), Shape.__abstractmethods__)
    print(Tile(3, colour="red"), Tile._fields, Tile._field_defaults, Tile(2).draw(1.5), Tile(1)._replace(height=9), Tile.__annotations__, Tile(5) == (5, 1, "white"))
    print(Movie(title="x", year=1), Movie.__required_keys__ == {"title"}, sorted(Movie.__optional_keys__), Movie.__total__, UserId(5), UserId.__supertype__, UserId)
    print(annotationlib.get_annotations(Node, format=annotationlib.Format.STRING), annotationlib.get_annotations(Node, format=annotationlib.Format.FORWARDREF)["next"])
    print(attempt(lambda: Node.__annotations__), annotationlib.get_annotations(Node, format=annotationlib.Format.FORWARDREF)["parent"].__forward_arg__)
    print(dict(Interval(a=1, b=2)), Interval(a=1) == {"a": 1}, Interval(q=2).get("z", 0), list(Interval(x=5).items()), "a" in Interval(a=0))
    print(describe([1, 2.5, {"k": 1}, None]), describe.dispatch(bool).__name__, describe(Interval(z=1)))
    print(double(4), double("ab"), [inspect.signature(f) for f in typing.get_overloads(double)])
    print(order("tea"), order("tea", 2, size="s", tags=["hot"]), inspect.signature(order))
    for action in (lambda: order(5), lambda: order("x", "y"), lambda: order("x", size="xl"), lambda: order("x", tags=[1]), lambda: order(), lambda: order("a", 1, "s"), lambda: Shape(), lambda: Stack(range(5)).push(0),
                   lambda: Stack[int, str], lambda: assert_never(3), lambda: Movie[int], lambda: isinstance(1, list[int]), lambda: Tile(), lambda: int | "str", lambda: issubclass(Disc, Drawable), lambda: Literal["a"]["b"]):
        print(attempt(action))
    print(int | None, typing.Optional[str], list[int] | dict[str, Any], get_args(int | str | None), get_origin(dict[str, int]), (int | str) == (str | int), isinstance(1, int | str), Literal[1, "a", None], Annotated[int, 5].__metadata__)
    T = TypeVar("T", bound=int, covariant=True)
    print(repr(T), T.__bound__, T.__covariant__, Callable[[int], str], Callable[..., Any], tuple[int, ...], type[int], collections.abc.Iterator[T], list[T][bool])
    print(inspect.signature(Stack.push), inspect.signature(Disc), list(inspect.signature(order).parameters.values())[2].kind.description, inspect.get_annotations(Disc.__init__), flatten.__annotate__ is not None)


main()
