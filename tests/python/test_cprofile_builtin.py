# cProfile: one profiler at a time, timers that misbehave; profile functions see native calls with unpacked arguments.
import cProfile
import pstats
import sys


def message(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("it did not fail")


def test_unpacked_calls_of_natives_are_seen():
    seen = []

    def profile(frame, event, argument):
        if event.startswith("c_"):
            seen.append((event, argument.__name__))

    pair = ([1, 2],)
    for source in "max(*pair)", "max(*pair, key=int)", "max([0], **{'key': int})", "str.upper(*('a',))":
        code = compile(source, "<text>", "eval")
        seen.clear()
        sys.setprofile(profile)
        eval(code, {"pair": pair})
        sys.setprofile(None)
        name = "upper" if "upper" in source else "max"
        assert ("c_call", name) in seen and ("c_return", name) in seen, (source, seen)


def test_one_profiler_at_a_time():
    first, second = cProfile.Profile(), cProfile.Profile()
    first.enable()
    try:
        assert message(ValueError, second.enable) == f"tool {sys.monitoring.PROFILER_ID} is already in use"
    finally:
        first.disable()
    assert sys.monitoring.get_tool(sys.monitoring.PROFILER_ID) is None
    assert pstats.Stats(first).total_calls > 0


def test_a_timer_cannot_stop_its_profiler():
    told, hook = [], sys.unraisablehook

    def timer():
        profiler.disable()
        return 1

    profiler = cProfile.Profile(timer)
    sys.unraisablehook = lambda error: told.append(error.exc_type)
    try:
        profiler.enable()
        (lambda: None)()
        profiler.disable()
    finally:
        sys.unraisablehook = hook
    assert RuntimeError in told


for name in [name for name in globals() if name.startswith("test_")]:
    globals()[name]()
