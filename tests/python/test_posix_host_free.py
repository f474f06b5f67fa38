# The part of os and posix that needs nothing of a host: texts of paths, numbers, what a process ended with.
import os
import posix


def test_normpath():
    for path, expected in [("", "."), ("/", "/"), ("//", "//"), ("///a", "/a"), ("a//b/./c/..", "a/b"), ("../a", "../a"),
                           ("/../a", "/a"), ("//a/..", "//"), ("a/..", "."), ("a/../..", ".."), ("../../b", "../../b"),
                           ("./a/", "a"), ("//../x", "//x"), ("\u20ac/../\U0001f600", "\U0001f600"), ("a\0/../b", "b")]:
        assert posix._path_normpath(path) == expected == os.path.normpath(path), path
        assert os.path.normpath(path.encode()) == expected.encode()
    assert os.path.splitroot("//a/b") == ("", "//", "a/b") and os.path.splitroot(b"///a") == (b"", b"/", b"//a")


def test_fspath():
    class Path:
        def __fspath__(self):
            return self.result

    path = Path()
    path.result = b"x"
    assert os.fspath(path) == b"x" and os.fsdecode(path) == "x"
    path.result = 1
    for function, argument, text in [(os.fspath, path, "expected Path.__fspath__() to return str or bytes, not int"),
                                     (os.fspath, 1, "expected str, bytes or os.PathLike object, not int")]:
        try:
            function(argument)
        except TypeError as error:
            assert str(error) == text, error
        else:
            assert False


def test_wait_status():
    assert os.WIFEXITED(3 << 8) and os.WEXITSTATUS(3 << 8) == 3 and os.waitstatus_to_exitcode(3 << 8) == 3
    assert os.WIFSIGNALED(9) and os.WTERMSIG(9) == 9 and os.waitstatus_to_exitcode(9) == -9 and os.WCOREDUMP(0x8b)
    assert os.WIFSTOPPED(0x137f) and os.WSTOPSIG(0x137f) == 0x13 and os.WIFCONTINUED(0xffff)


def test_devices():
    device = os.makedev(0x12345, 0x6789a)
    assert os.major(device) == 0x12345 and os.minor(device) == 0x6789a and os.makedev(8, 1) == 0x801


def test_random():
    import random
    assert len(os.urandom(7)) == 7 and os.urandom(16) != os.urandom(16)
    assert random.Random(1).random() == 0.13436424411240122 and random.random() != random.random()


def test_constants():
    assert (os.O_CREAT, os.SEEK_END, os.EX_USAGE, os.WNOHANG, os.RTLD_NOW, os.P_PIDFD) == (0o100, 2, 64, 1, 2, 3)
    assert os.stat_result(range(10)).st_mode == 0 and os.terminal_size((80, 24)).columns == 80
    assert os.sched_param(3).sched_priority == 3 and os.strerror(2) == "No such file or directory"
