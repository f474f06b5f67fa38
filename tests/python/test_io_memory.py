# Streams in memory.
import io

s = io.StringIO()
print("x", file=s)
assert s.getvalue() == "x\n"
s = io.StringIO("a\r\nb\rc\n", newline=None)
assert s.getvalue() == "a\nb\nc\n" and s.newlines == ("\r", "\n", "\r\n")
s = io.StringIO("a\r\nb\rc\n", newline="")
assert list(s) == ["a\r\n", "b\r", "c\n"]
s = io.StringIO("one\ntwo\n")
assert s.readline() == "one\n" and s.read(2) == "tw" and s.tell() == 6
s.seek(10)
s.write("\u20ac")
assert s.getvalue() == "one\ntwo\n\0\0\u20ac"
s.close()
assert s.closed
try:
    s.read()
except ValueError:
    pass
else:
    raise AssertionError

b = io.BytesIO(b"one\ntwo")
assert b.readlines() == [b"one\n", b"two"]
assert b.seek(-3, 2) == 4 and b.read(1) == b"t"
b.seek(10)
b.write(b"!")
assert b.getvalue() == b"one\ntwo\0\0\0!"
with b.getbuffer() as view:
    view[0] = 79
    try:
        b.write(b"?")
    except BufferError:
        pass
    else:
        raise AssertionError
assert b.getvalue()[:3] == b"One"
assert issubclass(io.UnsupportedOperation, (OSError)) and issubclass(io.UnsupportedOperation, ValueError)
assert isinstance(s, io.TextIOBase) and isinstance(b, io.BufferedIOBase)


class Raw(io.RawIOBase):
    def __init__(self):
        self.left = b"ab\ncd"

    def readable(self):
        return True

    def readinto(self, room):
        n = min(len(room), len(self.left))
        room[:n], self.left = self.left[:n], self.left[n:]
        return n


with Raw() as raw:
    assert raw.readline() == b"ab\n" and raw.read() == b"cd"
assert raw.closed
try:
    Raw().fileno()
except io.UnsupportedOperation as e:
    assert str(e) == "fileno"
