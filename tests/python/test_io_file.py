# Files: FileIO and open(). Without a file system there are none, and open() says so.
import _io
import io


def raises(exception, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except exception as e:
        return e
    raise AssertionError(f"{exception.__name__} not raised")


def test_without_files():
    error = raises(io.UnsupportedOperation, open, "anything")
    assert "FileSystem" in str(error)


def test_modes(path):
    for mode in ("", "b", "rw", "r++", "++", "q"):
        raises(ValueError, _io.FileIO, path, mode)
    assert str(raises(ValueError, open, path, "rtb")) == "can't have text and binary mode at once"
    assert str(raises(ValueError, open, path, "rr")) == "invalid mode: 'rr'"
    assert str(raises(ValueError, open, path, "w", 0)) == "can't have unbuffered text I/O"
    assert str(raises(ValueError, open, path, "rb", newline="")) == "binary mode doesn't take a newline argument"
    raises(ValueError, open, "a\0b")
    raises(TypeError, open, [])


def test_bytes(path):
    with _io.FileIO(path, "w+") as f:
        assert f.mode == "rb+" and f.name == path and f.closefd and not f.closed
        assert repr(f) == f"<_io.FileIO name={path!r} mode='rb+' closefd=True>"
        assert f.write(b"hello\nworld\n") == 12 and f.tell() == 12
        assert f.seek(0) == 0 and f.read(3) == b"hel" and f.readall() == b"lo\nworld\n" and f.read() == b""
        assert f.seek(-6, 2) == 6 and f.readline() == b"world\n"
        assert f.truncate(4) == 4 and f.seek(0) == 0 and list(f) == [b"hell"]
        room = bytearray(b"....")
        f.seek(1)
        assert f.readinto(room) == 3 and room == b"ell."
        assert f.readable() and f.writable() and f.seekable() and not f.isatty()
        copy = open(f.fileno(), "rb", closefd=False)
        copy.close()
        assert f.seek(0) == 0
    assert repr(f) == "<_io.FileIO [closed]>"
    assert str(raises(ValueError, f.read)) == "I/O operation on closed file"
    f.close()


def test_errors(path):
    error = raises(FileNotFoundError, open, path + ".none")
    assert error.errno == 2 and error.filename == path + ".none"
    raises(FileExistsError, open, path, "x")
    raises(IsADirectoryError, open, "/")
    raises(OSError, _io.FileIO, 12345)
    with open(path, "rb", 0) as f:
        assert str(raises(io.UnsupportedOperation, f.write, b"x")) == "File not open for writing"
        raises(OSError, f.seek, -1)
        raises(TypeError, f.seek, "x")
    raises(ValueError, _io.FileIO, path, closefd=False)
    assert str(raises(ValueError, _io.FileIO, path, opener=lambda *a: -1)) == "opener returned -1"


def test_text(path):
    with open(path, "w", encoding="utf-8") as f:
        assert f.write("äöü\nzwei\n") == 9
    with open(path, "rb") as f:
        assert f.read() == "äöü\nzwei\n".encode()
    with open(path, encoding="utf-8") as f:
        assert list(f) == ["äöü\n", "zwei\n"]
    with _io.open_code(path) as f:
        assert f.read(2) == b"\xc3\xa4"


if __name__ == "__main__" and hasattr(_io, "FileIO"):
    import os
    import time
    name = f"/tmp/hognose-test-io-{time.time_ns()}"
    try:
        for test in (test_modes, test_bytes, test_errors, test_text):
            test(name)
    finally:
        getattr(os, "unlink", print)(name)
else:
    test_without_files()
