"""What a program in the sandbox can reach, and what it cannot. Run it with ./dev run and compare with CPython."""

import os
import sys
import time


def attempt(title, action):
    try:
        result = action()
        print(f"  {title:<34} works: {str(result)[:60]}")
    except Exception as error:
        print(f"  {title:<34} {type(error).__name__}: {error}")


def import_and(name, use):
    return lambda: use(__import__(name))


print(f"{sys.implementation.name}, Python {sys.version_info.major}.{sys.version_info.minor}")
print("Computing:")
attempt("a big number", lambda: 2**200)
attempt("the standard library", import_and("statistics", lambda m: m.median([3, 1, 2])))
attempt("the clock", lambda: time.time() > 0)
attempt("paths, as text", lambda: os.path.join("a", "..", "b"))
print("The machine:")
attempt("open a file", lambda: open("/etc/passwd").readline().strip())
attempt("write a file", lambda: open("/tmp/hognose-was-here", "w").close())
attempt("list a folder", lambda: len(os.listdir("/")))
attempt("the environment", lambda: f"{len(os.environ)} variables")
attempt("start a program", import_and("subprocess", lambda m: m.run(["true"]).returncode))
attempt("os.system", lambda: os.system("true"))
attempt("open a socket", import_and("socket", lambda m: m.socket().fileno()))
attempt("load a C library", import_and("ctypes", lambda m: m.CDLL(None)))
