#!/usr/bin/env python3
"""Uses well-known packages from PyPI in a sandbox: check.py INTERPRETER [NAME...]

requirements.txt says which, with their hashes; they are downloaded once, to build/packages, and never committed. Each program of
smoke/ runs with the packages in a mounted directory; the first comment line of one may ask for more ("# wheel: NAME ..." takes these
from their wheels, as they are). Where there is a CPython 3.14, each runs there first: a program that fails there shows nothing.
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
FOLDER = os.path.join(TOP, "build/packages")
REFERENCES = (os.environ.get("HOGNOSE_REFERENCE", ""), "/opt/cpython314/python3.14", os.path.join(TOP, "build/deps/cpython314/python3.14"))
SECONDS = 240


def fetch():
    """The folder of wheels, or the reason why there is none."""
    requirements = os.path.join(HERE, "requirements.txt")
    with open(requirements, "rb") as file:
        stamp = hashlib.sha256(file.read()).hexdigest()
    wheels, mark = os.path.join(FOLDER, "wheels"), os.path.join(FOLDER, "stamp")
    if os.path.exists(mark) and open(mark).read() == stamp:
        return wheels, None
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(wheels)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--python-version", "3.14",
               "--implementation", "cp", "--dest", wheels, "-r", requirements]
    for platform in ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"):
        command += ["--platform", platform]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().split("\n")
        return None, lines[-1]
    for wheel in glob.glob(wheels + "/*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(os.path.join(FOLDER, "site"))
    with open(mark, "w") as file:
        file.write(stamp)
    return wheels, None


def main():
    interpreter, names = os.path.abspath(sys.argv[1]), sys.argv[2:]
    wheels, why = fetch()
    if wheels is None:
        if re.search(r"hash", why, re.I):
            print(why)
            print("0 passed, 1 failed")
            sys.exit(1)
        print(f"packages: skipped, PyPI cannot be reached or pip is not there: {why}")
        print("0 passed, 0 failed")
        return
    reference = next((path for path in REFERENCES if path and os.access(path, os.X_OK)), None)
    site, smoke = os.path.join(FOLDER, "site"), os.path.join(HERE, "smoke")
    passed = failed = 0
    for path in sorted(glob.glob(smoke + "/*.py")):
        name = os.path.basename(path)[:-3]
        if names and not any(part in name for part in names):
            continue
        with open(path, encoding="utf-8") as file:
            asked = re.search(r"^# wheel: (.*)$", file.read(), re.M)
        places, mounts = ["/site"], ["--mount", f"{site}:/site"]
        real = [site]
        if asked:
            found = [glob.glob(f"{wheels}/{part}-*.whl")[0] for part in asked[1].split()]
            places, real, mounts = ["/wheels/" + os.path.basename(wheel) for wheel in found], found, ["--mount", f"{wheels}:/wheels"]
        start = "import sys, runpy; sys.path[:0] = {!r}; runpy.run_path({!r}, run_name='__main__')"
        runs = [("sandbox", [interpreter, "--sandbox", *mounts, "--mount", f"{smoke}:/smoke", "--env", "HOME=/", "-c", start.format(places, f"/smoke/{name}.py")])]
        if reference:
            runs.insert(0, ("CPython", [reference, "-c", start.format(real, path)]))
        for where, command in runs:
            try:
                done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, cwd=FOLDER,
                                      env={"PATH": os.environ["PATH"], "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"})
                good, told = done.returncode == 0, done.stderr or done.stdout
            except subprocess.TimeoutExpired:
                good, told = False, f"no end after {SECONDS} s"
            if not good:
                print(f"FAILED {name} [{where}]\n" + "\n".join("    " + line for line in told.rstrip().split("\n")[-25:]), flush=True)
                failed += 1
                break
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
