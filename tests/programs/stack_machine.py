"""A compiler for a small language to a stack machine: lexer, Pratt parser, scopes, closures, optimiser, disassembler."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto


class CompileError(Exception):
    pass


class Opcode(Enum):
    CONST = auto()
    LOAD = auto()
    STORE = auto()
    OUTER = auto()
    SET_OUTER = auto()
    BINARY = auto()
    NOT = auto()
    JUMP = auto()
    JUMP_IF_NOT = auto()
    CLOSURE = auto()
    CALL = auto()
    RETURN = auto()
    POP = auto()
    PRINT = auto()
    LIST = auto()
    INDEX = auto()


TOKENS = re.compile(r'(?P<space>\s+|#.*)|(?P<number>\d+)|(?P<string>"[^"]*")|(?P<word>[a-z_]\w*)|(?P<mark>==|!=|<=|[-+*/%<>=(){}\[\],;!])')
KEYWORDS = {"let", "fn", "if", "else", "while", "return", "print", "true", "false"}


def tokenize(text):
    place, line = 0, 1
    while place < len(text):
        match = TOKENS.match(text, place)
        if match is None:
            raise CompileError(f"line {line}: strange character {text[place]!r}")
        if match.lastgroup != "space":
            value = match.group()
            yield ("keyword" if value in KEYWORDS else match.lastgroup), value, line
        line += match.group().count("\n")
        place = match.end()
    yield "end", "end of program", line


@dataclass
class Function:
    name: str
    parameters: list[str]
    outer: "Function | None" = None
    code: list = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    inner: list["Function"] = field(default_factory=list)

    def __post_init__(self):
        self.names = list(self.parameters)

    def emit(self, opcode, argument=None):
        self.code.append([opcode, argument])
        return len(self.code) - 1

    def patch(self, place):
        self.code[place][1] = len(self.code)

    def find(self, name):
        depth, place = 0, self
        while place is not None:
            if name in place.names:
                return depth, place.names.index(name)
            depth, place = depth + 1, place.outer
        raise CompileError(f"unknown name {name!r}")

    def listing(self, indent=""):
        yield f"{indent}{self.name}({', '.join(self.parameters)}):"
        for i, (opcode, argument) in enumerate(self.code):
            yield f"{indent}  {i:>3} {opcode.name.lower():<12}{'' if argument is None else argument.name if isinstance(argument, Function) else repr(argument)}"
        for function in self.inner:
            yield from function.listing(indent + "    ")


class Compiler:
    BINDING = {"==": 1, "!=": 1, "<": 2, ">": 2, "<=": 2, "+": 3, "-": 3, "*": 4, "/": 4, "%": 4}

    def __init__(self, text):
        self.tokens, self.place = list(tokenize(text)), 0
        self.function = Function("main", [])

    def compile(self):
        while self.tokens[self.place][0] != "end":
            self.statement()
        self.function.emit(Opcode.CONST, None)
        self.function.emit(Opcode.RETURN)
        optimise(self.function)
        return self.function

    def accept(self, *values):
        kind, value, _ = self.tokens[self.place]
        if value in values and kind in ("keyword", "mark"):
            self.place += 1
            return value

    def expect(self, value):
        if not self.accept(value):
            _, found, line = self.tokens[self.place]
            raise CompileError(f"line {line}: expected {value!r}, found {found!r}")

    def name(self):
        kind, value, line = self.tokens[self.place]
        if kind != "word":
            raise CompileError(f"line {line}: expected a name, found {value!r}")
        self.place += 1
        return value

    def block(self):
        self.expect("{")
        while not self.accept("}"):
            self.statement()

    def statement(self):
        f = self.function
        if self.accept("let"):
            name = self.name()
            if name not in f.names:
                f.names.append(name)
            self.expect("=")
            self.expression()
            f.emit(Opcode.STORE, f.names.index(name))
            self.expect(";")
        elif self.accept("if"):
            self.expression()
            skip = f.emit(Opcode.JUMP_IF_NOT)
            self.block()
            if self.accept("else"):
                end = f.emit(Opcode.JUMP)
                f.patch(skip)
                self.statement() if self.tokens[self.place][1] == "if" else self.block()
                f.patch(end)
            else:
                f.patch(skip)
        elif self.accept("while"):
            start = len(f.code)
            self.expression()
            leave = f.emit(Opcode.JUMP_IF_NOT)
            self.block()
            f.emit(Opcode.JUMP, start)
            f.patch(leave)
        elif self.accept("return"):
            self.expression()
            f.emit(Opcode.RETURN)
            self.expect(";")
        elif self.accept("print"):
            count = 1
            self.expression()
            while self.accept(","):
                self.expression()
                count += 1
            f.emit(Opcode.PRINT, count)
            self.expect(";")
        elif self.tokens[self.place][0] == "word" and self.tokens[self.place + 1][1] == "=":
            depth, index = f.find(self.name())
            self.expect("=")
            self.expression()
            f.emit(Opcode.SET_OUTER, (depth, index)) if depth else f.emit(Opcode.STORE, index)
            self.expect(";")
        else:
            self.expression()
            f.emit(Opcode.POP)
            self.expect(";")

    def expression(self, strength=0):
        self.prefix()
        while self.BINDING.get(self.tokens[self.place][1], 0) > strength:
            operator = self.tokens[self.place][1]
            self.place += 1
            self.expression(self.BINDING[operator])
            self.function.emit(Opcode.BINARY, operator)

    def arguments(self, end):
        count = 0
        while not self.accept(end):
            if count:
                self.expect(",")
            self.expression()
            count += 1
        return count

    def prefix(self):
        f = self.function
        kind, value, line = self.tokens[self.place]
        self.place += 1
        match kind, value:
            case "number", _:
                f.emit(Opcode.CONST, int(value))
            case "string", _:
                f.emit(Opcode.CONST, value[1:-1])
            case "keyword", "true" | "false":
                f.emit(Opcode.CONST, value == "true")
            case "keyword", "fn":
                self.lambda_()
            case "word", _:
                depth, index = f.find(value)
                f.emit(Opcode.OUTER, (depth, index)) if depth else f.emit(Opcode.LOAD, index)
            case "mark", "(":
                self.expression()
                self.expect(")")
            case "mark", "-":
                f.emit(Opcode.CONST, 0)
                self.expression(4)
                f.emit(Opcode.BINARY, "-")
            case "mark", "!":
                self.expression(4)
                f.emit(Opcode.NOT)
            case "mark", "[":
                f.emit(Opcode.LIST, self.arguments("]"))
            case _:
                raise CompileError(f"line {line}: unexpected {value!r}")
        while mark := self.accept("(", "["):
            if mark == "(":
                f.emit(Opcode.CALL, self.arguments(")"))
            else:
                self.expression()
                self.expect("]")
                f.emit(Opcode.INDEX)

    def lambda_(self):
        self.expect("(")
        parameters = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            parameters.append(self.name())
        outer = self.function
        self.function = Function(f"{outer.name}.{len(outer.inner)}", parameters, outer)
        self.block()
        self.function.emit(Opcode.CONST, None)
        self.function.emit(Opcode.RETURN)
        outer.inner.append(self.function)
        outer.emit(Opcode.CLOSURE, self.function)
        self.function = outer


OPERATORS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a // b, "%": lambda a, b: a % b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b,
}


def optimise(function):
    """Folds constants, where no jump lands in between."""
    changed = True
    while changed:
        changed = False
        code = function.code
        targets = {argument for opcode, argument in code if opcode in (Opcode.JUMP, Opcode.JUMP_IF_NOT)}
        for i in range(len(code) - 2):
            (a, left), (b, right), (c, operator) = code[i:i + 3]
            if a is b is Opcode.CONST and c is Opcode.BINARY and not targets & {i + 1, i + 2} and not (operator in "/%" and right == 0):
                code[i:i + 3] = [[Opcode.CONST, OPERATORS[operator](left, right)]]
                for instruction in code:
                    if instruction[0] in (Opcode.JUMP, Opcode.JUMP_IF_NOT) and instruction[1] > i:
                        instruction[1] -= 2
                changed = True
                break
    for inner in function.inner:
        optimise(inner)


@dataclass(repr=False)
class Closure:
    function: Function
    frame: "Frame"


class Frame:
    def __init__(self, function, outer, caller, arguments):
        self.function, self.outer, self.caller, self.place, self.stack = function, outer, caller, 0, []
        self.values = list(arguments) + [None] * (len(function.names) - len(arguments))


class Machine:
    def __init__(self, limit=200_000):
        self.limit, self.steps, self.deepest = limit, 0, 0

    def run(self, main):
        frame, depth = Frame(main, None, None, []), 1
        while True:
            self.steps += 1
            if self.steps > self.limit:
                raise TimeoutError(f"more than {self.limit} steps")
            opcode, argument = frame.function.code[frame.place]
            frame.place += 1
            stack = frame.stack
            match opcode:
                case Opcode.CONST:
                    stack.append(argument)
                case Opcode.LOAD:
                    stack.append(frame.values[argument])
                case Opcode.STORE:
                    frame.values[argument] = stack.pop()
                case Opcode.OUTER | Opcode.SET_OUTER:
                    place, (levels, index) = frame, argument
                    for _ in range(levels):
                        place = place.outer
                    if opcode is Opcode.OUTER:
                        stack.append(place.values[index])
                    else:
                        place.values[index] = stack.pop()
                case Opcode.BINARY:
                    right, left = stack.pop(), stack.pop()
                    stack.append(OPERATORS[argument](left, right))
                case Opcode.NOT:
                    stack.append(not stack.pop())
                case Opcode.JUMP:
                    frame.place = argument
                case Opcode.JUMP_IF_NOT:
                    if not stack.pop():
                        frame.place = argument
                case Opcode.CLOSURE:
                    stack.append(Closure(argument, frame))
                case Opcode.LIST:
                    items = [stack.pop() for _ in range(argument)]
                    stack.append(items[::-1])
                case Opcode.INDEX:
                    index = stack.pop()
                    stack.append(stack.pop()[index])
                case Opcode.CALL:
                    arguments = [stack.pop() for _ in range(argument)][::-1]
                    closure = stack.pop()
                    if not isinstance(closure, Closure) or len(closure.function.parameters) != argument:
                        raise TypeError(f"cannot call with {argument} arguments")
                    frame, depth = Frame(closure.function, closure.frame, frame, arguments), depth + 1
                    self.deepest = max(self.deepest, depth)
                case Opcode.RETURN:
                    value, frame, depth = stack.pop(), frame.caller, depth - 1
                    if frame is None:
                        return value
                    frame.stack.append(value)
                case Opcode.PRINT:
                    print("  >", *(stack[-argument:]))
                    del stack[-argument:]
                case Opcode.POP:
                    stack.pop()


PROGRAMS = {
    "factorial": 'let fact = fn(n) { if n < 2 { return 1; } return n * fact(n - 1); }; print "30! =", fact(30);',
    "closures": "let make = fn(start) { let n = start; return fn(by) { n = n + by; return n; }; };\nlet a = make(10); let b = make(0); a(1); b(5); print a(2), b(5);",
    "primes": "let n = 2; let found = 0;\nwhile found < 10 { let d = 2; let prime = true; while d * d <= n { if n % d == 0 { prime = false; } d = d + 1; }\n if prime { print n; found = found + 1; } n = n + 1; }",
    "folding": "print 2 * 3 + 4 * (5 - 1), 10 / 3 % 2, -7 + 1, !(1 < 2) == false; if 1 + 1 == 2 { print \"two\"; } else { print \"?\"; }",
    "lists": 'let xs = [3, 1, 2 + 2]; let sum = fn(l, i) { if i == 3 { return 0; } else if false { return 1; } return l[i] + sum(l, i + 1); }; print xs, sum(xs, 0), [[1], "a"][1];',
    "deep": "let down = fn(n) { if n == 0 { return 0; } return down(n - 1) + 1; }; print down(5000);",
    "endless": "while true { }", "bad call": "let f = fn(a) { return a; }; f(1, 2);", "zero": "print 1 / 0;", "unknown": "print 1;\nprint x;", "syntax": "let = 3;", "strange": "let a = 1;\n\nlet b = a @ 2;", "open": "fn() { print 1;",
}


def main():
    for name, text in PROGRAMS.items():
        machine = Machine()
        try:
            function = Compiler(text).compile()
            if name in ("closures", "folding"):
                print(*function.listing(), sep="\n")
            machine.run(function)
            print(f"{name}: {machine.steps} steps, depth {machine.deepest}")
        except (CompileError, TypeError, ArithmeticError, TimeoutError) as error:
            print(f"{name}: {type(error).__name__}: {error}")


main()
