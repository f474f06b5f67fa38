#!/usr/bin/env python3
"""The four combinations of HOGNOSE_HOST_ENV and HOGNOSE_STDIO: stdio.py INTERPRETER BUILD_FOLDER. Ends with 'N passed, N failed'.

What the build was configured as is read from its cache; what it is, from what programs find by looking. Without streams a program can say
nothing but its exit status.
"""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CALL_TESTS = """
for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
import sys, _io
sys.exit(40 + 2 * hasattr(_io, "FileIO") + (sys.stdout is not None))
"""


def main():
    interpreter, build = os.path.abspath(sys.argv[1]), sys.argv[2]
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        cache = dict(re.findall(r"^(HOGNOSE_\w+):\w+=(.*)$", file.read(), re.M))
    host, streams = cache["HOGNOSE_HOST_ENV"] == "ON", cache["HOGNOSE_STDIO"] == "ON"
    passed = failed = 0

    def expect(name, arguments, code, output=b"", given=b""):
        nonlocal passed, failed
        done = subprocess.run([interpreter, *arguments], input=given, capture_output=True, timeout=120, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
        silent = streams or not done.stdout + done.stderr
        good = done.returncode == code and silent and (done.stdout == output or not streams)
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"FAILED {name}: {done.returncode} {done.stdout[-200:]} {done.stderr[-400:]}")

    with tempfile.TemporaryDirectory() as folder:
        for mode in (["host"] if host else []) + ["sandbox"]:
            flags = ["--sandbox"] if mode == "sandbox" else []
            for name in ("sandbox_smoke", "sandbox_smoke_re"):
                with open(os.path.join(HERE, f"../python/{name}.py"), encoding="utf-8") as file:
                    text = file.read()
                path = os.path.join(folder, name + ".py")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text + CALL_TESTS)
                code = 40 + 2 * (mode == "host") + streams
                done = subprocess.run([interpreter, *flags, path], stdin=subprocess.DEVNULL, capture_output=True, timeout=120, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
                good = done.returncode == code
                passed, failed = passed + good, failed + (not good)
                if not good:
                    print(f"FAILED {name} [{mode}]: {done.returncode}, not {code}: {done.stderr[-600:].decode(errors='replace')}")
            say = "import sys\nfor name in 'stdin', 'stdout', 'stderr', '__stdin__', '__stdout__', '__stderr__': assert (getattr(sys, name) is None) is not "
            expect(f"streams [{mode}]", [*flags, "-c", say + str(streams)], 0)
            expect(f"print [{mode}]", [*flags, "-c", "print('x', flush=True)"], 0, b"x\n")
            expect(f"exception [{mode}]", [*flags, "-c", "1/0"], 1)
            expect(f"status [{mode}]", [*flags, "-c", "raise SystemExit(7)"], 7)
            expect(f"program on standard input [{mode}]", [*flags, "-"], 5, given=b"import sys; sys.exit(5)")
            expect(f"interactive [{mode}]", [*flags, "-i", "-q", "-c", "x = 1"], 0, given=b"")
            expect(f"unbuffered [{mode}]", [*flags, "-u", "-c", "print(1)"], 0, b"1\n")
            expect(f"input [{mode}]", [*flags, "-c", "try: input()\nexcept (RuntimeError, EOFError) as e: raise SystemExit(len(type(e).__name__))"], 8 if streams else 12)
            expect(f"warning [{mode}]", [*flags, "-c", "import warnings, logging; warnings.warn('x'); logging.error('x')"], 0)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
