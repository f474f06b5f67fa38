# What must work in every kind of build, with what is there found out by looking: streams or none, files or none.
import _io
import builtins
import io
import json
import math
import sys

HAS_FILES = hasattr(_io, "FileIO")
HAS_STREAMS = sys.stdout is not None


def raises(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{function} did not raise {kind.__name__}")


def test_streams():
    if not HAS_STREAMS:
        assert sys.stdin is None and sys.stderr is None and sys.__stdout__ is None
        print("to nobody")
        assert "stdin" in str(raises(RuntimeError, input))
        return
    assert sys.stdout.write("smoke: h\u00e9\n") == 10 and sys.stdout.writable() and not sys.stdout.readable()
    assert (sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno()) == (0, 1, 2)
    assert sys.stdin.readable() and not sys.stdin.writable() and sys.stdin.read() == "" and not sys.stdout.closed
    assert sys.stdout.encoding == "utf-8" and sys.stderr.errors == "backslashreplace"
    raises(io.UnsupportedOperation, sys.stdout.read)
    raises(UnicodeEncodeError, lambda: sys.stdout.write("\ud800") and sys.stdout.flush())
    assert sys.stdout.buffer.write(b"bytes\n") == 6
    print("to standard error", file=sys.stderr, flush=True)


def test_numbers():
    assert math.sqrt(2) ** 2 - 2 < 1e-15 and math.isqrt(10**40) == 10**20 and math.comb(50, 25) == 126410606437752
    assert 0.1 + 0.2 != 0.3 and round(2.675, 2) == 2.67 and f"{math.pi:.4f}" == "3.1416" and 2**200 % 97 == pow(2, 200, 97)
    raises(ZeroDivisionError, lambda: 1 // 0)
    raises(ValueError, math.sqrt, -1)


def test_json():
    value = {"a": [1, 2.5, None, True, "\u00fc\U0001f40d"], "b": {"c": []}}
    assert json.loads(json.dumps(value)) == value and json.dumps({"x": 1}, indent=1) == '{\n "x": 1\n}'
    assert raises(json.JSONDecodeError, json.loads, "[1,]").pos == 2


def test_memory_streams():
    data = io.BytesIO(b"one\ntwo\n")
    assert data.readlines() == [b"one\n", b"two\n"] and data.seek(4) == 4 and data.read() == b"two\n" and data.getvalue() == b"one\ntwo\n"
    text = io.StringIO()
    print("a", 1, sep="-", file=text)
    assert text.getvalue() == "a-1\n"
    wrapper = io.TextIOWrapper(io.BufferedReader(io.BytesIO("\u00e9\r\n".encode())), encoding="utf-8")
    assert wrapper.read() == "\u00e9\n"


def test_open():
    if HAS_FILES:
        assert issubclass(io.FileIO, io.RawIOBase)
        raises(FileNotFoundError, open, "/no/such/file")
        return
    assert not hasattr(io, "FileIO")
    for name in "/etc/passwd", "/no/such/file", b"x", 0, 9:
        assert "FileSystem" in str(raises(io.UnsupportedOperation, open, name)), name
    for mode in "r", "w", "xb", "r+":
        raises(io.UnsupportedOperation, open, "file", mode)
    raises(io.UnsupportedOperation, io.open_code, "/etc/passwd")


def test_system_by_looking():
    import os

    assert hasattr(os, "open") == hasattr(os, "stat") == hasattr(os, "listdir") == HAS_FILES
    assert os.path.join("a", "b") == "a/b" and os.fspath("x") == "x"
    if not HAS_FILES:
        assert not hasattr(os, "fork") and not hasattr(os, "system") and "posix" in sys.builtin_module_names
        raises(ImportError, __import__, "_posixsubprocess")


def test_built_ins():
    assert sorted([3, 1, 2], reverse=True) == [3, 2, 1] and sum(range(101)) == 5050 and max("banana") == "n"
    assert list(zip("ab", [1, 2], strict=True)) == [("a", 1), ("b", 2)] and [*map(str, range(3))] == ["0", "1", "2"]
    assert eval("1 + 1") == 2 and isinstance(compile("x", "s", "eval"), type((lambda: 0).__code__))
    scope = {}
    exec("def f(n): return 1 if n < 2 else n * f(n - 1)", scope)
    assert scope["f"](20) == 2432902008176640000
    assert {**{"a": 1}, "b": 2} == dict(a=1, b=2) and frozenset("aab") == {"a", "b"} and bytes(3) == b"\0\0\0"
    assert repr([1, "a", None]) == "[1, 'a', None]" and ascii("\u00e9") == "'\\xe9'" and divmod(-7, 2) == (-4, 1)
    assert len(dir(builtins)) > 140 and callable(builtins.open)


def test_exceptions():
    try:
        try:
            raise KeyError("inner")
        except KeyError as error:
            raise ValueError("outer") from error
    except ValueError as error:
        assert isinstance(error.__cause__, KeyError) and error.__traceback__.tb_lineno
    assert isinstance(raises(RecursionError, lambda: (f := lambda: f())()), RecursionError)
