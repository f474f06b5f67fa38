"""A recursive-descent parser and evaluator for arithmetic with variables, functions and good error messages."""

import math
import re


class ParseError(Exception):
    def __init__(self, message, position, text):
        super().__init__(message)
        self.position = position
        self.text = text

    def show(self):
        return f"{self.text}\n{' ' * self.position}^ {self}"


TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|(?P<name>[A-Za-z_]\w*)|(?P<op>\*\*|//|<=|>=|==|!=|[-+*/%^()=,<>?:]))"
)


def tokenize(text):
    position = 0
    while position < len(text):
        if text[position:].isspace():
            break
        match = TOKEN.match(text, position)
        if match is None:
            raise ParseError(f"unexpected character {text[position:].lstrip()[0]!r}", position, text)
        yield match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)
        position = match.end()
    yield "end", "", len(text)


class Parser:
    """Grammar: statement = [name '='] ternary; each level below binds tighter."""

    def __init__(self, text):
        self.text = text
        self.tokens = list(tokenize(text))
        self.index = 0

    @property
    def current(self):
        return self.tokens[self.index]

    def advance(self):
        token = self.current
        self.index += 1
        return token

    def accept(self, *values):
        kind, value, _ = self.current
        if kind == "op" and value in values:
            self.index += 1
            return value
        return None

    def expect(self, value):
        if not self.accept(value):
            kind, found, position = self.current
            shown = "end of input" if kind == "end" else repr(found)
            raise ParseError(f"expected {value!r}, found {shown}", position, self.text)

    def statement(self):
        if self.current[0] == "name" and self.tokens[self.index + 1][1] == "=":
            name = self.advance()[1]
            self.advance()
            tree = ("assign", name, self.ternary())
        else:
            tree = self.ternary()
        if self.current[0] != "end":
            raise ParseError(f"unexpected {self.current[1]!r}", self.current[2], self.text)
        return tree

    def ternary(self):
        condition = self.comparison()
        if self.accept("?"):
            then = self.ternary()
            self.expect(":")
            return ("if", condition, then, self.ternary())
        return condition

    def binary(self, operand, *operators):
        left = operand()
        while operator := self.accept(*operators):
            left = (operator, left, operand())
        return left

    def comparison(self):
        return self.binary(self.sum, "<", ">", "<=", ">=", "==", "!=")

    def sum(self):
        return self.binary(self.product, "+", "-")

    def product(self):
        return self.binary(self.unary, "*", "/", "//", "%")

    def unary(self):
        if self.accept("-"):
            return ("negate", self.unary())
        self.accept("+")
        return self.power()

    def power(self):
        base = self.atom()
        if self.accept("**", "^"):
            return ("**", base, self.unary())
        return base

    def atom(self):
        kind, value, position = self.advance()
        match kind, value:
            case "number", _:
                return float(value) if any(c in value for c in ".eE") else int(value)
            case "name", _:
                if self.accept("("):
                    arguments = []
                    if not self.accept(")"):
                        arguments.append(self.ternary())
                        while self.accept(","):
                            arguments.append(self.ternary())
                        self.expect(")")
                    return ("call", value, arguments)
                return ("name", value)
            case "op", "(":
                inner = self.ternary()
                self.expect(")")
                return inner
            case "end", _:
                raise ParseError("unexpected end of input", position, self.text)
        raise ParseError(f"unexpected {value!r}", position, self.text)


class Evaluator:
    functions = {"sqrt": math.sqrt, "max": max, "min": min, "abs": abs, "round": round, "fact": math.factorial}
    operators = {
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
        "//": lambda a, b: a // b, "%": lambda a, b: a % b, "**": lambda a, b: a**b, "<": lambda a, b: int(a < b),
        ">": lambda a, b: int(a > b), "<=": lambda a, b: int(a <= b), ">=": lambda a, b: int(a >= b),
        "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
    }

    def __init__(self):
        self.names = {"pi": math.pi, "e": math.e}

    def run(self, tree):
        if isinstance(tree, (int, float)):
            return tree
        match tree:
            case ("name", name):
                if name not in self.names:
                    raise NameError(f"unknown variable {name!r}")
                return self.names[name]
            case ("assign", name, value):
                self.names[name] = self.run(value)
                return self.names[name]
            case ("negate", value):
                return -self.run(value)
            case ("if", condition, then, otherwise):
                return self.run(then if self.run(condition) else otherwise)
            case ("call", name, arguments):
                if name not in self.functions:
                    raise NameError(f"unknown function {name!r}")
                return self.functions[name](*map(self.run, arguments))
            case (operator, left, right):
                return self.operators[operator](self.run(left), self.run(right))


def main():
    evaluator = Evaluator()
    lines = """
        1 + 2 * 3
        (1 + 2) * 3
        2 ** 3 ** 2
        -2 ^ 2
        10 / 4
        10 // 4 + 10 % 4
        x = 3 * (y = 4)
        radius = 2.5
        pi * radius ** 2
        sqrt(radius ** 2 + 6 ** 2)
        max(1, 5, 3) - min(4, 2) + abs(-7)
        radius > 2 ? fact(20) : 0
        1e3 + .5
        2 +
        (1 + 2
        3 $ 4
        unknown * 2
        1 / 0
        max()
        1 2
        2 ** 200
        7 == 7.0 ? 1 < 2 : 0
    """
    for line in filter(None, map(str.strip, lines.splitlines())):
        try:
            tree = Parser(line).statement()
            print(f"{line} -> {tree}")
            print(f"    = {evaluator.run(tree)!r}")
        except ParseError as error:
            print(error.show())
        except (NameError, ArithmeticError, TypeError, ValueError) as error:
            print(f"    ! {type(error).__name__}: {error}")
    print(sorted(evaluator.names))


main()
