#!/usr/bin/env python3
"""Shows by system-call tracing what the sandbox does: check.py INTERPRETER [--all]. Ends with 'N passed, N failed'.

Every program here, and with --all those of tests/python and tests/programs too, runs as INTERPRETER --sandbox PROGRAM under strace.
From the moment the program's own source has been read, only the calls of allowed_calls.txt may happen; before that, what the dynamic
loader and the reading of that one file need.
"""

import collections
import concurrent.futures
import glob
import os
import re
import sys
import tempfile

import calls

PROGRAMS = {
    "compute": "print(sum(i * i for i in range(100000)), 2**500 % 97, sorted('hello'))",
    "library": "import json, re, dataclasses, decimal, datetime, statistics, collections, asyncio\nprint(json.dumps({'a': [1, 2.5]}), re.sub('a', 'b', 'banana'), decimal.Decimal(1) / 3)",
    "traceback": "import traceback\ntry:\n    exec(compile('1/0', '/etc/passwd', 'exec'))\nexcept ZeroDivisionError:\n    traceback.print_exc()\nraise ValueError('end')",
    "open": "try:\n    print(open('/etc/passwd').read())\nexcept Exception as e:\n    print(type(e).__name__)",
    "os": "import os\nfor name in ('listdir', 'open', 'system', 'fork', 'unlink', 'environ', 'getpid', 'getcwd', 'stat', 'kill', 'execv', 'pipe'):\n    try:\n        f = getattr(os, name)\n        print(name, f('/') if name in ('listdir', 'stat', 'unlink') else f if name == 'environ' else f())\n    except Exception as e:\n        print(name, type(e).__name__)",
    "imports": "for name in ('socket', 'subprocess', 'ctypes', 'mmap', 'fcntl', 'select', 'signal', 'multiprocessing', 'pty', 'readline', 'sqlite3', 'pwd', 'resource', 'posix', '_posixsubprocess', '_socket', 'no_such_module', 'threading', 'tempfile', 'shutil', 'pathlib', 'glob', 'importlib.resources'):\n    try:\n        __import__(name)\n        print(name, 'there')\n    except Exception as e:\n        print(name, type(e).__name__)",
    "import_path": "import sys\nsys.path[:] = ['/tmp', '/usr/lib/python3', '.']\ntry:\n    import hog_no_such_module\nexcept ImportError as e:\n    print(e)",
    "posix": "import posix, sys, _imp, importlib.util\nfor name in sorted(set(dir(posix)) | {'stat', 'open', 'fork', '_exit', 'kill', 'pipe', 'putenv', 'getpid', 'urandom'}):\n    for args in ((), ('/etc/passwd',), (0,), ('/etc/passwd', 0), (0, 1)):\n        try:\n            getattr(posix, name)(*args)\n        except BaseException as e:\n            pass\nfor name in ('posix', 'posix_files', '_socket', 'select', '_posixsubprocess'):\n    try:\n        print(name, _imp.create_builtin(importlib.util.spec_from_loader(name, None)))\n    except ImportError as e:\n        print(name, e)\nsys.path.append('/tmp')\nimport random\nprint(random.random() != random.random(), len(posix.urandom(8)), hasattr(posix, 'stat'))",
    "io": "import io\nfor action in (lambda: io.FileIO('/etc/passwd'), lambda: io.open_code('/etc/passwd'), lambda: io.FileIO(0), lambda: open(2, 'w'), lambda: io.open('/dev/null', 'wb')):\n    try:\n        print(action())\n    except Exception as e:\n        print(type(e).__name__)",
    "warn": "import warnings, linecache\nwarnings.warn('w')\nprint(linecache.getlines('/etc/passwd'))\nwarnings.warn_explicit('x', UserWarning, '/etc/passwd', 1)",
    "gc": "import gc\nx = [[i] for i in range(200000)]\nx = None\ngc.collect()\nprint('ok')",
    "time": "import time, datetime, random\nprint(time.time() > 1, time.monotonic() > 0, datetime.datetime.now().year > 2000)\ntime.localtime(0)\ntime.sleep(0.01)",
    "input": "import sys\nprint(sys.stdin.read(3), input())",
    "walk": "import sys\nseen = set()\nstack = [object]\nwhile stack:\n    kind = stack.pop()\n    for sub in type.__subclasses__(kind):\n        if sub not in seen:\n            seen.add(sub)\n            stack.append(sub)\nfor kind in sorted(seen, key=lambda k: k.__qualname__):\n    for args in ((), ('/etc/passwd',), (0,), ('/etc/passwd', 'r')):\n        try:\n            kind(*args)\n        except BaseException:\n            pass\nprint(len(seen) > 50)",
}


TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CALL_TESTS = """

if __name__ == "__main__":
    for _name, _test in list(globals().items()):
        if _name.startswith("test_") and callable(_test):
            _test()
"""


def more_programs():
    """Every program of tests/python that is one for the sandbox, and of tests/programs: the figures of --all."""
    for path in sorted(glob.glob(os.path.join(TOP, "tests/python/test_*.py"))):
        with open(path, encoding="utf-8") as file:
            source = file.read()
        only = re.search(r"^# only: (\w+)", source, re.M)
        if only is None or only[1] == "sandbox":
            calls_itself = re.search(r"""__name__ == ["']__main__["']""", source)
            yield "python/" + os.path.basename(path), source if calls_itself else source + CALL_TESTS, b""
    for path in sorted(glob.glob(os.path.join(TOP, "tests/programs/*.py"))):
        with open(path, encoding="utf-8") as file:
            source, given = file.read(), b""
        if os.path.exists(path[:-3] + ".in"):
            with open(path[:-3] + ".in", "rb") as file:
                given = file.read()
        yield "programs/" + os.path.basename(path), source, given


def run(interpreter, name, source, given, folder):
    program, trace = os.path.join(folder, os.path.basename(name)), os.path.join(folder, "trace-" + os.path.basename(name))
    with open(program, "w", encoding="utf-8") as out:
        out.write(source + "\n")
    done, made = calls.traced([interpreter, "--sandbox", program], trace, input=given, timeout=600, cwd="/", env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "NO_COLOR": "1"})
    os.remove(trace)
    return program, done, made


def judge(name, program, done, made):
    """Yields what is wrong."""
    if done.returncode not in ((0, 1) if "/" not in name else (0,)):
        yield f"exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
    yield from calls.judge(program, made)
    if b"root:x" in done.stdout + done.stderr:
        yield "it shows what is in /etc/passwd"


def main():
    interpreter, everything = os.path.abspath(sys.argv[1]), "--all" in sys.argv
    programs = [(name, source, b"abcdef\n") for name, source in PROGRAMS.items()] + (list(more_programs()) if everything else [])
    passed = failed = 0
    seen = collections.Counter()
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (name, *_), (program, done, made) in zip(programs, pool.map(lambda p: run(interpreter, *p, folder), programs)):
            wrong = sorted(set(judge(name, program, done, made)))
            passed, failed = passed + (not wrong), failed + bool(wrong)
            seen.update(call for call, _ in made[calls.lockdown(made) or calls.after_start(program, made) or 0:])
            for what in wrong[:6]:
                print(f"FAILED {name}: {what}")
    print(f"{len(programs)} programs, {sum(seen.values())} system calls after start-up:", *(f"{call} {count}" for call, count in seen.most_common()))
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
