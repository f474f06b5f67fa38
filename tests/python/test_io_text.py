# BufferedReader, BufferedWriter, BufferedRandom, TextIOWrapper over memory and over raw streams written in Python.
import io
import sys


def raises(exception, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except exception as e:
        return e
    raise AssertionError(f"{exception.__name__} not raised")


class Raw(io.RawIOBase):
    def __init__(self, pieces=(), answer=None):
        self.pieces, self.answer, self.written = list(pieces), answer, []

    def readable(self):
        return True

    def writable(self):
        return True

    def readinto(self, room):
        if not self.pieces:
            return 0
        piece = self.pieces.pop(0)
        if piece is None:
            return None
        room[:len(piece)] = piece
        return len(piece)

    def write(self, data):
        if self.answer is not None:
            return self.answer(data)
        self.written.append(bytes(data))
        return len(data)


def test_buffered_reader():
    f = io.BufferedReader(Raw([b"abc\nde", b"f\n", b"ghi"]), 8)
    assert f.readline() == b"abc\n" and f.peek()[:2] == b"de" and f.read(3) == b"def"
    assert f.read1(1) == b"\n" and f.read() == b"ghi" and f.read() == b"" and list(f) == []
    f = io.BufferedReader(Raw([None, b"ab", None]))
    assert f.read(5) is None and f.read(5) == b"ab"
    room = bytearray(5)
    assert io.BufferedReader(Raw([b"abc"])).readinto(room) == 3 and room == b"abc\0\0"


def test_lying_raw_streams():
    class Liar(Raw):
        def readinto(self, room):
            return len(room) + 1
    for size in (1, 7, 10000):
        raises(OSError, io.BufferedReader(Liar(), 16).read, size)
    for answer in (-1, 10**9, 10**30):
        raises((OSError, OverflowError), io.BufferedWriter(Raw(answer=lambda data: answer), 4).write, b"12345678")
    raises((TypeError, OSError), io.BufferedWriter(Raw(answer=lambda data: "x"), 4).write, b"12345678")


def test_reentrant():
    class Nested(Raw):
        def readinto(self, room):
            return self.outer.read(3)
    raw = Nested()
    raw.outer = io.BufferedReader(raw)
    raises(RuntimeError, raw.outer.read, 1)

    if sys.implementation.name == "cpython":
        return  # which does not survive what follows

    class Closing(Raw):
        def readinto(self, room):
            self.outer.detach()
            room[0] = 65
            return 1
    raw = Closing()
    raw.outer = io.BufferedReader(raw)
    try:
        raw.outer.read(3)
    except ValueError:
        pass


def test_would_block():
    room = [5]

    def write(data):
        n = min(room[0], len(data))
        room[0] -= n
        return n or None
    f = io.BufferedWriter(Raw(answer=write), 8)
    assert f.write(b"12345") == 5
    error = raises(BlockingIOError, f.write, b"x" * 30)
    assert 0 < error.characters_written < 30
    room[0] = 1000
    f.flush()


def test_random():
    f = io.BufferedRandom(io.BytesIO(b"abcdefghij"), 4)
    assert f.read(2) == b"ab" and f.write(b"12") == 2 and f.read(2) == b"ef" and f.tell() == 6
    f.flush()
    assert f.tell() == 6 and f.raw.getvalue() == b"ab12efghij"
    assert f.seek(-2, 2) == 8 and f.read() == b"ij" and f.truncate(3) == 3


def test_newlines():
    data = b"a\nb\r\nc\rd"
    for newline, lines in ((None, ["a\n", "b\n", "c\n", "d"]), ("", ["a\n", "b\r\n", "c\r", "d"]), ("\n", ["a\n", "b\r\n", "c\rd"]),
                           ("\r", ["a\nb\r", "\nc\r", "d"]), ("\r\n", ["a\nb\r\n", "c\rd"])):
        for chunk in (1, 2, 3, 8192):
            f = io.TextIOWrapper(io.BytesIO(data), "ascii", newline=newline)
            f._CHUNK_SIZE = chunk
            assert list(f) == lines, (newline, chunk)
    out = io.BytesIO()
    f = io.TextIOWrapper(out, "ascii", newline="\r\n")
    f.write("a\nb\n")
    f.flush()
    assert out.getvalue() == b"a\r\nb\r\n"
    f = io.TextIOWrapper(io.BytesIO(data), "ascii")
    f.read()
    assert f.newlines == ("\r", "\n", "\r\n")


def test_positions():
    text = "aä€\U00010000\r\nzwei\nd"
    for encoding in ("utf-8", "utf-16", "latin-1"):
        plain = text if encoding != "latin-1" else "aäb\r\nzwei\nd"
        for chunk in (1, 3, 8192):
            f = io.TextIOWrapper(io.BytesIO(plain.encode(encoding)), encoding)
            f._CHUNK_SIZE = chunk
            whole = f.read()
            for n in range(len(whole) + 1):
                f.seek(0)
                assert f.read(n) == whole[:n]
                place = f.tell()
                rest = f.read()
                f.seek(place)
                assert f.read() == rest == whole[n:], (encoding, chunk, n)


def test_text_errors():
    f = io.TextIOWrapper(io.BytesIO(b"ab\xffc"), "utf-8")
    raises(UnicodeDecodeError, f.read)
    assert io.TextIOWrapper(io.BytesIO(b"ab\xffc"), "utf-8", errors="replace").read() == "ab\ufffdc"
    raises(UnicodeEncodeError, io.TextIOWrapper(io.BytesIO(), "ascii").write, "\xff")
    raises(LookupError, io.TextIOWrapper, io.BytesIO(), "no such encoding")
    raises(ValueError, io.TextIOWrapper, io.BytesIO(), newline="x")
    f = io.TextIOWrapper(io.BytesIO(b"x"))
    f.detach()
    assert str(raises(ValueError, f.read)) == "underlying buffer has been detached"
    raises(TypeError, io.TextIOWrapper(io.BytesIO()).write, b"x")


def test_reconfigure():
    out = io.BytesIO()
    f = io.TextIOWrapper(out, "ascii", newline="\n")
    f.write("a\n")
    f.reconfigure(encoding="utf-8", newline="\r\n", line_buffering=True)
    f.write("ä\n")
    assert out.getvalue() == b"a\n\xc3\xa4\r\n" and f.encoding == "utf-8" and f.line_buffering


def test_close_chains():
    class Bad(Raw):
        def close(self):
            super().close()
            raise OSError("close")
    f = io.BufferedWriter(Bad(answer=lambda data: 1 / 0))
    f.write(b"x")
    error = raises(OSError, f.close)
    assert str(error) == "close" and isinstance(error.__context__, ZeroDivisionError)


def test_memory_state():
    b = io.BytesIO(b"abc")
    b.read(1)
    other = io.BytesIO()
    other.__setstate__(b.__getstate__())
    assert other.read() == b"bc"
    view = b.getbuffer()
    raises(BufferError, b.write, b"x")
    view[0] = 65
    view.release()
    assert b.getvalue() == b"Abc"
    s = io.StringIO("a\u20ac")
    s.seek(0, 2)
    s.write("\U00010000z")
    assert s.getvalue() == "a\u20ac\U00010000z" and s.tell() == 4


for test in [value for name, value in list(globals().items()) if name.startswith("test_")]:
    test()


def test_new_of_a_second_base():
    class First(Exception):
        pass

    class Both(First, OSError):
        pass
    assert Both(1, "x").errno == 1

    class Text(io.TextIOWrapper):
        pass
    assert Text(io.BytesIO(b"a")).read() == "a"


test_new_of_a_second_base()
