# warnings_.py: _warnings' warn and warn_explicit against _py_warnings: the same filters, registries and results.

import sys
import warnings

import harness

pure = harness.pure("warnings", "_warnings", fresh=["_py_warnings"])
KINDS = (UserWarning, DeprecationWarning, RuntimeWarning, FutureWarning, Warning, BytesWarning)


def session(module, filters, steps):
    with module.catch_warnings(record=True, module=module) as caught:
        module.resetwarnings()
        for action, message, kind, name, line, append in filters:
            harness.attempt(module.filterwarnings, action, message, kind, name, line, append)
        registry, log = {}, []
        for what, message, kind, line, name, once in steps:
            if what == "warn":
                got = harness.attempt(module.warn, message, kind)
            elif what == "reset":
                got = harness.attempt(module.simplefilter, "always")
            elif what == "forget":
                got = registry.clear()
            else:
                got = harness.attempt(module.warn_explicit, message, kind, "file.py", line, name, registry)
            log.append((got, len(caught)))
        shown = [(str(w.message), w.category.__name__, w.filename.rpartition("/")[2], w.lineno if w.filename == "file.py" else 0) for w in caught]
        return log, shown


def registry(filters, steps):
    """What is remembered: the pure one spells one of the keys differently."""
    found = {}
    with warnings.catch_warnings(record=True):
        warnings.resetwarnings()
        for filter in filters:
            harness.attempt(warnings.filterwarnings, *filter)
        for _, message, kind, line, name, _ in steps:
            harness.attempt(warnings.warn_explicit, message, kind, "file.py", line, name, found)
    return sorted(repr(key) for key in found if key != "version")


def case(r, agree):
    globals().pop("__warningregistry__", None)
    filters = [(r.choice(("error", "ignore", "always", "all", "default", "module", "once", "nonsense")), r.choice(("", "", "a", "b.*c", "A")), r.choice(KINDS),
                r.choice(("", "", "mod", "mod\\.sub", "file")), r.choice((0, 0, 5)), r.random() < 0.3) for _ in range(r.randint(0, 3))]
    steps = []
    for _ in range(r.randint(1, 8)):
        message, kind = r.choice(("a text", "bxc", "other", UserWarning("made"), DeprecationWarning("a made"))), r.choice(KINDS)
        what = r.choice(("explicit", "explicit", "explicit", "warn", "warn", "reset" if r.random() < 0.2 else "explicit", "forget" if r.random() < 0.2 else "explicit"))
        if what == "warn":
            kind = r.choice((None, kind, int, 3))
        steps.append((what, message, kind, r.choice((1, 5, 7)), r.choice(("mod", "mod.sub")), 0))
    if any(step[0] in ("warn", "forget") for step in steps):  # 'once' is once for each registry in the native one, once for all in the pure one
        filters = [("module" if rest[0] == "once" else rest[0], *rest[1:]) for rest in filters]

    def run(module):
        globals().pop("__warningregistry__", None)
        for each in (warnings, pure):
            each.onceregistry.clear()
        return session(module, filters, steps)

    agree("registry", lambda: registry(filters, steps))
    agree("session", lambda: run(warnings), lambda: run(pure), loose=True)
    agree("format", lambda: warnings.formatwarning("m", KINDS[0], "nowhere.py", 3, r.choice(("line", None)) if r.random() < 2 else ""),)
    agree("wrong", lambda: warnings.warn(*r.choice((("x", UserWarning, "y"), (), ("x", UserWarning, 1, None, 5), ("x", UserWarning, 2**70)))))


if __name__ == "__main__":
    harness.main(case)
