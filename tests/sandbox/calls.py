"""Judges what strace says of a program in the sandbox. allowed_calls.txt is the list; check.py and escapes.py ask here."""

import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
# Before the program's text has been read: the dynamic loader, the C library's start, the command looking at its arguments and streams.
START = {"execve", "access", "openat", "open", "newfstatat", "fstat", "stat", "lseek", "pread64", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "read",
         "prlimit64", "getrlimit", "getuid", "geteuid", "getgid", "getegid", "getpid", "gettid", "ioctl", "fcntl", "readlink", "readlinkat", "getcwd", "uname",
         "sched_getaffinity", "sysinfo", "statx", "mmap", "mprotect", "rt_sigaction", "rt_sigprocmask", "sigaltstack", "gettimeofday"}
OPENED = (r"/etc/ld\.so\.[^\"]*|/(?:usr/)?lib[^\"]*\.so[^\"]*|/proc/self/(?:maps|exe)|/sys/kernel/mm[^\"]*|/usr/lib/locale[^\"]*|/etc/localtime"
          r"|/usr/share/zoneinfo/[^\"]*|/usr/(?:lib|share)/[^\"]*/gconv-modules[^\"]*")


def read_allowed():
    """({name: patterns} of the program, the same of the command)"""
    program, command = {}, {}
    with open(os.path.join(HERE, "allowed_calls.txt"), encoding="utf-8") as file:
        for line in file:
            of = command if line.startswith("+ ") else program
            name, _, pattern = line.strip().removeprefix("+ ").partition(" ")
            if name and not name.startswith("#"):
                of.setdefault(name, []).append(re.compile(pattern.strip()))
    return program, command


PROGRAM, COMMAND = read_allowed()


def is_allowed(call, rest, locked):
    """locked: after the filter was installed; the program's own code runs."""
    return any(pattern.match(rest) for pattern in (*PROGRAM.get(call, ()), *(() if locked else COMMAND.get(call, ()))))


def lockdown(calls):
    """Where the filter is in place: all that follows is the program's doing. A kernel that refuses it: None."""
    return next((i + 1 for i, (call, rest) in enumerate(calls) if call == "seccomp" and rest.endswith(" = 0")), None)


def traced(command, trace, **more):
    """(CompletedProcess, [(call, arguments and result)]); strace writes to the file `trace`."""
    done = subprocess.run(["strace", "-f", "-qq", "-o", trace, "-y", *command], capture_output=True, **more)
    with open(trace, encoding="utf-8", errors="replace") as lines:
        return done, [match.groups() for line in lines if (match := re.match(r"(?:\d+ +)?(\w+)\((.*)", line))]


def after_start(program, calls):
    """Where the program's own text has been read and its file closed; None when it never was."""
    return next((i + 1 for i, (call, rest) in enumerate(calls) if call == "close" and f"<{program}>" in rest), None)


def judge(program, calls):
    """Yields what is wrong with the calls of a program in a bare sandbox."""
    own = after_start(program, calls)
    if own is None:
        yield "the program's file was never read"
        return
    filtered = lockdown(calls) or len(calls)
    for i, (call, rest) in enumerate(calls):
        if is_allowed(call, rest, i >= filtered):
            continue
        if i >= own:
            yield f"{call}({rest[:100]} after the program started"
        elif call not in START:
            yield f"{call}({rest[:100]}"
        elif call in ("openat", "open") and not re.search(rf'"(?:{re.escape(program)}|{OPENED})"', rest):
            yield f"{call}({rest[:100]}"
