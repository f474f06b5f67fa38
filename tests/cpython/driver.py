"""Runs one of CPython's test modules inside the interpreter under test, and reports each test as it starts and ends.

Usage: driver.py [--sandbox] MODULE REPORT [SKIP [ONLY]]
REPORT gets one line an event, each flushed at once, so that whoever reads it knows what ran when the process died:
    start ID | pass ID | fail ID WHY | error ID WHY | skip ID WHY | xfail ID | upass ID | note ID WHY | done
SKIP names a file of test ids that are not to run again ("-": none), ONLY a file of the ids that are to run.
It is meant to run on a young interpreter: nothing but sys, unittest and plain statements.
"""

import sys


def one_line(text):
    text = str(text).replace("\\", "\\\\").strip().replace("\n", "\\n").replace("\r", "\\r")
    return text if len(text) <= 300 else text[:100] + " ... " + text[-200:]


def read_ids(path):
    with open(path, encoding="utf-8") as lines:
        return {line.rstrip("\n") for line in lines}


def make_result_class(unittest, say, show):
    class Reporter(unittest.TestResult):
        """The state of the current test is the worst of what its sub-tests said."""

        def startTest(self, test):
            super().startTest(test)
            self.state = "pass"
            self.why = ""
            say("start " + test.id())

        def stopTest(self, test):
            super().stopTest(test)
            say(self.state + " " + test.id() + (" " + one_line(self.why) if self.why else ""))

        def note(self, kind, test, error):
            try:
                why = error[0].__name__ + ": " + str(error[1])
            except Exception:
                why = "an exception that cannot be shown"
            if hasattr(test, "_testMethodName") or hasattr(test, "_dt_test") or hasattr(test, "test_case"):
                self.state, self.why = kind, why
            else:  # a class or module fixture, or a module that does not load: no test of its own
                say("note " + one_line(test.id()).replace(" ", "_") + " " + one_line(why))
            try:
                show(test.id() + "\n" + self._exc_info_to_string(error, test))
            except Exception:
                show(test.id() + ": " + why)

        def addError(self, test, error):
            self.note("error", test, error)

        def addFailure(self, test, error):
            self.note("fail", test, error)

        def addSubTest(self, test, subtest, error):
            if error is not None:
                self.note("fail", test, error)

        def addSkip(self, test, reason):
            if self.state in ("pass", "skip") and hasattr(test, "_testMethodName"):
                self.state, self.why = "skip", reason
            elif not hasattr(test, "_testMethodName"):
                say("note " + one_line(test.id()).replace(" ", "_") + " skipped: " + one_line(reason))

        def addExpectedFailure(self, test, error):
            self.state = "xfail"

        def addUnexpectedSuccess(self, test):
            self.state = "upass"

        def addDuration(self, test, elapsed):
            pass

    result = Reporter()
    result.state, result.why = "pass", ""
    return result


def filter_suite(suite, skip, only):
    kept = []
    for test in suite:
        if hasattr(test, "_tests"):
            filter_suite(test, skip, only)
            kept.append(test)
        elif test.id() not in skip and (only is None or test.id() in only or "_FailedTest" in test.id()):
            kept.append(test)
    suite._tests = kept


def furnish_sandbox():
    """With run.py --sandbox-fs: the folders that a program expects of a machine, in memory."""
    import os

    sys.path[:] = ["/suite", "/capi"]
    for folder in ("/tmp", "/work"):
        os.mkdir(folder)
    os.chdir("/work")


def describe_sandbox(support, module):
    """Tells test.support what it would find out of a platform without processes, threads and a machine's stack limit."""
    import test.test_tools  # does without processes only if it is imported before: all of argparse's tests want one function of it
    from test.support import threading_helper

    if module == "test.test_asyncio":  # one of its tests is about terminals, and all that stand beside it import this
        sys.modules["tty"] = type(sys)("tty")
    of_test = threading_helper.requires_working_threading
    threading_helper.can_start_thread = False
    # Modules as a whole run all the same: many of their tests start none.
    threading_helper.requires_working_threading = lambda *, module=False: None if module else of_test()
    support.has_subprocess_support = support.has_fork_support = False
    support.skip_if_unlimited_stack_size = lambda test: test
    support._has_huge_c_stack = lambda depth: False


def let_children_find_the_tests(script_helper):
    """CPython's library holds the package test, so that its children find it in isolated mode. Ours is found along PYTHONPATH: a child
    that no test wants isolated gets its environment."""
    requires = script_helper.interpreter_requires_environment

    def with_environment(run):
        def wrapper(*args, **keywords):
            script_helper.interpreter_requires_environment = lambda: True
            try:
                return run(*args, **keywords)
            finally:
                script_helper.interpreter_requires_environment = requires

        return wrapper

    for name in ("run_python_until_end", "spawn_python"):
        setattr(script_helper, name, with_environment(getattr(script_helper, name)))


def main():
    sandbox = sys.argv[1] == "--sandbox"
    if sandbox:
        del sys.argv[1]
        furnish_sandbox()
    module, report_path = sys.argv[1], sys.argv[2]
    skip = read_ids(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] != "-" else set()
    only = read_ids(sys.argv[4]) if len(sys.argv) > 4 else None
    report, log = open(report_path, "w", encoding="utf-8", errors="backslashreplace"), sys.stderr

    def say(line):
        report.write(line + "\n")
        report.flush()

    def show(text):
        try:
            log.write("--- " + text + "\n")
            log.flush()
        except Exception:
            pass

    if sys.path and sys.path[0].replace("\\", "/").endswith("tests/cpython"):
        del sys.path[0]
    sys.argv[:] = [sys.argv[0]]
    import unittest

    try:
        from test import support

        support.use_resources = {}
        support.verbose = 0
        # It asks CPython's C API, which is not there, whether code has columns. It has.
        support.has_no_debug_ranges = lambda: False
        if sandbox:
            describe_sandbox(support, module)
        else:
            from test.support import script_helper

            let_children_find_the_tests(script_helper)
    except Exception as error:
        say("note test.support " + one_line(type(error).__name__ + ": " + str(error)))
    if module == "test.test_remote_pdb":
        # Nobody can make this interpreter run a script from outside; client and server of pdb's protocol can be tested all the same.
        sys.is_remote_debug_enabled = lambda: True
    suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromName(module)])
    filter_suite(suite, skip, only)
    result = make_result_class(unittest, say, show)
    suite.run(result)
    say("done")


if __name__ == "__main__":
    main()
