# _types, _suggestions, _queue, _stat, _sysconfig, _tracemalloc, _locale.
import _locale
import _queue
import _stat
import _suggestions
import _sysconfig
import _types
import stat
import sys
import tracemalloc
import types


def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError(f"{kind.__name__} not raised")


def test_types():
    for name in dir(_types):
        if not name.startswith("__"):
            assert getattr(types, name) is getattr(_types, name) and isinstance(getattr(_types, name), type)
    assert types.FunctionType is type(test_types) and types.BuiltinMethodType is type([].append)
    raises(TypeError, types.CapsuleType)


def test_suggestions():
    g = _suggestions._generate_suggestions
    assert g(["blech", "bluch"], "blach") == "blech" and g([], "x") is None
    assert raises(TypeError, g, (), "x") == "candidates must be a list"
    assert raises(TypeError, g, [1], "x") == "all elements in 'candidates' must be strings"


def test_simple_queue():
    q = _queue.SimpleQueue()
    for i in range(1000):
        q.put(i)
        if i % 3 == 0:
            assert q.get() == i // 3
    assert q.qsize() == 666 and not q.empty()
    assert [q.get_nowait() for _ in range(666)] == list(range(334, 1000))
    for f in (q.get_nowait, lambda: q.get(False), lambda: q.get(timeout=0.001), lambda: q.get(True, 0)):
        assert raises(_queue.Empty, f) == ""
    assert raises(ValueError, q.get, True, -1) == "'timeout' must be a non-negative number"
    q.put(1, block=True, timeout=-1)
    q.put_nowait(item=2)
    assert (q.get(False, -1), q.get(True, None)) == (1, 2)

    class Q(_queue.SimpleQueue):
        def __init__(self, x):
            self.x = x

    assert Q(3).x == 3


def test_stat():
    assert _stat.filemode(0o100644) == "-rw-r--r--" and stat.filemode(0o41777) == "drwxrwxrwt"
    assert stat.filemode(0o104000) == "---S------" and _stat.S_ISLNK(0o120777) and not _stat.S_ISDOOR(0)
    assert _stat.S_IMODE(0o107755) == 0o7755 and _stat.S_IFMT(0o107755) == 0o100000
    assert raises(OverflowError, _stat.S_ISDIR, 2**40) == "mode out of range"


def test_sysconfig_and_tracemalloc():
    assert set(_sysconfig.config_vars()) == {"Py_GIL_DISABLED", "Py_DEBUG"}
    assert not tracemalloc.is_tracing() and tracemalloc.get_traced_memory() == (0, 0)
    tracemalloc.stop()
    if sys.implementation.name != "cpython":
        raises(NotImplementedError, tracemalloc.start)


def test_locale():
    assert _locale.setlocale(_locale.LC_NUMERIC, "C") == "C" == _locale.setlocale(_locale.LC_NUMERIC)
    assert raises(_locale.Error, _locale.setlocale, _locale.LC_ALL, "xx_YY") == "unsupported locale setting"
    assert _locale.localeconv()["decimal_point"] == "." and _locale.nl_langinfo(_locale.DAY_1) == "Sunday"
    assert _locale.strcoll("a", "b") < 0 == _locale.strcoll("a", "a") and _locale.strxfrm("a") == "a"
    raises(ValueError, _locale.strxfrm, "a\0b"), raises(ValueError, _locale.nl_langinfo, 99)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
