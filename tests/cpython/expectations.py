"""The failures that we expect: one text file a module of CPython's tests (and tests/expected_failures.txt for our own),
tests grouped by the reason.

    reason: why these fail            every test of the group is expected not to pass
    either: why these come and go     a test of the group may pass or not
    Class.test_name                   an id without its module, or a glob over such ids

A test is in one group at most. The share of a tier is counted without regard to expectations.
"""

import fnmatch
import os
import re


def is_glob(name):
    return "*" in name or "?" in name


def known_reason(why):
    """The reason that reasons.txt has for a failure with this message, or None."""
    if not KNOWN:
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "reasons.txt"), encoding="utf-8") as lines:
            for line in lines:
                pattern, tab, reason = line.rstrip("\n").partition("\t")
                if tab and not line.startswith("#"):
                    KNOWN.append((re.compile(pattern), reason))
    return next((reason for pattern, reason in KNOWN if pattern.search(why)), None)


KNOWN = []


class Expectations:
    def __init__(self, folder, module):
        self.path = os.path.join(folder, module.removeprefix("test.") + ".txt")
        self.prefix = module + "."
        self.groups = []  # (kind, reason, [name or glob])
        self.named, self.globs = {}, []
        if os.path.exists(self.path):
            self._read()

    def _read(self):
        names = None
        with open(self.path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                line = line.rstrip()
                if not line or line.startswith("#"):
                    continue
                kind, colon, reason = line.partition(": ")
                if colon and kind in ("reason", "either"):
                    names = []
                    self.groups.append((kind, reason, names))
                elif names is None:
                    raise SystemExit(f"{self.path}:{number}: a test before the first reason")
                else:
                    names.append(line)
                    if is_glob(line):
                        self.globs.append((re.compile(fnmatch.translate(line)), self.groups[-1][:2]))
                    else:
                        self.named[line] = self.groups[-1][:2]

    def short(self, test):
        return test[len(self.prefix):] if test.startswith(self.prefix) else test

    def find(self, test):
        """(kind, reason) or None."""
        name = self.short(test)
        found = self.named.get(name)
        if found is None:
            found = next((group for pattern, group in self.globs if pattern.match(name)), None)
        return found

    def update(self, failing, known):
        """Rewrites the file: failing is {test: why}, known every test that was judged in this run."""
        left = {self.short(test): why for test, why in failing.items()}
        judged = {self.short(test) for test in known}
        groups = []
        for kind, reason, names in self.groups:
            if reason.startswith("unsorted: "):  # nobody's words: what still fails is filed anew
                names = [name for name in names if name not in left and name not in judged]
            kept = []
            for name in names:
                if is_glob(name):
                    covered = [test for test in judged if fnmatch.fnmatchcase(test, name)]
                    if kind == "either" or all(test in left for test in covered):
                        kept += [name] if covered else []
                    else:
                        kept += sorted(test for test in covered if test in left)
                    for test in covered:
                        left.pop(test, None)
                elif kind == "either" or name in left or name not in judged:
                    kept.append(name)
                    left.pop(name, None)
            if kept:
                groups.append((kind, reason, sorted(kept)))
        by_reason = {}
        for name, why in left.items():
            by_reason.setdefault(known_reason(why) or "unsorted: " + why, []).append(name)
        groups += [("reason", reason, sorted(names)) for reason, names in sorted(by_reason.items())]
        merged = {}
        for kind, reason, names in groups:
            merged.setdefault((kind, reason), []).extend(names)
        if not merged:
            if os.path.exists(self.path):
                os.remove(self.path)
            return
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "w", encoding="utf-8") as out:
            blocks = (f"{kind}: {reason}\n" + "".join(n + "\n" for n in names) for (kind, reason), names in merged.items())
            out.write("\n".join(blocks))
