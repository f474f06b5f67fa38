"""Exceptions: groups and except*, notes, chaining, finally in every place, retry, own hierarchies, tracebacks as text."""

import sys
import traceback
from contextlib import contextmanager


class AppError(Exception):
    code = 1

    def __init__(self, message, **details):
        super().__init__(message)
        self.details = details

    def __str__(self):
        extra = ", ".join(f"{k}={v!r}" for k, v in self.details.items())
        return self.args[0] + (f" ({extra})" if extra else "")


class NetworkError(AppError):
    code = 2


class Timeout(NetworkError, TimeoutError):
    code = 3


class Failures(ExceptionGroup):
    def derive(self, exceptions):
        return Failures(self.message, exceptions)

    @property
    def codes(self):
        return sorted(e.code for e in leaves(self) if isinstance(e, AppError))


def leaves(error):
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error


def gather(message, *actions):
    errors, results = [], []
    for action in actions:
        try:
            results.append(action())
        except Exception as error:
            error.add_note(f"while running {action.__name__}")
            errors.append(error)
    if errors:
        raise Failures(message, errors)
    return results


def fine():
    return "fine"


def slow():
    raise Timeout("too slow", seconds=3)


def broken():
    raise NetworkError("no route", host="h")


def wrong():
    return {}["key"]


def nested():
    return gather("inner", slow, fine, wrong)


def sort_out(*actions):
    log = []
    try:
        log.append(gather("outer", *actions))
    except* TimeoutError as group:
        log.append(("timeout", group.codes, [str(e) for e in leaves(group)]))
    except* (KeyError, IndexError) as group:
        log.append(("lookup", [e.__notes__ for e in leaves(group)]))
    except* AppError as group:
        log.append(("app", group.message, type(group).__name__))
    else:
        log.append("no errors")
    finally:
        log.append("done")
    return log


def order_of_things(step):
    trail = []

    def inner():
        try:
            trail.append("try")
            if step == "return":
                return trail
            if step == "raise":
                raise ValueError
            for i in range(2):
                try:
                    if step == "break":
                        break
                    if step == "continue":
                        continue
                    trail.append(i)
                finally:
                    trail.append(f"f{i}")
            else:
                trail.append("for-else")
        except ValueError:
            trail.append("except")
            return "from except"
        else:
            trail.append("else")
        finally:
            trail.append("finally")
        return "end"

    result = inner()
    return "same list" if result is trail else result, trail


def chain():
    try:
        try:
            try:
                int("x")
            except ValueError as error:
                raise LookupError("second") from error
        except LookupError:
            raise RuntimeError("third")
    except RuntimeError as error:
        links, link = [], error
        while link:
            links.append(f"{type(link).__name__}{'*' if link.__suppress_context__ else ''}")
            link = link.__cause__ or link.__context__
        try:
            raise KeyError("last") from None
        except KeyError as last:
            return links, last.__context__ is error, last.__suppress_context__, last.__cause__


def retry(times, *, on=Exception):
    def decorate(function):
        def wrapper(*args):
            errors = []
            for attempt in range(1, times + 1):
                try:
                    return function(attempt, *args)
                except on as error:
                    error.add_note(f"attempt {attempt}")
                    errors.append(error)
            raise ExceptionGroup(f"gave up after {times}", errors)

        return wrapper

    return decorate


@retry(3, on=NetworkError)
def flaky(attempt, needed):
    if attempt < needed:
        raise NetworkError("flaky", attempt=attempt)
    return f"worked at {attempt}"


@contextmanager
def translating(kind, target):
    try:
        yield
    except kind as error:
        raise target(f"translated {type(error).__name__}") from error


def translated():
    with translating(ZeroDivisionError, NetworkError):
        return 1 / 0


def generator():
    try:
        while True:
            try:
                yield
            except ValueError as error:
                yield f"handled {error}"
    except GeneratorExit:
        print("generator closed")
        raise
    finally:
        print("generator finally")


def depth(n):
    return n if n == 0 else depth(n - 1) + 1


def forever(n=0):
    return forever(n + 1)


def describe(error):
    return [line for line in "".join(traceback.format_exception_only(error)).splitlines()]


def main():
    print(sort_out(fine, fine), sort_out(slow, fine, broken), sort_out(nested, wrong), sort_out(broken, nested), sep="\n")
    for step in ("", "return", "raise", "break", "continue"):
        print(f"{step:<9}", order_of_things(step))
    print(chain())
    print(flaky(2), flaky(3))
    for action in (lambda: flaky(9), lambda: flaky(2, 3), translated, nested):
        try:
            print(action())
        except Exception as error:
            print(*describe(error), sep="\n")
            print("  cause", repr(error.__cause__), "notes", getattr(error, "__notes__", None))
    group = ExceptionGroup("g", [ValueError(1), ExceptionGroup("h", [TypeError(2), ValueError(3)]), OSError(2, "no such thing", "file.txt")])
    match, rest = group.split(ValueError)
    print(match, rest, group.subgroup(lambda e: isinstance(e, TypeError)), group.subgroup(KeyError), sep="\n")
    print(repr(group.exceptions[2]), group.exceptions[2].errno, group.exceptions[2].filename, type(group.exceptions[2]).__name__, repr(match.exceptions))
    g = generator()
    next(g)
    print(g.throw(ValueError("in")), next(g), g.close())
    print(depth(400))
    try:
        forever()
    except RecursionError as error:
        print(type(error).__mro__[1].__name__, str(error).startswith("maximum recursion depth exceeded"))
    try:
        raise Timeout("t") from NetworkError("n")
    except OSError as error:
        print("as OSError", error.code, isinstance(error, AppError), sys.exception() is error, error.__traceback__.tb_lineno > 0, error.with_traceback(None).__traceback__)
    print(sys.exception(), [kind.__name__ for kind in Timeout.__mro__])
    for bad in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [1]), lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: exec("raise 3"), lambda: exec("raise int"), lambda: exec("raise ValueError from 3"),
                lambda: [].pop(), lambda: {}.popitem(), lambda: (1,)[2], lambda: "a".x, lambda: fine()(), lambda: len(3), lambda: print(undefined), lambda: exec("a, b = 1, 2, 3"), lambda: exec("a, *b, c = [1]"), lambda: int([]), lambda: "%d" % "x", lambda: fine(1)):
        try:
            bad()
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    try:
        exec(compile("def f(:\n  pass", "made-up.py", "exec"))
    except SyntaxError as error:
        print(error.msg, error.filename, error.lineno, error.offset, error.text)
    try:
        raise SystemExit("bye")
    except BaseException as error:
        print(repr(error), error.code, isinstance(error, Exception))


main()
