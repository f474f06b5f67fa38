# only: sandbox
# A map without an operating system is memory of its own (stdlib/overlay/mmap.py).
import mmap


def test_anonymous_memory():
    with mmap.mmap(-1, 13) as made:
        made[:5] = b"hello"
        made[5] = 33
        assert made.read(6) == b"hello!" and made.tell() == 6 and made.find(b"lo", 0) == 3 and len(made) == 13
        made.seek(0)
        made.write(b"line\nnext")
        made.seek(0)
        assert made.readline() == b"line\n" and bytes(memoryview(made)[:4]) == b"line"
        made.move(8, 0, 4)
        assert made[8:12] == b"line"
    assert made.closed
    for wrong in (lambda: made[0], lambda: made.read()):
        try:
            wrong()
        except ValueError:
            continue
        raise AssertionError


def test_refusals():
    for length, access, kind in ((0, 0, ValueError), (-1, 0, OverflowError), (5, 9, ValueError)):
        try:
            mmap.mmap(-1, length, access=access)
        except kind:
            continue
        raise AssertionError(length)
