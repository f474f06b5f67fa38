# Trace and profile functions: which events come, at which lines.
import sys


def events_of(f, lines=True):
    events = []
    def trace(frame, event, argument):
        if frame.f_globals is not globals():
            return None
        events.append((frame.f_lineno - frame.f_code.co_firstlineno, event, frame.f_code.co_name))
        return trace
    sys.settrace(trace)
    try:
        f()
    except ValueError:
        pass
    finally:
        sys.settrace(None)
    return [e for e in events if e[2] != "events_of"]


def basic():
    return 1


def loop():
    for i in range(2):
        x = i
    while x:
        x -= 1
        pass
    else:
        pass
    if x:
        pass
    else:
        y = 1
    return


def gen():
    yield 1
    yield 2


def usegen():
    for x in gen():
        pass


def tryit():
    try:
        1/0
    except ValueError:
        pass
    except ZeroDivisionError as e:
        x = 1
    finally:
        y = 2


def withit():
    import contextlib
    with contextlib.nullcontext():
        pass
    l = lambda: 1
    l()


def raiser():
    tryit()
    raise ValueError


def cls():
    class D:
        a = 1
        def f(self):
            pass
    D().f()


EXPECTED = {
    basic: [
        (0, 'call', 'basic'), (1, 'line', 'basic'), (1, 'return', 'basic'),],
    loop: [
        (0, 'call', 'loop'), (1, 'line', 'loop'), (2, 'line', 'loop'), (1, 'line', 'loop'), (2, 'line', 'loop'),
        (1, 'line', 'loop'), (3, 'line', 'loop'), (4, 'line', 'loop'), (5, 'line', 'loop'), (3, 'line', 'loop'),
        (7, 'line', 'loop'), (8, 'line', 'loop'), (11, 'line', 'loop'), (12, 'line', 'loop'), (12, 'return', 'loop'),],
    usegen: [
        (0, 'call', 'usegen'), (1, 'line', 'usegen'), (0, 'call', 'gen'), (1, 'line', 'gen'), (1, 'return', 'gen'),
        (2, 'line', 'usegen'), (1, 'line', 'usegen'), (1, 'call', 'gen'), (2, 'line', 'gen'), (2, 'return', 'gen'),
        (2, 'line', 'usegen'), (1, 'line', 'usegen'), (2, 'call', 'gen'), (2, 'return', 'gen'),
        (1, 'return', 'usegen'),],
    tryit: [
        (0, 'call', 'tryit'), (1, 'line', 'tryit'), (2, 'line', 'tryit'), (2, 'exception', 'tryit'),
        (3, 'line', 'tryit'), (5, 'line', 'tryit'), (6, 'line', 'tryit'), (8, 'line', 'tryit'),
        (8, 'return', 'tryit'),],
    withit: [
        (0, 'call', 'withit'), (1, 'line', 'withit'), (2, 'line', 'withit'), (3, 'line', 'withit'),
        (2, 'line', 'withit'), (4, 'line', 'withit'), (5, 'line', 'withit'), (0, 'call', '<lambda>'),
        (0, 'line', '<lambda>'), (0, 'return', '<lambda>'), (5, 'return', 'withit'),],
    raiser: [
        (0, 'call', 'raiser'), (1, 'line', 'raiser'), (0, 'call', 'tryit'), (1, 'line', 'tryit'),
        (2, 'line', 'tryit'), (2, 'exception', 'tryit'), (3, 'line', 'tryit'), (5, 'line', 'tryit'),
        (6, 'line', 'tryit'), (8, 'line', 'tryit'), (8, 'return', 'tryit'), (2, 'line', 'raiser'),
        (2, 'exception', 'raiser'), (2, 'return', 'raiser'),],
    cls: [
        (0, 'call', 'cls'), (1, 'line', 'cls'), (0, 'call', 'D'), (0, 'line', 'D'), (1, 'line', 'D'),
        (2, 'line', 'D'), (2, 'return', 'D'), (5, 'line', 'cls'), (0, 'call', 'f'), (1, 'line', 'f'),
        (1, 'return', 'f'), (5, 'return', 'cls'),],
}
for function, expected in EXPECTED.items():
    assert events_of(function) == expected, (function, events_of(function))


def test_profile():
    events = []
    def profile(frame, event, argument):
        if frame.f_globals is globals():
            events.append((event, frame.f_code.co_name, getattr(argument, "__name__", argument)))
    def f(x):
        return len(x)
    def g():
        try:
            int("x")
            [].index(1)
        except ValueError:
            return f("abc")
    sys.setprofile(profile)
    g()
    sys.setprofile(None)
    assert events[:3] == [("call", "g", None), ("call", "f", None), ("c_call", "f", "len")], events
    assert events[3:6] == [("c_return", "f", "len"), ("return", "f", 3), ("return", "g", 3)], events
    events.clear()
    def h():
        try:
            [].index(1)
        except ValueError:
            pass
    sys.setprofile(profile)
    h()
    sys.setprofile(None)
    assert [e[0] for e in events[:4]] == ["call", "c_call", "c_exception", "return"], events


def test_local_trace():
    seen = []
    def local(frame, event, argument):
        seen.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    def trace(frame, event, argument):
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        return local
    def f():
        x = 1
        return x
    sys.settrace(trace)
    f()
    sys.settrace(None)
    kinds = {e for e, _ in seen}
    assert "line" not in kinds, seen
    assert seen[-1] == ("return", 2)


def test_error_ends_tracing():
    def trace(frame, event, argument):
        raise ValueError("from the trace function")
    sys.settrace(trace)
    try:
        (lambda: 1)()
    except ValueError as e:
        assert str(e) == "from the trace function"
    else:
        assert False
    assert sys.gettrace() is None


def test_line_of_finished_frame():
    def f():
        try:
            g()
        except KeyError as e:
            pass
    def g():
        with open_nothing():
            raise ValueError
    class open_nothing:
        def __enter__(self): pass
        def __exit__(self, *a): pass
    try:
        f()
    except ValueError as e:
        tb = e.__traceback__
        lines = []
        while tb:
            lines.append((tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno,
                          tb.tb_frame.f_lineno - tb.tb_frame.f_code.co_firstlineno))
            tb = tb.tb_next
        assert lines[1:] == [(2, 3), (2, 2)], lines


def test_jump():
    def jump(f, start, to):
        def trace(frame, event, argument):
            first = frame.f_code.co_firstlineno
            if event == "line" and frame.f_lineno == first + start and frame.f_code is f.__code__:
                sys.settrace(None)
                frame.f_lineno = first + to
            return trace
        out = []
        sys.settrace(trace)
        try:
            f(out)
        except ValueError as e:
            out.append(str(e))
        finally:
            sys.settrace(None)
        return out
    def f(out):
        out.append(1)
        for i in range(2):
            out.append(3)
        try:
            out.append(5)
        except KeyError:
            out.append(7)
        out.append(8)
    assert jump(f, 3, 8) == [1, 8]
    assert jump(f, 1, 5) == [5, 8]
    assert jump(f, 5, 1) == [1, 3, 3, 1, 3, 3, 5, 8]
    assert jump(f, 1, 3) == ["can't jump into the body of a for loop"]
    assert jump(f, 1, 7) == ["can't jump into an 'except' block as there's no exception"]
    assert jump(f, 1, 100) == [f"line {f.__code__.co_firstlineno + 100} comes after the current code block"]


test_profile()
test_jump()
test_local_trace()
test_error_ends_tracing()
test_line_of_finished_frame()
