#!/usr/bin/env python3
"""Shows that the architecture holds in a build: check.py BUILD_FOLDER. Ends with 'N passed, N failed'.

1. The arrows that CMake declares (BUILD/arrows.txt) are arrows of docs/architecture.md.
2. No folder can include a header of a folder that it may not see.
3. No folder needs a symbol that only a folder beyond its arrows defines.
4. Linking through a forbidden arrow does fail (shown with real objects and the real linker).
5. What all of src/ leaves undefined is on the list allowed_symbols.txt, which has none of the ways out.
6. src/ has no writable data of the process, but for what allowed_state.txt names with its reason.
7. A build without the host compiles nothing of os/ and os_modules/.
"""

import fnmatch
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))


def read_document():
    """{folder: set of folders} as docs/architecture.md draws them."""
    with open(os.path.join(TOP, "docs/architecture.md"), encoding="utf-8") as file:
        text = file.read()
    arrows = {"base": set(), "text": set(), "host": set()}
    for source, targets in re.findall(r"`(\w+) -> ([\w, ]+)`", text):
        arrows.setdefault(source, set()).update(target.strip() for target in targets.split(","))
    for source in arrows:
        if source != "base":
            arrows[source].add("base")
    return arrows


def closure(arrows, folder):
    seen, left = set(), [folder]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += arrows.get(name, ())
    return seen


def read_declared(build):
    declared = {}
    with open(os.path.join(build, "arrows.txt"), encoding="utf-8") as file:
        for line in file:
            source, _, targets = line.partition(" -> ")
            declared[source.strip()] = set(targets.split())
    return declared


def find_archive(build, folder):
    for place in (f"src/{folder}", folder):
        path = os.path.join(build, place, f"libhog_{folder}.a")
        if os.path.exists(path):
            return path
    return None


def read_symbols(archive):
    """(defined, undefined) of an archive taken as a whole."""
    defined, undefined = set(), set()
    lines = subprocess.run(["nm", "-P", archive], capture_output=True, text=True, check=True).stdout.split("\n")
    for line in lines:
        fields = line.split()
        if len(fields) >= 2 and len(fields[1]) == 1:
            (undefined if fields[1] in "Uwv" else defined).add(fields[0])
    return defined, undefined - defined


def include_flags(build):
    """{folder: the include flags that its sources are compiled with}"""
    flags = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            found = re.search(r"/hog_(\w+)\.dir/", entry["command"])
            if found and found[1] not in flags:
                words = shlex.split(entry["command"])
                flags[found[1]] = [w for i, w in enumerate(words) if w.startswith("-I") or w == "-isystem" or words[i - 1] == "-isystem"]
    return flags


def headers_of(folder):
    for place in (os.path.join(TOP, "src", folder), os.path.join(TOP, folder)):
        if os.path.isdir(place):
            return sorted(name for name in os.listdir(place) if name.endswith(".hpp"))
    return []


class Checks:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def say(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}")


def check_includes(checks, build, document):
    for folder, flags in sorted(include_flags(build).items()):
        if folder not in document:
            continue
        forbidden = sorted(set(document) - closure(document, folder))
        source = "".join(f'#if __has_include("{other}/{name}")\nforbidden: {other}/{name}\n#endif\n' for other in forbidden for name in headers_of(other))
        done = subprocess.run(["c++", "-x", "c++", "-E", "-P", *flags, "-"], input=source, capture_output=True, text=True, cwd="/")
        checks.say(done.returncode == 0 and not done.stdout.strip(), f"{folder} can include {done.stdout.split()[1:2]} {done.stderr[:300]}")


def read_globs(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [line.split("#")[0].strip() for line in file if line.split("#")[0].strip()]


def check_symbols(checks, symbols, document):
    """known_reversals.txt names symbols that a lower folder declares and a higher one defines, each with its reason."""
    known = read_globs("known_reversals.txt")
    for folder, (_, undefined) in sorted(symbols.items()):
        allowed = closure(document, folder)
        visible = set().union(*(symbols[other][0] for other in allowed if other in symbols))
        beyond = [f"{name} (of {other})" for other in symbols if other not in allowed for name in (undefined & symbols[other][0]) - visible
                  if not any(fnmatch.fnmatchcase(name, glob) for glob in known)]
        checks.say(not beyond, f"{folder} reaches over a forbidden arrow: {', '.join(sorted(beyond))}")


def check_forbidden_link(checks, archives, symbols, document):
    """A program that sees what FOLDER sees, and names a function of OTHER, must not link."""
    for folder, other in (("vm", "compile"), ("types", "vm"), ("heap", "object"), ("vm", "os"), ("modules", "os"), ("syntax", "object"), ("text", "syntax")):
        if folder not in archives or other not in archives:
            continue
        visible = sorted(closure(document, folder) & set(archives))
        known = set().union(*(symbols[name][0] for name in visible))
        target = next((name for name in sorted(symbols[other][0] - known) if name.startswith("_ZN3hog")), None)
        if target is None:
            continue
        with tempfile.TemporaryDirectory() as work:
            source = os.path.join(work, "probe.cpp")
            with open(source, "w", encoding="utf-8") as out:
                out.write(f'extern "C" void probe() asm("{target}");\nint main() {{ probe(); }}\n')
            done = subprocess.run(["c++", source, "-o", os.path.join(work, "probe"), "-Wl,--start-group", *(archives[name] for name in visible), "-Wl,--end-group"],
                                  capture_output=True, text=True)
        checks.say(done.returncode != 0 and "undefined" in done.stderr, f"{folder} -> {other} links, though the arrow is forbidden ({target})")


def find_strangers(outside):
    patterns = read_globs("allowed_symbols.txt")
    exact = {pattern for pattern in patterns if "*" not in pattern}
    globs = [pattern for pattern in patterns if "*" in pattern]
    # A name of ours that nothing defines is no way out: it fails the link of the command.
    return sorted(name for name in outside - exact
                  if not re.match("_Z[A-Z]*N?K?3hog", name) and not any(fnmatch.fnmatchcase(name, glob) for glob in globs))


def check_outside(checks, symbols, document):
    inner = [folder for folder in symbols if folder not in ("os", "os_modules", "cli")]
    defined = set().union(*(symbols[folder][0] for folder in inner))
    outside = set().union(*(symbols[folder][1] for folder in inner)) - defined
    if "__assert_fail" in outside:  # a build with assertions: they say what failed before they end the process
        outside -= {"__assert_fail", "fprintf", "stderr"}
    strangers = find_strangers(outside)
    checks.say(not strangers, f"src/ needs symbols that are not on the list: {' '.join(strangers)}")
    ways_out = set("open open64 openat fopen read write socket connect execve fork vfork clone posix_spawn system popen syscall mmap dlopen getenv setenv "
                   "time clock_gettime nanosleep getpid kill signal sigaction unlink rename stat opendir ioctl fprintf printf stdout stderr".split())
    checks.say(set(find_strangers(ways_out)) == ways_out, f"the list lets through {' '.join(sorted(ways_out - set(find_strangers(ways_out))))}")


def check_kind(checks, build, symbols):
    """A build without the host has neither os/ nor os_modules/, in no form."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        if "HOGNOSE_HOST_ENV:BOOL=OFF" not in re.sub(r":UNINITIALIZED=", ":BOOL=", file.read()):
            return
    checks.say(not {"os", "os_modules"} & set(symbols), "a build without the host makes os/ or os_modules/")
    script = os.path.join(build, "library.mri")
    with open(script, encoding="utf-8") as file:
        checks.say("hog_os" not in file.read(), "libhognose.a of a build without the host holds os/")
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        compiled = [entry["file"] for entry in json.load(file) if re.match(re.escape(TOP) + "/os(_modules)?/", entry["file"])]
    checks.say(not compiled, f"a build without the host compiles {compiled[:3]}")


def check_state(checks, archives):
    """Writable means .data or .bss; .data.rel.ro is written by the loader only, .tbss belongs to one thread."""
    allowed = read_globs("allowed_state.txt")
    for folder, archive in sorted(archives.items()):
        if folder in ("os", "os_modules", "cli"):
            continue
        table = subprocess.run(["objdump", "-t", "-C", "-w", archive], capture_output=True, text=True, check=True).stdout
        found = re.findall(r"^[0-9a-f]+ .{7} (\.(?:data|bss|lbss|ldata)(?!\.rel\.ro)\S*)\t[0-9a-f]+ +(?:\.hidden )?(\S.*)$", table, re.M)
        names = {name for section, name in found if name != section and not name.startswith(".")}
        writable = sorted(name for name in names if not any(fnmatch.fnmatchcase(name, glob) for glob in allowed))
        checks.say(not writable, f"{folder} keeps writable state of the process: {', '.join(writable)}")


def main():
    build = os.path.abspath(sys.argv[1])
    document, declared, checks = read_document(), read_declared(build), Checks()
    for folder, targets in declared.items():
        hognose = {target for target in targets if target in declared}
        extra = hognose - document.get(folder, set())
        checks.say(not extra, f"docs/architecture.md has no arrow {folder} -> {', '.join(sorted(extra))}")
    archives = {folder: path for folder in declared if (path := find_archive(build, folder))}
    symbols = {folder: read_symbols(path) for folder, path in archives.items()}
    check_includes(checks, build, document)
    check_symbols(checks, symbols, document)
    check_forbidden_link(checks, archives, symbols, document)
    # A library that we compile ourselves is as much a part of us.
    compiled = os.path.join(build, "src/modules/libsqlite_in_one_piece.a")
    if os.path.exists(compiled):
        archives["sqlite_in_one_piece"] = compiled
        symbols["sqlite_in_one_piece"] = read_symbols(compiled)
    check_outside(checks, symbols, document)
    check_state(checks, archives)
    check_kind(checks, build, symbols)
    print(f"{checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


main()
