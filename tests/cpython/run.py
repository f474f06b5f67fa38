#!/usr/bin/env python3
"""Runs CPython's own test modules, one process each, and compares with what we expect.

    run.py [--interpreter PATH] [--tier core,sandbox | --quick | MODULE...] [--update]

A test counts towards its tier when CPython passes it (passes.tsv.gz). A crash or a hang is charged to the test that ran;
the module is started again without the tests already done. Ends with 'N passed, N failed', where a test that fails as
expectations/ says has passed the comparison, and a surprise in either direction has failed it.
"""

import argparse
import collections
import concurrent.futures
import glob
import gzip
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from expectations import Expectations  # noqa: E402

TIERS = ("core", "sandbox", "host")
GOOD = ("pass", "xfail")
MAX_RESTARTS = 60
CAPI = os.path.join(HERE, "capi")
# Modules that test pools of all kinds name those of interpreters while they load.
MORE_STAND_INS = {"test.test_concurrent_futures": [os.path.join(HERE, "interpreters")]}


def read_pass_list():
    """{module: (tier, [test])}"""
    modules = {}
    with gzip.open(os.path.join(HERE, "passes.tsv.gz"), "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            tier, module, test = line.rstrip("\n").split("\t")
            modules.setdefault(module, (tier, []))[1].append(test)
    return modules


class ModuleRun:
    """One module, in as many processes as it takes."""

    def __init__(self, module, only, options, log_folder):
        self.module, self.only, self.options = module, only, options
        self.states, self.notes = {}, []
        self.log_path = os.path.join(log_folder, module + ".log")
        self.seconds = 0.0

    def record(self, test, state, why=""):
        order = ("pass", "xfail", "skip", "upass", "fail", "error", "hang", "crash")
        if test not in self.states or order.index(state) > order.index(self.states[test][0]):
            self.states[test] = (state, why)

    def run(self):
        started = time.monotonic()
        with open(self.log_path, "wb") as self.log:
            barren = 0
            for _ in range(MAX_RESTARTS):
                done_before = len(self.states)
                if self._run_once():
                    break
                barren = barren + 1 if len(self.states) == done_before else 0
                if barren == 2:
                    break
        self.seconds = time.monotonic() - started
        return self

    def _run_once(self):
        """One process; true when it came to its end."""
        with tempfile.TemporaryDirectory(prefix="hog-conformance-", ignore_cleanup_errors=True) as folder:
            report = os.path.join(folder, "report")
            seen = "/report" if self.options.sandbox_fs else folder  # what the driver calls the folder
            arguments = ["--sandbox"] if self.options.sandbox_fs else []
            arguments += [self.module, os.path.join(seen, "report")]
            for name, ids in (("skip", self.states), ("only", self.only)):
                if ids is not None:
                    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
                        out.write("".join(test + "\n" for test in ids))
                    arguments.append(os.path.join(seen, name))
            work = os.path.join(folder, "work")
            os.mkdir(work)
            process = subprocess.Popen(
                [self.options.interpreter, *self.options.interpreter_args, *self._sandbox_options(folder),
                 os.path.join(HERE, "driver.py"), *arguments],
                stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=work, env=self._environment(work),
                start_new_session=True, preexec_fn=self._limit)
            try:
                return self._follow(process, report)
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                process.wait()

    def _environment(self, work):
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": work, "TMPDIR": work, "LANG": "C.UTF-8",
            "PYTHONPATH": ":".join((self.options.testsuite, CAPI, *MORE_STAND_INS.get(self.module, ()))), "PYTHONDONTWRITEBYTECODE": "1",
            "ASAN_OPTIONS": f"detect_leaks=0:hard_rss_limit_mb={self.options.memory}",
        }

    def _sandbox_options(self, folder):
        """For --sandbox-fs: all that a test can change is memory; only the report is written to the disk, by the driver."""
        if not self.options.sandbox_fs:
            return []
        grants = ["--mount", self.options.testsuite + ":/suite:overlay", "--mount", CAPI + ":/capi:overlay", "--mount", folder + ":/report:rw"]
        for name, value in (("PATH", "/bin"), ("HOME", "/work"), ("TMPDIR", "/tmp"), ("LANG", "C.UTF-8")):
            grants += ["--env", f"{name}={value}"]
        return ["--sandbox", *grants, "--timeout", "0"]

    def _last_words(self):
        """What the log ends with: of use when the driver itself did not get far."""
        if self.current or self.finished:
            return ""
        with open(self.log_path, "rb") as log:
            log.seek(max(0, os.path.getsize(self.log_path) - 2000))
            lines = log.read().decode("utf-8", "replace").split("\n")
        return next((": " + line.strip() for line in reversed(lines) if line.strip()), "")

    def _limit(self):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if not self.options.sanitized:
            limit = self.options.memory << 20
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    def _follow(self, process, report):
        self.current, self.finished, self.partial = None, False, ""
        position, last_event, how = 0, time.monotonic(), None
        pause = 0.02
        while how is None:
            ended = process.poll() is not None
            try:
                with open(report, encoding="utf-8", errors="backslashreplace") as lines:
                    lines.seek(position)
                    text = lines.read()
                    position = lines.tell()
            except FileNotFoundError:
                text = ""
            if text:
                last_event, pause = time.monotonic(), 0.02
                self._events(text)
            if ended:
                how = "ended"
            elif time.monotonic() - last_event > self.options.timeout:
                how = "hang"
            else:
                time.sleep(pause)
                pause = min(pause * 1.5, 0.25)
        return self._judge(process, how)

    def _events(self, text):
        *lines, self.partial = (self.partial + text).split("\n")
        for line in lines:
            kind, _, rest = line.partition(" ")
            test, _, why = rest.partition(" ")
            if kind == "start":
                self.current = rest
            elif kind == "done":
                self.finished = True
            elif kind == "note":
                if (test, why) not in self.notes:
                    self.notes.append((test, why))
            elif kind in ("pass", "xfail"):
                self.current = None
                self.record(rest, kind)
            else:
                # An id may hold spaces (doctests); the start line told what it is.
                if self.current is not None and rest.startswith(self.current):
                    test, why = self.current, rest[len(self.current) + 1:]
                self.current = None
                self.record(test, kind, why)

    def _judge(self, process, how):
        code = process.returncode
        if how == "ended" and self.finished and code == 0:
            return True
        if how == "hang":
            state, why = "hang", f"no news for {self.options.timeout} s"
        else:
            state = "crash"
            why = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}{self._last_words()}"
        test = self.current or self.module + (".__exit__" if self.finished else ".__start__")
        self.record(test, state, why)
        self.log.write(f"*** {state} in {test}: {why}\n".encode())
        self.log.flush()
        return self.finished


def choose(arguments, pass_list):
    """{module: only these tests, or None for all}"""
    if arguments.quick:
        with open(os.path.join(HERE, "quick.txt"), encoding="utf-8") as lines:
            names = [line.partition("#")[0].strip() for line in lines]
        return {"test." + name: None for name in names if name}
    if not arguments.modules:
        tiers = arguments.tier.split(",") if arguments.tier else TIERS
        return {module: None for module, (tier, _) in pass_list.items() if tier in tiers}
    chosen = {}
    for name in arguments.modules:
        name = name if name.startswith("test.") else "test." + name
        if name in pass_list:
            chosen[name] = None
            continue
        module = max((m for m in pass_list if name.startswith(m + ".")), key=len, default=None)
        if module is None:
            sys.exit(f"run.py: no module in the list for '{name}'")
        pattern = re.compile(re.escape(name).replace(r"\*", ".*") + r"(\..*)?$")
        tests = [test for test in pass_list[module][1] if pattern.match(test)]
        chosen[module] = (chosen.get(module) or []) + (tests or [name])
    return chosen


def summarise(why):
    """A failure in a few words, without what differs from run to run."""
    if "Failed to import test module" in why:
        why = "the module does not load: " + why.rpartition("\\n")[2]
    why = re.sub(r"0x[0-9a-f]+", "0x...", why.replace("\\n", " "))
    return re.sub(r"\s+", " ", why)[:110].strip() or "no message"


def discard_bytecode(folder):
    """What tests of compileall have left there would hide what today's compiler does."""
    for path in glob.iglob(os.path.join(glob.escape(folder), "test/**/__pycache__/*.hognose-*.pyc"), recursive=True):
        try:
            os.unlink(path)
        except OSError:
            pass


class Totals:
    def __init__(self):
        self.tiers = {tier: collections.Counter() for tier in (*TIERS, "internal")}
        self.as_expected, self.surprises = 0, []


def judge_module(run, tier, listed, arguments, totals):
    expected = Expectations(arguments.expectations, run.module)
    wanted = listed if run.only is None else [test for test in listed if test in set(run.only)]
    counter, failing = totals.tiers[tier], {}
    unloaded = [why for test, (state, why) in run.states.items() if "_FailedTest" in test or test.endswith(".__start__")]
    whys = unloaded + [why for _, why in run.notes]
    why_missing = summarise(whys[0]) if whys else ""
    judged = set(wanted)
    for test in wanted:
        state, why = run.states.get(test, ("missing", why_missing))
        counter["listed"] += 1
        counter[state] += 1
        counter["good"] += state in GOOD
        if state not in GOOD:
            failing[test] = f"{state}: {summarise(why)}" if why else state
    for test, (state, why) in run.states.items():  # tests that do not count may still crash or hang
        if state in ("crash", "hang") and test not in judged:
            counter[state] += 1
            failing[test] = f"{state}: {why}"
            judged.add(test)
    if arguments.update:
        expected.update(failing, judged)
        totals.as_expected += len(judged)
        return failing
    for test in sorted(judged):
        kind = (expected.find(test) or (None,))[0]
        if kind == "either" or (test in failing) == (kind == "reason"):
            totals.as_expected += 1
        else:
            totals.surprises.append((test, failing.get(test, "passes, though it is expected to fail")))
    return failing


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="test_dict, or test_dict.DictTest.test_copy, globs too")
    parser.add_argument("--interpreter", default=os.path.join(TOP, "build/release/hognose"))
    parser.add_argument("--interpreter-args", type=str.split, default=[], help="options for the interpreter, in one string")
    parser.add_argument("--testsuite", default=os.path.join(TOP, "build/deps/testsuite"), help="the folder that holds test/")
    parser.add_argument("--sandbox-fs", action="store_true", help="run each module in a sandbox with a file system in memory")
    parser.add_argument("--expectations", help="default: expectations/, with --sandbox-fs expectations_sandbox/")
    parser.add_argument("--tier", help="core, sandbox, host, internal; several with commas")
    parser.add_argument("--quick", action="store_true", help="the modules of quick.txt")
    parser.add_argument("--timeout", type=float, default=60, help="seconds without news from a module (default 60)")
    parser.add_argument("--memory", type=int, default=4096, help="MiB a process may use (default 4096)")
    parser.add_argument("--sanitized", action="store_true", help="the interpreter is built with a sanitizer")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--update", action="store_true", help="rewrite the expectations of the modules that run")
    parser.add_argument("--json", help="write the state of every test there")
    parser.add_argument("--failures", action="store_true", help="print each failing test with its reason")
    parser.add_argument("-q", "--quiet", action="store_true", help="no line for each module")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    arguments.interpreter = os.path.abspath(arguments.interpreter)
    arguments.testsuite = os.path.abspath(arguments.testsuite)
    kind = "_sandbox" if arguments.sandbox_fs else ""
    arguments.expectations = arguments.expectations or os.path.join(HERE, "expectations" + kind)
    if not os.access(arguments.interpreter, os.X_OK):
        sys.exit(f"run.py: no interpreter at {arguments.interpreter}")
    if not os.path.exists(os.path.join(arguments.testsuite, "test")):
        subprocess.run([os.path.join(TOP, "tools/fetch_stdlib.sh"), "testsuite"], check=True)
    with open(arguments.interpreter, "rb") as binary:
        code = binary.read()
        arguments.sanitized |= b"__asan_init" in code or b"__tsan_init" in code
    discard_bytecode(arguments.testsuite)
    pass_list = read_pass_list()
    chosen = choose(arguments, pass_list)
    missing = sorted(module for module in chosen if module not in pass_list)
    if missing:
        sys.exit(f"run.py: not in the list: {' '.join(missing)}")
    log_folder = os.path.join(TOP, "build/conformance", os.path.basename(os.path.dirname(arguments.interpreter)) + kind)
    shutil.rmtree(log_folder, ignore_errors=True) if not arguments.modules else None
    os.makedirs(log_folder, exist_ok=True)

    totals, everything, lock = Totals(), {}, threading.Lock()
    runs = [ModuleRun(module, only, arguments, log_folder) for module, only in chosen.items()]
    runs.sort(key=lambda run: -len(pass_list[run.module][1]))
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for future in concurrent.futures.as_completed([pool.submit(run.run) for run in runs]):
            run = future.result()
            tier, listed = pass_list[run.module]
            with lock:
                failing = judge_module(run, tier, listed, arguments, totals)
            everything[run.module] = {test: list(state) for test, state in run.states.items()}
            wanted = len(listed) if run.only is None else len(set(run.only) & set(listed))
            if not arguments.quiet:
                print(f"{run.module}: {wanted - len([t for t in failing if t in listed])} of {wanted}  ({run.seconds:.1f} s)", flush=True)
                for test, why in run.notes:
                    print(f"    note {test}: {why[:150]}")
            for test, why in sorted(failing.items()) if arguments.failures else ():
                print(f"    {test}: {why}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as out:
            json.dump(everything, out, indent=1, sort_keys=True)
    finish(totals, arguments)


def finish(totals, arguments):
    for test, why in totals.surprises[:400]:
        print(f"surprise: {test}: {why}")
    for tier, counter in totals.tiers.items():
        if counter["listed"]:
            good, listed = counter["good"], counter["listed"]
            print(f"{tier}: {good} of {listed} ({100 * good / listed:.2f} %), {counter['crash']} crashes, "
                  f"{counter['hang']} hangs, {counter['skip']} skipped, {counter['missing']} missing")
    print(f"{totals.as_expected} passed, {len(totals.surprises)} failed")
    sys.exit(1 if totals.surprises else 0)


main()
