#!/usr/bin/env python3
"""What the options of the sandbox grant, and what they do not: grants.py INTERPRETER. Ends with 'N passed, N failed'."""

import os
import subprocess
import sys
import tempfile

passed = failed = 0


def run(*arguments):
    done = subprocess.run([INTERPRETER, *arguments], capture_output=True, text=True, timeout=120, env={"PATH": "/usr/bin:/bin", "SECRET": "x"})
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def expect(name, arguments, code, output=None, error=""):
    global passed, failed
    seen = run(*arguments)
    good = seen[0] == code and (output is None or seen[1] == output) and error in seen[2]
    passed, failed = passed + good, failed + (not good)
    if not good:
        print(f"FAILED {name}: {seen}")


def attempt(expression):
    """A program that prints what an expression comes to, or the exception's name."""
    return f"import os\ntry: print({expression})\nexcept BaseException as e: print(type(e).__name__)"


def main():
    with tempfile.TemporaryDirectory() as top:
        inside, outside = os.path.join(top, "in"), os.path.join(top, "secret")
        os.makedirs(os.path.join(inside, "sub"))
        for path, text in ((outside, "secret"), (os.path.join(inside, "a"), "inside"), (os.path.join(inside, "mod.py"), "x = 'imported'")):
            with open(path, "w") as file:
                file.write(text)
        os.symlink(outside, os.path.join(inside, "link"))
        os.symlink("../secret", os.path.join(inside, "above"))
        read, mount = ["--allow-read", inside], ["--mount", f"{inside}:/m"]
        has_host = run(*read, "-c", "pass")[0] != 125
        if not has_host:
            expect("refused", [*read, "-c", "pass"], 125, error="this build has no host")
        else:
            expect("read", [*read, "-c", f"print(open({inside + '/a'!r}).read())"], 0, "inside")
            for target in (outside, inside + "/link", inside + "/above", inside + "/../secret", "/etc/passwd", "/proc/self/mem", "/dev/zero"):
                expect("beside " + target, [*read, "-c", attempt(f"open({target!r}).read()")], 0, "FileNotFoundError")
            expect("write refused", [*read, "-c", attempt(f"open({inside + '/new'!r}, 'w')")], 0, "OSError")
            expect("write", ["--allow-write", inside, "-c", f"print(open({inside + '/new'!r}, 'w').write('x'))"], 0, "1")
            expect("link out", ["--allow-write", inside, "-c", attempt(f"os.symlink('/etc', {inside + '/etc'!r})")], 0, "PermissionError")
            expect("descriptors", [*read, "-c", attempt("[os.read(n, 1) for n in range(3, 40)]")], 0, "OSError")
            expect("mount", [*mount, "-c", "import os; print(sorted(os.listdir('/m')), os.listdir('/'), os.getcwd())"], 0,
                   "['a', 'above', 'link', 'mod.py', 'new', 'sub'] ['dev', 'm'] /")
            expect("import", [*mount, "-c", "import sys; sys.path.append('/m'); import mod; print(mod.x)"], 0, "imported")
            expect("overlay", ["--mount", f"{inside}:/m:overlay", "-c", "f = open('/m/a', 'a'); f.write('!'); f.close(); os = __import__('os'); os.remove('/m/new'); print(open('/m/a').read())"], 0, "inside!")
            expect("overlay left nothing", [*mount, "-c", "import os; print(open('/m/a').read(), os.path.exists('/m/new'))"], 0, "inside True")
            expect("memory", [*mount, "-c", "f = open('/x', 'w'); f.write('y'); f.close(); print(open('/x').read())"], 0, "y")
            expect("no such directory", ["--allow-read", inside + "/none", "-c", "pass"], 125, error="refused")
        expect("variables", ["--env", "A=b", "--env", "C=d=e", "-c", "import os; print(dict(os.environ))"], 0, "{'A': 'b', 'C': 'd=e'}")
        expect("no variables", ["--sandbox", "-c", "import os; print(dict(os.environ))"], 0, "{}")
        clock = "import time; a = time.time(); time.sleep(100); print(a, time.time())"
        expect("clock", ["--clock", "fixed:1000.5", "-c", clock], 0, "1000.5 1100.5")
        draw = ["--seed", "s", "-c", "import random, os; print(random.random(), os.urandom(4), hash('x'))"]
        expect("seed", draw, 0, run(*draw)[1])
        if has_host:  # a backup waits for another connection's lock, and the budget does not wait with it
            locked = ("import sqlite3\na = sqlite3.connect('/m/lock.db')\na.execute('create table t(x)')\na.execute('begin exclusive')\n"
                      "sqlite3.connect('/m/lock.db', timeout=0).backup(sqlite3.connect(':memory:'), sleep=200)")
            expect("backup sleeps", ["--mount", f"{inside}:/m:overlay", "--timeout", "0.5", "-c", locked], 124, "", "--timeout")
        expect("time", ["--timeout", "0.2", "-c", "while 1: pass"], 124, "", "--timeout")
        expect("instructions", ["--max-instructions", "1M", "-c", "while 1: pass"], 124, "", "--max-instructions")
        expect("output", ["--max-output=1K", "-c", "while 1: print('x')"], 124, None, "--max-output")
        expect("memory limit", ["--max-memory", "24M", "-c", "x = [0]\nwhile 1: x += x"], 1, "", "MemoryError")
        expect("swallowed", ["--timeout", "0.2", "-c", "try:\n while 1: pass\nfinally: print('survived')"], 124, "")
        expect("wrong", ["--mount", "x", "-c", "pass"], 2, "", "SRC:DST")
        expect("wrong number", ["--max-memory", "x", "-c", "pass"], 2)
        expect("exception", ["--sandbox", "-c", "1/0"], 1, "", "ZeroDivisionError")
        expect("exit", ["--sandbox", "-c", "raise SystemExit(7)"], 7, "")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


INTERPRETER = os.path.abspath(sys.argv[1])
main()
