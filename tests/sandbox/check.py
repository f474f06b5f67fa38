#!/usr/bin/env python3
"""Shows by system-call tracing what the sandbox does: check.py INTERPRETER. Ends with 'N passed, N failed'.

Every program here runs as INTERPRETER --sandbox PROGRAM under strace. From the moment the program's own source has been
read, only the calls of CALM are allowed; before that, what the dynamic loader and the reading of that one file need.
"""

import os
import re
import subprocess
import sys
import tempfile

# Memory, the clock, its own descriptors, its own threads' bookkeeping, the end.
CALM = {"read", "write", "writev", "brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday",
        "exit", "exit_group", "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "getrandom", "sched_yield", "poll", "close", "restart_syscall"}
CALM |= {"seccomp", "prctl", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}  # giving up rights
# What comes before: the loader, the C library's start, the command looking at its arguments and its streams.
START = CALM | {"execve", "access", "openat", "open", "newfstatat", "fstat", "stat", "lseek", "pread64", "arch_prctl", "set_tid_address", "set_robust_list", "rseq",
                "prlimit64", "getrlimit", "getuid", "geteuid", "getgid", "getegid", "getpid", "gettid", "ioctl", "fcntl", "readlink", "readlinkat", "getcwd", "uname",
                "prctl", "seccomp", "sched_getaffinity", "sysinfo", "statx", "dup", "dup3", "clone3", "sigaltstack"}
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


def run(interpreter, name, source, folder):
    program, trace = os.path.join(folder, name + ".py"), os.path.join(folder, name + ".trace")
    with open(program, "w", encoding="utf-8") as out:
        out.write(source + "\n")
    done = subprocess.run(["strace", "-f", "-qq", "-o", trace, "-y", interpreter, "--sandbox", program], input=b"abcdef\n", capture_output=True, timeout=120, cwd="/",
                          env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    with open(trace, encoding="utf-8", errors="replace") as lines:
        calls = [match.groups() for line in lines if (match := re.match(r"(?:\d+ +)?(\w+)\((.*)", line))]
    return program, done, calls


def judge(program, done, calls):
    """Yields what is wrong."""
    if done.returncode not in (0, 1):
        yield f"exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
    loaded = [i for i, (call, rest) in enumerate(calls) if program in rest and call != "execve"]
    if not loaded:
        yield "the program's file was never read"
        return
    own = max(loaded)
    for i, (call, rest) in enumerate(calls):
        if call == "ioctl" and re.match(r"[012]<.*TCGETS", rest):
            continue  # is one of its own streams a terminal?
        if call == "fcntl" and re.match(r"[012]<.*F_GETFD", rest):
            continue  # is it open?
        if call == "fcntl" and re.match(r"[012]<.*F_GETFD", rest):
            continue  # is one of its own streams open?
        if call not in (CALM if i > own else START):
            yield f"{call}({rest[:100]}" + (" after the program started" if i > own else "")
        elif call in ("openat", "open") and not re.search(r'"(?:' + re.escape(program) + r'|/etc/ld\.so\.[^"]*|/(?:usr/)?lib[^"]*\.so[^"]*|/proc/self/(?:maps|exe)|/sys/kernel/mm[^"]*|/usr/lib/locale[^"]*|/etc/localtime)"', rest):
            yield f"{call}({rest[:100]}"
    if b"root:x" in done.stdout + done.stderr:
        yield "it shows what is in /etc/passwd"


def main():
    interpreter, passed, failed = os.path.abspath(sys.argv[1]), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name, source in PROGRAMS.items():
            wrong = sorted(set(judge(*run(interpreter, name, source, folder))))
            passed, failed = passed + (not wrong), failed + bool(wrong)
            for what in wrong[:6]:
                print(f"FAILED {name}: {what}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
