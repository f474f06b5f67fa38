# gc stress: every 50 allocations (long natives, and threads)
# Natives in mid-work are not interrupted by other threads, and threads take turns however much natives use up of the budget's steps.
import signal
import sys
import threading

try:
    threading.Thread(target=int).start()
    has_threads = True
except RuntimeError:  # a sandbox without the capability
    has_threads = False


def test_meddling():
    if not has_threads:
        return
    numbers = list(range(20_000))
    data = bytearray(20_000)
    stop = threading.Event()
    rounds = 0

    def meddle():
        nonlocal rounds
        while not stop.is_set():
            numbers.clear()
            numbers.extend(range(20_000))
            del data[100:]
            data.extend(bytes(19_900))
            rounds += 1

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=meddle)
    thread.start()
    for _ in range(100):
        a = numbers[::2], numbers * 2, numbers + numbers, sorted(numbers)
        numbers.reverse()
        numbers[:] = range(1000)
        del numbers[::3]
        data[::2] = bytes(len(data[::2])) if len(data) == 20_000 else data[::2]
        data.insert(5, 1)
        data.replace(b"\0", b"ab")
    stop.set()
    thread.join()
    sys.setswitchinterval(interval)
    assert len(a) == 4 and rounds > 0


def test_fair_turns():
    if not has_threads:
        return
    # The worker's loop spends its time in natives, the main thread still gets its turn.
    stop = False
    turns = 0

    def work():
        nonlocal turns
        while not stop:
            turns += len(list(range(50_000))) > 0

    thread = threading.Thread(target=work)
    thread.start()
    for _ in range(20):
        sum(range(1000))
    stop = True
    thread.join()
    assert turns > 0


def test_signal_ends_search():
    if not hasattr(signal, "setitimer"):
        return
    import re

    class Over(Exception):
        pass

    def over(*_):
        raise Over

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        re.match(r"(a+)+$", "a" * 60 + "b")
    except Over:
        pass
    else:
        raise AssertionError("the search ended by itself")
    finally:
        signal.signal(signal.SIGALRM, before)
