#!/usr/bin/env python3
"""Builds examples/embedding in a fresh directory against a fresh install tree and runs them: check.py BUILD_FOLDER.

Ends with 'N passed, N failed'. The build folder's library is made first (target `library`).
"""

import os
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = os.path.join(TOP, "examples/embedding")
EXPRESSIONS = ["gcd(12, 18) + 1", "[2 ** 10, 'x' * 3, 1.5]", "gcd(1)", "gcd('a', 1)", "print('hi')", "while True: pass", "1 + 1"]
EXPECTED = """7
[1024, xxx, 1.5]
TypeError: gcd expected 2 arguments, got 1
TypeError: two integers, please
hi
None
ended (3, limit 2)
2
2 calls, 3 failures
"""
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {name}: {detail}")


def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def main():
    build = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="hognose-embedding-") as folder:
        prefix, fresh = os.path.join(folder, "installed"), os.path.join(folder, "build")
        made = run("cmake", "--build", build, "--target", "library")
        check("library", made.returncode == 0, made.stdout[-3000:])
        installed = run("cmake", "--install", build, "--prefix", prefix)
        check("install", installed.returncode == 0, installed.stdout[-3000:])
        source = shutil.copytree(EXAMPLES, os.path.join(folder, "source"))  # nothing of the checkout is in reach
        configured = run("cmake", "-S", source, "-B", fresh, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_BUILD_TYPE=Debug")
        check("find_package", configured.returncode == 0, configured.stdout[-3000:])
        built = run("cmake", "--build", fresh)
        check("build", built.returncode == 0, built.stdout[-6000:])
        with open(os.path.join(source, "rules.expected"), encoding="utf-8") as file:
            expected = file.read()
        for name, arguments, want in (("rules", [], expected), ("calculator", EXPRESSIONS, EXPECTED)):
            program = os.path.join(fresh, name)
            shown = run(program, *arguments, timeout=120) if os.path.exists(program) else None
            check(name, shown and shown.returncode == 0 and shown.stdout == want, shown and shown.stdout)
        if shutil.which("pkg-config"):
            environment = dict(os.environ)
            for root, _, files in os.walk(prefix):
                if "hognose.pc" in files:
                    environment["PKG_CONFIG_PATH"] = root
            flags = run("pkg-config", "--define-variable=prefix=" + prefix, "--cflags", "--libs", "hognose", env=environment).stdout.split()
            linked = run("c++", "-std=c++20", os.path.join(source, "rules.cpp"), "-o", os.path.join(folder, "rules"), *flags)
            check("pkg-config", linked.returncode == 0, " ".join(flags) + linked.stdout[-3000:])
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
