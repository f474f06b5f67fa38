# runner.py: goes in front of a case of bench/library. A case calls measure(name, function): the time of one call in seconds is
# printed, the best of some batches, each long enough that what collectors do falls into it. Processor time where there is a
# clock of it, so that a busy machine does not show. The result's repr is compared between the interpreters: make it small.
import time as _time

_BATCHES = 3
_BATCH_SECONDS = 0.05
_now = getattr(_time, "process_time", _time.perf_counter)


def measure(name, function):
    started = _now()
    result = function()
    once = _now() - started
    calls = max(1, int(_BATCH_SECONDS / max(once, 1e-6)))
    best = None
    for _ in range(_BATCHES):
        started = _now()
        for _ in range(calls):
            function()
        seconds = (_now() - started) / calls
        if best is None or seconds < best:
            best = seconds
    print(f"{name}\t{best:.9f}\t{result!r}")


