# only: sandbox
# Nothing of the machine is reachable, and what is missing says which grant it misses.
import os
import sys


def message(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    if not hasattr(sys, "implementation") or sys.implementation.name == "cpython":
        return "FileSystem Process Environment operating system"
    raise AssertionError("it did not fail")


def test_files():
    assert "FileSystem" in message(OSError, open, "/etc/passwd")
    for name in ("stat", "listdir", "scandir", "open", "mkdir", "unlink", "rename", "symlink", "chdir", "utime"):
        assert "FileSystem" in message(AttributeError, lambda: getattr(os, name)), name


def test_processes_and_identity():
    for name in ("fork", "execv", "kill", "system", "pipe", "posix_spawn", "_exit"):
        assert "Process" in message(AttributeError, lambda: getattr(os, name)), name
    for name in ("getuid", "getpid", "uname", "putenv"):
        assert "Environment" in message(AttributeError, lambda: getattr(os, name)), name
    import select

    assert "operating system" in message(AttributeError, lambda: select.select)
    for name in ("fcntl", "_posixsubprocess", "resource", "pwd", "grp", "termios"):
        assert "operating system" in message(ImportError, __import__, name)
    import socket

    message((OSError, AttributeError, TypeError), lambda: socket.socket().bind(("127.0.0.1", 0)))
    assert not os.environ and os.getcwd() == "/"


def test_environment_is_the_programs_own():
    os.environ["HOG_TEST"] = "x"
    assert os.environ.setdefault("HOG_TEST", "y") == os.getenv("HOG_TEST") == "x" and list(os.environ) == ["HOG_TEST"]
    del os.environ["HOG_TEST"]
    assert not os.environ


def test_parts_are_not_importable():
    import _imp
    import importlib.util

    for name in ("posix_files", "posix_paths", "posix_process", "posix_system"):
        assert not _imp.is_builtin(name)
    again = _imp.create_builtin(importlib.util.spec_from_loader("posix", None))
    assert not hasattr(again, "stat") and not hasattr(again, "fork")


def test_types_are_of_no_use():
    kinds = {kind.__qualname__: kind for kind in type.__subclasses__(object)}
    for name in ("socket", "epoll"):
        if name in kinds:
            message((OSError, ImportError), kinds[name])


def test_imports_find_no_files():
    before = sys.path[:]
    sys.path[:] = ["/usr/lib/python3", "/tmp", "."]
    try:
        message(ImportError, __import__, "hog_no_such_module")
    finally:
        sys.path[:] = before


if sys.implementation.name == "cpython":
    for name in [name for name in globals() if name.startswith("test_")]:
        del globals()[name]
