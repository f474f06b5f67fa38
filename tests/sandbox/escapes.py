#!/usr/bin/env python3
"""Runs the programs of escapes/*.txt: escapes.py INTERPRETER [--jobs N] [-v] [NAME...]. Ends with 'N passed, N failed'.

A program reaches for something of the machine (README.md has the format). The runner plants real secrets, runs it with the grants of
BASE, under strace where there is one, and looks whether it got any; then with those of GRANTED, where it must.
"""

import concurrent.futures
import glob
import os
import re
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zipfile

import calls

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 60
VARIABLE = "HOG_ESCAPE_VARIABLE"
DESCRIPTOR, WRITABLE = 9, 8
# {word: the command's options}; TOP holds IN and OUT, and the secrets lie in OUT.
GRANTS = {
    "bare": ["--sandbox"],
    "host": [],
    "env": ["--env", VARIABLE + "={variable}"],
    "read": ["--allow-read", "{top}/in"],
    "write": ["--allow-write", "{top}/in"],
    "overlay": ["--mount", "{top}/in:/m:overlay"],
    "mount": ["--mount", "{top}/in:/m"],
    "top": ["--allow-read", "{top}"],
    "top-write": ["--allow-write", "{top}"],
    "mount-out": ["--mount", "{top}/out:/m:rw"],
    "fixed": ["--sandbox", "--clock", "fixed:1000"],
}
PREAMBLE = """import sys; SECRET={secret!r}; OUT={out!r}; IN={inside!r}; TARGET={target!r}; PORT={port}; SOCKET={socket!r}; VICTIM={victim}; VARIABLE={name!r}; DESCRIPTOR={read}; WRITABLE={write}
def reached(*what): print("HOG-" + "REACHED", *what, flush=True)
def tries(*ways):
    for way in ways:
        try: result = way()
        except BaseException as e: print(type(e).__name__, str(e)[:200])
        else: print("came to", str(repr(result).encode("ascii", "replace"))[:100000])
"""
# IN/door is now a directory, now a link that leads out.
SWAP = """import os, sys
top, out = sys.argv[1:]
door, away, link = top + "/in/door", top + "/away", top + "/swapped"
os.symlink(out, link)
while True:
    os.rename(door, away); os.rename(link, door); os.rename(door, link); os.rename(away, door)
"""


class Program:
    def __init__(self, heading):
        match = re.fullmatch(r"=== (\w+)(?: \| ([\w-]+))?(?: -> ([\w?-]+))?(?: \[(race)\])?: (.+)\n", heading)
        if match is None:
            sys.exit(f"escapes: cannot read {heading!r}")
        self.name, base, granted, race, self.aim = match.groups()
        self.base, self.granted, self.race = base or "bare", granted or "none", bool(race)
        self.source = ""


def read_programs():
    programs = []
    for path in sorted(glob.glob(os.path.join(HERE, "escapes/*.txt"))):
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith("=== "):
                    programs.append(Program(line))
                elif programs and not line.startswith("#!"):
                    programs[-1].source += line
    names = [program.name for program in programs]
    assert len(set(names)) == len(names), sorted(name for name in set(names) if names.count(name) > 1)
    return programs


class Planted:
    """What one run could steal: files, a variable, descriptors, sockets, a process, the name of the working directory."""

    def __init__(self, program):
        self.token, self.variable, self.place = ("hog-secret-" + secrets.token_hex(8) for _ in range(3))
        self.top = tempfile.mkdtemp(prefix="hog-escape-")
        self.inside, self.out, self.here = (os.path.join(self.top, name) for name in ("in", "out", self.place))
        for folder in (self.inside, self.out, self.here, self.inside + "/sub", self.out + "/secret_package"):
            os.mkdir(folder)
        for path, text in {"out/secret": self.token + "\n", "out/target": "untouched\n", "in/inside": "inside\n", "in/sub/file": "inside\n",
                           "out/secret_module.py": f"value = {self.token!r}\nprint(value)\n", "out/secret_package/__init__.py": "",
                           "out/secret_package/data.txt": self.token, "out/secret.ini": f"[secret]\nvalue={self.token}\n",
                           "out/secret.csv": f"{self.token},1\n", "out/secret.json": f'"{self.token}"', "out/secret.toml": f"value='{self.token}'\n",
                           "out/secret.xml": f"<a>{self.token}</a>", "out/sitecustomize.py": f"print({self.token!r})\n", "out/secret.pth": f"import sys; print({self.token!r})\n"}.items():
            with open(os.path.join(self.top, path), "w") as file:
                file.write(text)
        with zipfile.ZipFile(self.out + "/secret.zip", "w") as archive:
            archive.write(self.out + "/secret_module.py", "secret_zipped.py")
            archive.write(self.out + "/secret", "secret")
        if "secret.db" in program.source:
            with sqlite3.connect(self.out + "/secret.db") as database:
                database.execute("create table t (value text)")
                database.execute("insert into t values (?)", (self.token,))
            database.close()
        for name, target in {"link": "../out/secret", "absolute": self.out + "/secret", "above": "../out", "sub/chain": "../above", "root": "/"}.items():
            os.symlink(target, os.path.join(self.inside, name))
        self.connected = []
        self.servers = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)]
        self.servers[1].bind(self.out + "/socket")
        self.servers[1].listen()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.servers[0].getsockname()[1]))
        self.port = self.servers[0].getsockname()[1]
        for server in self.servers:
            threading.Thread(target=self.serve, args=(server,), daemon=True).start()
        threading.Thread(target=self.listen, daemon=True).start()
        self.victim = subprocess.Popen(["sleep", "300"], stdin=subprocess.DEVNULL, start_new_session=True) if "VICTIM" in program.source else None
        self.program = os.path.join(self.top, "program.py")
        with open(self.program, "w", encoding="utf-8") as file:
            file.write(PREAMBLE.format(secret=self.out + "/secret", out=self.out, inside=self.inside, target=self.out + "/target", port=self.port,
                                       socket=self.out + "/socket", victim=self.victim.pid if self.victim else 0, name=VARIABLE, read=DESCRIPTOR, write=WRITABLE)
                       + program.source)
        self.before = self.state()
        self.swapper = None
        if program.race:
            os.mkdir(self.inside + "/door")
            with open(self.inside + "/door/secret", "w") as file:
                file.write("inside\n")
            self.before = self.state()
            self.swapper = subprocess.Popen([sys.executable, "-c", SWAP, self.top, self.out], stdin=subprocess.DEVNULL)

    def serve(self, server):
        while True:
            try:
                connection, _ = server.accept()
                self.connected.append("a connection to its socket")
                connection.sendall(f"{self.token}\r\n".encode())
                connection.close()
            except OSError:
                return

    def listen(self):
        try:
            while self.udp.recv(100):
                self.connected.append("a datagram for its socket")
        except OSError:
            pass

    def state(self):
        """Everything but the door that is swapped: names, kinds, modes, contents."""
        seen = {}
        for folder, names, files in os.walk(self.top):
            for name in names + files:
                path = os.path.join(folder, name)
                if path.startswith(tuple(os.path.join(self.top, moving) for moving in ("in/door", "away", "swapped", "trace"))):
                    continue
                status = os.lstat(path)
                content = os.readlink(path) if os.path.islink(path) else ""
                if os.path.isfile(path) and not content:
                    with open(path, "rb") as file:
                        content = file.read()
                seen[os.path.relpath(path, self.top)] = (status.st_mode, status.st_uid, status.st_mtime_ns if os.path.isfile(path) else 0, content)
        return seen

    def stolen(self, output, writable):
        """What the program got, in words; nothing: it got nothing. writable: the folder that it may change."""
        for token, what in ((self.token, "a secret file"), (self.variable, "the environment"), (self.place, "the working directory")):
            if token.encode() in output:
                return what
        if b"HOG-REACHED" in output:
            return "what it tried, as it says"
        if self.connected:
            return self.connected[0]
        if self.victim and self.victim.poll() is not None:
            return "another process"
        now = self.state()
        for path in now.keys() | self.before.keys():
            if now.get(path) != self.before.get(path) and not (writable and path.startswith(writable)):
                return f"a change of {path}"
        return ""

    def clean(self):
        for process in self.swapper, self.victim:
            if process:
                process.kill()
                process.wait()
        for server in [*self.servers, self.udp]:
            try:
                server.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            server.close()
        shutil.rmtree(self.top, ignore_errors=True)


class Suite:
    def __init__(self, interpreter, trace):
        self.interpreter, self.trace = interpreter, trace
        self.has_host = self.accepts("--allow-read", "/tmp")
        self.fallback = next((path for path in (os.environ.get("HOGNOSE_REFERENCE", ""), "/opt/cpython314/python3.14") if path and os.access(path, os.X_OK)), None)

    def accepts(self, *options):
        return subprocess.run([self.interpreter, *options, "-c", "pass"], capture_output=True).returncode == 0

    def run(self, program, grant, interpreter=None, trace=False):
        """(exit code, output, what it stole, what its system calls did wrong)"""
        planted = Planted(program)
        try:
            options = [] if interpreter else [option.format(top=planted.top, variable=planted.variable) for option in GRANTS[grant]]
            command = [interpreter or self.interpreter, *options, planted.program]
            # Two descriptors that a careless parent left open, at numbers that the program knows.
            own = f'exec "$@" {WRITABLE}<>{planted.out}/target {DESCRIPTOR}<{planted.out}/secret'
            command = ["/bin/bash", "-c", own, "bash", *command]
            more = dict(stdin=subprocess.DEVNULL, cwd=planted.here, timeout=SECONDS,
                        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": planted.out, VARIABLE: planted.variable, "PYTHONDONTWRITEBYTECODE": "1",
                             "ASAN_OPTIONS": "detect_leaks=0"})
            wrong = []
            try:
                if trace:
                    done, made = calls.traced(command, planted.top + "/trace", **more)
                    made = made[next((i for i, (call, rest) in enumerate(made) if call == "execve" and self.interpreter in rest.split(",")[0]), 0):]
                    wrong = sorted(set(calls.judge(planted.program, made)))
                else:
                    done = subprocess.run(command, capture_output=True, **more)
            except subprocess.TimeoutExpired as expired:
                return None, expired.stdout or b"", planted.stolen(expired.stdout or b"", None), wrong
            output = done.stdout + done.stderr
            writable = "in/" if grant == "write" else None
            return done.returncode, output, planted.stolen(output, writable), wrong
        finally:
            planted.clean()

    def judge(self, program):
        """Yields what is wrong."""
        bare = program.base in ("bare", "fixed", "env")
        if bare or self.has_host:
            code, output, stolen, wrong = self.run(program, program.base, trace=self.trace and bare)
            if stolen:
                yield f"[{program.base}] it reached {stolen}: {program.aim}"
            if code != 0:
                yield f"[{program.base}] exit code {code}: {output[-400:].decode(errors='replace')}"
            for what in wrong[:4]:
                yield f"[{program.base}] {what}"
        granted = program.granted.rstrip("?")
        if granted == "none" or not (self.has_host or granted == "env"):
            return
        # "host?": a way that this interpreter has not got yet, or not quite; CPython shows that the program would do it.
        later = program.granted.endswith("?")
        if later and self.fallback is None:
            return
        code, output, stolen, _ = self.run(program, granted, self.fallback if later else None)
        if not stolen:
            yield f"[{granted}] granted, and it did not reach it: {code} {output[-600:].decode(errors='replace')}"
        elif later and self.run(program, granted)[2]:
            print(f"  {program.name}: reaches it when granted now ('{program.granted}' may lose its question mark)")


def main():
    arguments = sys.argv[1:]
    verbose = "-v" in arguments
    jobs = int(arguments[arguments.index("--jobs") + 1]) if "--jobs" in arguments else os.cpu_count()
    interpreter, *names = [a for i, a in enumerate(arguments) if not a.startswith("-") and arguments[i - 1:i] != ["--jobs"]]
    suite = Suite(os.path.abspath(interpreter), bool(shutil.which("strace")) and "--no-trace" not in arguments)
    chosen = [p for p in read_programs() if not names or any(name in p.name for name in names)]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for program, wrong in zip(chosen, pool.map(lambda p: list(suite.judge(p)), chosen)):
            passed, failed = passed + (not wrong), failed + bool(wrong)
            for what in wrong:
                print(f"FAILED {program.name}: {what}", flush=True)
            if verbose and names:
                for grant in {program.base, program.granted.rstrip("?")} - {"none"}:
                    print(f"--- {program.name} [{grant}]", *suite.run(program, grant)[:3])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
