"""Context managers: nesting, suppression, exit stacks, re-use, generators, order of unwinding, replaced exceptions."""

import contextlib
import io
import sys
from contextlib import ContextDecorator, ExitStack, chdir, closing, contextmanager, nullcontext, redirect_stdout, suppress


class Trace:
    def __init__(self):
        self.depth = 0

    @contextmanager
    def section(self, name, swallow=()):
        print("  " * self.depth + f"<{name}>")
        self.depth += 1
        try:
            yield self.depth
        except swallow as error:
            print("  " * self.depth + f"swallowed {type(error).__name__}")
        else:
            print("  " * self.depth + "fine")
        finally:
            self.depth -= 1
            print("  " * self.depth + f"</{name}>")


class Resource:
    live = []

    def __init__(self, name, fail_at=None, swallow=False):
        self.name, self.fail_at, self.swallow = name, fail_at, swallow

    def __enter__(self):
        if self.fail_at == "enter":
            raise OSError(f"{self.name} does not open")
        Resource.live.append(self.name)
        return self

    def __exit__(self, kind, error, traceback):
        Resource.live.remove(self.name)
        print(f"exit {self.name}: {kind.__name__ if kind else None}")
        if self.fail_at == "exit":
            raise RuntimeError(f"{self.name} does not close")
        return self.swallow


class Undo:
    """Changes a mapping, and undoes it when the block fails."""

    def __init__(self, mapping):
        self.mapping, self.saved = mapping, []

    def __enter__(self):
        self.saved.append(dict(self.mapping))
        return self.mapping

    def __exit__(self, kind, error, traceback):
        saved = self.saved.pop()
        if kind is not None:
            self.mapping.clear()
            self.mapping.update(saved)


class logged(ContextDecorator):
    def __init__(self, label):
        self.label = label

    def __enter__(self):
        print("begin", self.label)

    def __exit__(self, *error):
        print("end", self.label, error[0] and error[0].__name__)


def attempt(action, *args):
    try:
        print("=", action(*args))
    except Exception as error:
        chain, link = [], error
        while link is not None:
            chain.append(f"{type(link).__name__}({link})")
            link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
        print("!", " <- ".join(chain))
    assert not Resource.live, Resource.live


def nested():
    with Resource("a") as a, Resource("b", swallow=True) as b, (Resource("c")) as c:
        raise KeyError(a.name + b.name + c.name)
    return "after"


def failing_enter():
    with Resource("a"), Resource("b", fail_at="enter"):
        return "never"


def failing_exit():
    with Resource("a"), Resource("b", fail_at="exit"):
        raise ValueError("inside")


def returning():
    for i in range(3):
        with Resource(f"r{i}"):
            if i == 1:
                return f"left at {i}"


def looping():
    seen = []
    for i in range(4):
        with Trace().section(f"turn {i}"):
            if i == 1:
                continue
            if i == 2:
                break
            seen.append(i)
    return seen


@contextmanager
def bad_generator(kind):
    if kind == "no yield":
        return
    yield kind
    if kind == "two yields":
        yield


def stacks():
    out = []
    with ExitStack() as stack:
        names = [stack.enter_context(Resource(n)).name for n in "xyz"]
        stack.callback(out.append, "callback")
        stack.push(lambda *error: out.append(error[0]) or False)
        kept = stack.pop_all()
        out.append(len(names))
    out.append("stack empty")
    with kept:
        pass
    return out


def partial_stack():
    with ExitStack() as stack:
        stack.enter_context(Resource("p"))
        stack.enter_context(Resource("q", fail_at="enter"))


@logged("work")
def work(n):
    return 10 // n


class Door:
    def close(self):
        print("door closes")


def captured():
    buffer = io.StringIO()
    with redirect_stdout(buffer):
        print("hidden", end="|")
        with redirect_stdout(sys.stderr if False else buffer):
            print("deeper")
    return buffer.getvalue()


def main():
    trace = Trace()
    with trace.section("outer", KeyError), trace.section("inner", ValueError) as depth:
        print("depth", depth)
        {}["missing"]
    with trace.section("quiet", Exception):
        with trace.section("loud"):
            raise ArithmeticError
    for action in (nested, failing_enter, failing_exit, returning, looping, stacks, partial_stack, captured):
        print("---", action.__name__)
        attempt(action)
    print("--- the rest")
    for kind in ("no yield", "two yields", "fine"):
        attempt(lambda: bad_generator(kind).__enter__() if kind == "no yield" else run(bad_generator(kind)))
    attempt(work, 5)
    attempt(work, 0)
    settings = {"a": 1}
    with suppress(ZeroDivisionError), Undo(settings) as changed:
        changed["a"], changed["b"] = 2, 1 / 0
    with Undo(settings) as changed:
        changed["c"] = 3
    print(settings)
    with closing(Door()) as door, nullcontext(5) as five:
        print(type(door).__name__, five)
    with suppress(LookupError):
        raise IndexError
    once = bad_generator("fine")
    attempt(run, once)
    attempt(run, once)
    attempt(lambda: run(3))
    print(isinstance(Resource("z"), contextlib.AbstractContextManager), chdir.__name__)
    try:
        with ExitStack() as stack:
            stack.callback(lambda: 1 / 0)
            stack.callback(lambda: [][1])
            raise KeyError("first")
    except ZeroDivisionError as error:
        print(repr(error), repr(error.__context__), repr(error.__context__.__context__))


def run(manager):
    with manager as value:
        return value


main()
