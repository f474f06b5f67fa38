"""Match statements of every kind: a symbolic differentiator, a command router, shapes, binary trees, JSON walking."""

import math
import operator
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "^": operator.pow}


@dataclass(frozen=True)
class Num:
    value: float


@dataclass(frozen=True)
class Var:
    name: str


@dataclass(frozen=True)
class Op:
    sign: str
    left: object
    right: object


@dataclass(frozen=True)
class Call:
    name: str
    argument: object


def simplify(tree):
    match tree:
        case Op(sign, left, right):
            left, right = simplify(left), simplify(right)
            match sign, left, right:
                case "+", Num(0), other:
                    return other
                case "+" | "-", other, Num(0):
                    return other
                case "*", Num(0), _:
                    return Num(0)
                case "*", _, Num(0):
                    return Num(0)
                case ("*", Num(1), other) | ("*", other, Num(1)) | ("/", other, Num(1)) | ("^", other, Num(1)):
                    return other
                case "^", _, Num(0):
                    return Num(1)
                case sign, Num(a), Num(b) if not (sign == "/" and b == 0):
                    return Num({"+": a + b, "-": a - b, "*": a * b, "^": a**b, "/": a / (b or 1)}[sign])
                case "+", a, b if a == b:
                    return simplify(Op("*", Num(2), a))
                case "-", a, b if a == b:
                    return Num(0)
                case "*", Num() as n, Op("*", Num(m), rest):
                    return Op("*", Num(n.value * m), rest)
                case "*", a, Num() as n:
                    return Op("*", n, a)
            return Op(sign, left, right)
        case Call(name, argument):
            return Call(name, simplify(argument))
    return tree


def derive(tree, by):
    match tree:
        case Num():
            return Num(0)
        case Var(name):
            return Num(int(name == by))
        case Op("+" | "-" as sign, a, b):
            return Op(sign, derive(a, by), derive(b, by))
        case Op("*", a, b):
            return Op("+", Op("*", derive(a, by), b), Op("*", a, derive(b, by)))
        case Op("/", a, b):
            return Op("/", Op("-", Op("*", derive(a, by), b), Op("*", a, derive(b, by))), Op("^", b, Num(2)))
        case Op("^", a, Num(n)):
            return Op("*", Op("*", Num(n), Op("^", a, Num(n - 1))), derive(a, by))
        case Call("sin", a):
            return Op("*", Call("cos", a), derive(a, by))
        case Call("cos", a):
            return Op("*", Op("*", Num(-1), Call("sin", a)), derive(a, by))
        case Call("exp", a):
            return Op("*", tree, derive(a, by))
        case Call(name=name):
            raise NotImplementedError(f"derivative of {name}")
        case _:
            raise TypeError(f"not a tree: {tree!r}")


def show(tree, strength=0):
    levels = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
    match tree:
        case Num(value=float(v)) if v.is_integer():
            return str(int(v))
        case Num(v):
            return f"{v:g}"
        case Var(name):
            return name
        case Call(name, argument):
            return f"{name}({show(argument)})"
        case Op(sign, a, b):
            level = levels[sign]
            text = f"{show(a, level)} {sign} {show(b, level + (sign in '-/'))}"
            return f"({text})" if level < strength else text


def evaluate(tree, **names):
    match tree:
        case Num(v):
            return v
        case Var(name):
            return names[name]
        case Call(name, a):
            return getattr(math, name)(evaluate(a, **names))
        case Op(sign, a, b):
            a, b = evaluate(a, **names), evaluate(b, **names)
            return OPERATORS[sign](a, b)


class Direction(Enum):
    NORTH = (0, 1)
    EAST = (1, 0)


Point = namedtuple("Point", "x y")


def route(command):
    match command.split():
        case []:
            return "nothing"
        case ["quit" | "exit"]:
            return "bye"
        case ["go", ("north" | "east") as where]:
            return f"to {Direction[where.upper()].value}"
        case ["go", other]:
            return f"no way {other}"
        case ["take", *things] if len(things) > 2:
            return f"too many: {len(things)}"
        case ["take", thing, *more]:
            return f"took {thing}" + "".join(f" and {m}" for m in more)
        case ["say", *_, "loudly"]:
            return command.removeprefix("say ").removesuffix(" loudly").upper()
        case [first, _, third]:
            return f"{first}..{third}"
        case [verb, *rest]:
            return f"what is {verb} with {len(rest)}?"


def classify(value):
    match value:
        case None:
            return "none"
        case True | False:
            return "bool"
        case 0 | 0.0:
            return "zero"
        case -1 | 1.5 | 2 + 3j | "one" | b"two":
            return "literal"
        case Direction.NORTH:
            return "up"
        case Direction():
            return "sideways"
        case int(n) | float(n) if n < 0:
            return f"negative {n}"
        case int() | float():
            return "number"
        case str() as s:
            return f"text {s!r}"
        case Point(x=0, y=0):
            return "origin"
        case Point(x, y) if x == y:
            return "diagonal"
        case Point(x=x):
            return f"point at {x}"
        case [] | "":
            return "empty"
        case {**rest} if not rest:
            return "empty mapping"
        case [_]:
            return "one item"
        case [Point(a, _), *_, Point(b, _)]:
            return f"path from {a} to {b}"
        case (int(a), [b, *_]) | [b, int(a), _]:
            return f"a={a} b={b}"
        case [*_]:
            return "sequence"
        case {"kind": "user", "name": str(name), "tags": [first, *_], **rest}:
            return f"user {name} {first} {sorted(rest)}"
        case {"kind": kind}:
            return f"some {kind}"
        case {1: _, **others}:
            return f"one and {len(others)}"
        case set() | frozenset():
            return "set"
        case object(real=r, imag=i):
            return f"complex {r} {i}"
    return type(value).__name__


def depths(tree, depth=0):
    match tree:
        case (left, value, right):
            yield from depths(left, depth + 1)
            yield depth, value
            yield from depths(right, depth + 1)
        case None:
            pass
        case value:
            yield depth, value


x, y = Var("x"), Var("y")
for tree in (Op("+", Op("^", x, Num(3)), Op("*", Num(2), x)), Op("*", Call("sin", Op("*", Num(2), x)), Call("exp", x)),
             Op("/", Num(1), Op("+", x, Num(1))), Op("-", Op("*", x, y), Op("*", y, x)), Call("cos", Op("^", x, Num(2)))):
    derivative = simplify(derive(tree, "x"))
    slope = (evaluate(tree, x=1.25 + 1e-6, y=2.0) - evaluate(tree, x=1.25 - 1e-6, y=2.0)) / 2e-6
    print(f"{show(tree):<28} d/dx = {show(derivative)}  ({'agrees' if math.isclose(evaluate(derivative, x=1.25, y=2.0), slope, abs_tol=1e-6) else 'differs'})")
for bad in (Call("tan", x), 3):
    try:
        derive(bad, "x")
    except (NotImplementedError, TypeError) as error:
        print(type(error).__name__, error)
for command in ("", "quit", "go north", "go up", "take a b", "take a b c", "take", "say it twice loudly", "one two three", "dance"):
    print(f"{command!r:<24}{route(command)}")
values = [None, True, 0, 0.0, -1, 1.5, 2 + 3j, "one", b"two", Direction.NORTH, Direction.EAST, -7, -2.5, 99, "abc", Point(0, 0), Point(2, 2), Point(4, 1), [], (), {}, [5],
          [Point(1, 1), 3, Point(9, 9)], (4, ["b", 1]), ["b", 4, 0], [1, 2, 3, 4], range(3), {"kind": "user", "name": "al", "tags": "xy"}, {"kind": "user", "name": "al", "tags": ["x"], "z": 1, "a": 2},
          {1: 0, 2: 0}, {3: 3}, {1, 2}, 1 + 1j, b"bytes", bytearray(b"ab"), object, print]
for value in values:
    print(f"{str(value)[:40]:<42}{classify(value)}")
print(list(depths(((None, 1, 2), 3, (4, 5, (6, 7, None))))))
