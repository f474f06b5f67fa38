#!/usr/bin/env python3
"""Keeps docs/modules.md true: modules.py INTERPRETER [--update]. Ends with 'N passed, N failed'.

Every public module of the library is imported in a bare sandbox, in one with files in memory and on the host; where importing says
little, a small use of it (PROBES) tells which grant it needs.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(os.path.dirname(os.path.dirname(HERE)), "docs/modules.md")
MODES = ("sandbox", "with files", "host")
# Done where the module can be imported. The error names what is missing.
PROBES = {
    "asyncio": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "compileall": "import os; os.listdir",
    "concurrent": "from concurrent.futures import ThreadPoolExecutor as T; T(1).submit(int).result()",
    "ctypes": "import ctypes; ctypes.CDLL(None).abs",
    "dbm": "import dbm.dumb, tempfile; dbm.dumb.open(tempfile.mkdtemp() + '/x').close()",
    "filecmp": "import os; os.stat",
    "fileinput": "import os; os.stat",
    "ftplib": "import socket; socket.socket().close()",
    "glob": "import glob; glob.glob('*')",
    "imaplib": "import socket; socket.socket().close()",
    "mailbox": "import tempfile; tempfile.mkdtemp()",
    "multiprocessing": "import os; os.fork",
    "poplib": "import socket; socket.socket().close()",
    "py_compile": "import os; os.stat",
    "select": "import select; select.select([], [], [], 0)",
    "selectors": "import selectors; selectors.DefaultSelector().select(0)",
    "shelve": "import tempfile; tempfile.mkdtemp()",
    "shutil": "import shutil; import tempfile; shutil.copyfile(*[tempfile.mkstemp()[1] for _ in '12'])",
    "sqlite3": "import sqlite3; sqlite3.connect(':memory:').execute('select 1').fetchall()",
    "smtplib": "import socket; socket.socket().close()",
    "socket": "import socket; socket.socket().close()",
    "socketserver": "import socket; socket.socket().close()",
    "subprocess": "import subprocess; subprocess.run(['true'])",
    "tempfile": "import tempfile; tempfile.TemporaryFile().close()",
    "threading": "import threading; t = threading.Thread(target=int); t.start(); t.join()",
    "uuid": "import uuid; uuid.uuid4()",
    "webbrowser": "import os; os.fork",
    "xmlrpc": "import socket; socket.socket().close()",
    "zipapp": "import os; os.stat",
    "zipimport": "import os; os.stat",
    "zoneinfo": "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')",
}
PROGRAM = """
import io, re, sys
probes = {probes!r}
def explain(error):
    text = str(error)
    missing = getattr(error, 'name', None) if isinstance(error, ImportError) else None
    grant = re.search(r'not granted (\\w+)|needs a (\\w+), which', text)
    if grant:
        return 'needs ' + (grant[1] or grant[2])
    if 'needs an operating system' in text:
        return 'needs an operating system'
    if 'not part of this build' in text:
        return 'not in this build' if missing in (name, None) else 'not in this build: `' + missing + '`'
    if 'on Windows only' in text:
        return 'Windows only'
    return type(error).__name__ + ': ' + text.split('\\n')[0]
seen = []
out = sys.stdout
for name in sorted(n for n in sys.stdlib_module_names if n[0] != '_'):
    sys.stdout = sys.stderr = io.StringIO()
    try:
        if name != 'antigravity':  # opens a browser
            __import__(name)
        if name in probes:
            exec(probes[name], {{}})
        how = 'yes'
    except BaseException as error:
        how = explain(error)
    seen.append(name + '\\t' + how)
sys.stdout = out
print('\\n'.join(seen))
"""
HEAD = """# Modules

What of CPython's public library is there: in `hognose --sandbox`, in a sandbox that was granted a directory, and on the host. Made by
`tests/sandbox/modules.py build/release/hognose --update` from what the interpreter does; the group `sandbox` of `tests/run` fails when it is
no longer true. "yes": it can be imported, and a small use of it works. "needs X": X is the capability that brings it, or that its main use
wants; where only the use fails, it can be imported, and what needs no X works. "not in this build": nothing brings it yet.

"""


def observe(interpreter, flags):
    with tempfile.TemporaryDirectory() as folder:
        flags = [flag.replace("FOLDER", folder) for flag in flags]
        done = subprocess.run([interpreter, *flags, "-c", PROGRAM.format(probes=PROBES)], capture_output=True, text=True, timeout=600,
                              stdin=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, cwd=folder)
    if done.returncode != 0:
        sys.exit(f"modules.py: exit code {done.returncode} {flags}: {done.stderr[-400:]}")
    return dict(line.split("\t") for line in done.stdout.strip().split("\n"))


def make_page(interpreter):
    seen = [observe(interpreter, flags) for flags in (["--sandbox"], ["--sandbox", "--mount", "FOLDER:/tmp:overlay"], [])]
    lines = [f"| module | {' | '.join(MODES)} |", "|---" * (len(MODES) + 1) + "|"]
    for name in sorted(seen[0]):
        lines.append(f"| {name} | {' | '.join(modules[name] for modules in seen)} |")
    counts = [sum(how == "yes" for how in modules.values()) for modules in seen]
    lines.append("")
    lines.append(f"Of {len(seen[0])}: " + ", ".join(f"{count} ({mode})" for count, mode in zip(counts, MODES)) + " work in full.")
    return HEAD + "\n".join(lines) + "\n"


def main():
    page = make_page(os.path.abspath(sys.argv[1]))
    if "--update" in sys.argv:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page)
        print("1 passed, 0 failed")
        return
    try:
        with open(PAGE, encoding="utf-8") as file:
            known = file.read()
    except FileNotFoundError:
        known = ""
    old, new = set(known.split("\n")), set(page.split("\n"))
    for line in sorted(old - new):
        print(f"- {line}")
    for line in sorted(new - old):
        print(f"+ {line}")
    good = page == known
    if not good:
        print("docs/modules.md is out of date: run tests/sandbox/modules.py INTERPRETER --update")
    print(f"{int(good)} passed, {int(not good)} failed")
    sys.exit(not good)


main()
