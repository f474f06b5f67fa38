"""An interpreter for a small Lisp: reader, environments, closures, tail calls, macros, its own test programs."""

import operator
import sys


class Symbol(str):
    __slots__ = ()

    def __repr__(self):
        return str(self)


class LispError(Exception):
    pass


def read_all(text):
    tokens = tokenize(text)
    forms = []
    while tokens:
        forms.append(read(tokens))
    return forms


def tokenize(text):
    out, i = [], 0
    while i < len(text):
        c = text[i]
        if c.isspace():
            i += 1
        elif c == ";":
            while i < len(text) and text[i] != "\n":
                i += 1
        elif c in "()'`,":
            out.append(c)
            i += 1
        elif c == '"':
            end = text.index('"', i + 1)
            out.append(text[i:end + 1])
            i = end + 1
        else:
            start = i
            while i < len(text) and not text[i].isspace() and text[i] not in "()'`,;":
                i += 1
            out.append(text[start:i])
    return out[::-1]


QUOTES = {"'": Symbol("quote"), "`": Symbol("quasiquote"), ",": Symbol("unquote")}


def read(tokens):
    if not tokens:
        raise LispError("unexpected end")
    token = tokens.pop()
    if token == "(":
        form = []
        while tokens and tokens[-1] != ")":
            form.append(read(tokens))
        if not tokens:
            raise LispError("missing )")
        tokens.pop()
        return form
    if token == ")":
        raise LispError("unexpected )")
    if token in QUOTES:
        return [QUOTES[token], read(tokens)]
    if token.startswith('"'):
        return token[1:-1]
    if token in ("#t", "#f"):
        return token == "#t"
    for kind in (int, float):
        try:
            return kind(token)
        except ValueError:
            pass
    return Symbol(token)


def show(value):
    match value:
        case True:
            return "#t"
        case False:
            return "#f"
        case Symbol():
            return str(value)
        case str():
            return f'"{value}"'
        case list():
            return "(" + " ".join(map(show, value)) + ")"
        case Closure():
            return f"<lambda {show(value.parameters)}>"
        case _:
            return str(value)


class Environment(dict):
    def __init__(self, names=(), values=(), outer=None):
        super().__init__(zip(names, values))
        self.outer = outer

    def find(self, name):
        place = self
        while place is not None:
            if name in place:
                return place
            place = place.outer
        raise LispError(f"unbound: {name}")


class Closure:
    def __init__(self, parameters, body, environment):
        self.parameters, self.body, self.environment = parameters, body, environment

    def bind(self, arguments):
        names = self.parameters
        if "." in names:
            split = names.index(Symbol("."))
            arguments = arguments[:split] + [arguments[split:]]
            names = names[:split] + names[split + 1:]
        if len(names) != len(arguments):
            raise LispError(f"expected {len(names)} arguments, got {len(arguments)}")
        return Environment(names, arguments, self.environment)


class Macro(Closure):
    pass


def quasi(form, environment):
    if not isinstance(form, list):
        return form
    if form and form[0] == "unquote":
        return evaluate(form[1], environment)
    return [quasi(item, environment) for item in form]


def evaluate(form, env):
    while True:
        if isinstance(form, Symbol):
            return env.find(form)[form]
        if not isinstance(form, list):
            return form
        if not form:
            raise LispError("empty call")
        match form:
            case ["quote", value]:
                return value
            case ["quasiquote", value]:
                return quasi(value, env)
            case ["if", condition, then, *otherwise]:
                form = then if evaluate(condition, env) is not False else (otherwise or [False])[0]
            case ["define", [name, *parameters], *body]:
                env[name] = Closure(parameters, body, env)
                return name
            case ["define", name, value]:
                env[name] = evaluate(value, env)
                return name
            case ["set!", name, value]:
                env.find(name)[name] = evaluate(value, env)
                return False
            case ["lambda", parameters, *body]:
                return Closure(parameters, body, env)
            case ["macro", [name, *parameters], *body]:
                env[name] = Macro(parameters, body, env)
                return name
            case ["begin", *body, last]:
                for item in body:
                    evaluate(item, env)
                form = last
            case ["let", bindings, *body]:
                names = [name for name, _ in bindings]
                values = [evaluate(value, env) for _, value in bindings]
                env, form = Environment(names, values, env), [Symbol("begin"), *body]
            case [head, *rest]:
                function = evaluate(head, env)
                if isinstance(function, Macro):
                    form = evaluate([Symbol("begin"), *function.body], function.bind(rest))
                    continue
                arguments = [evaluate(item, env) for item in rest]
                if isinstance(function, Closure):
                    env, form = function.bind(arguments), [Symbol("begin"), *function.body]
                elif callable(function):
                    return function(*arguments)
                else:
                    raise LispError(f"not a function: {show(function)}")


def make_globals():
    env = Environment()
    fold = lambda op: lambda first, *rest: first if not rest else fold(op)(op(first, rest[0]), *rest[1:])
    env.update({
        "+": fold(operator.add), "*": fold(operator.mul), "/": operator.truediv, "%": operator.mod,
        "-": lambda a, *b: -a if not b else fold(operator.sub)(a, *b), "=": operator.eq, "<": operator.lt, ">": operator.gt,
        "list": lambda *items: list(items), "car": lambda x: x[0], "cdr": lambda x: x[1:], "cons": lambda a, b: [a, *b],
        "null?": lambda x: x == [], "length": len, "append": lambda a, b: a + b, "expt": pow, "eq?": operator.is_,
        "display": lambda *items: print(*map(show, items)) or False, "not": lambda x: x is False,
    })
    return env


PROGRAM = """
(define (fact n) (if (< n 2) 1 (* n (fact (- n 1)))))
(fact 30)
(define (loop i total) (if (= i 0) total (loop (- i 1) (+ total i))))  ; runs in constant space
(loop 20000 0)
(define (map f xs) (if (null? xs) '() (cons (f (car xs)) (map f (cdr xs)))))
(define (filter p xs) (if (null? xs) '() (if (p (car xs)) (cons (car xs) (filter p (cdr xs))) (filter p (cdr xs)))))
(define (range a b) (if (< a b) (cons a (range (+ a 1) b)) '()))
(map (lambda (x) (* x x)) (range 0 10))
(define (sort xs) (if (null? xs) '() (let ((p (car xs)) (r (cdr xs)))
  (append (sort (filter (lambda (x) (< x p)) r)) (cons p (sort (filter (lambda (x) (not (< x p))) r)))))))
(sort '(3 1 4 1 5 9 2 6 5 3 5))
(macro (unless c body) `(if ,c #f ,body))
(unless (> 1 2) "fine")
(define (counter) (let ((n 0)) (lambda () (begin (set! n (+ n 1)) n))))
(define tick (counter))
(begin (tick) (tick) (tick))
(define (sum . xs) (if (null? xs) 0 (+ (car xs) (loop (length xs) 0))))
(sum 10 20 30)
(display "hello" 'world (list 1 2.5 #t))
(lambda (x y) x)
(expt 2 100)
(undefined 1)
(fact)
(1 2)
(car '(
"""


def main():
    env = make_globals()
    for chunk in PROGRAM.strip().split("\n("):
        text = chunk if chunk.startswith("(") else "(" + chunk
        try:
            for form in read_all(text):
                print("=>", show(evaluate(form, env)))
        except (LispError, TypeError, IndexError) as error:
            print(f"!! {type(error).__name__}: {error}" if isinstance(error, LispError) else f"!! {type(error).__name__}")
    print(len(env), "names;", sys.getrecursionlimit() >= 1000)


main()
