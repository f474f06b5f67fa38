# Threads of one program: starting, waiting, locks, thread-local data, queues. Where no thread can be started, that much is said.
import _thread
import sys
import threading
import time


def can_start():
    try:
        _thread.start_new_thread(lambda: None, ())
    except RuntimeError as error:
        assert "can't start new thread" in str(error), error
        return False
    return True


def test_threads_run_and_are_joined():
    seen = []
    threads = [threading.Thread(target=seen.append, args=(i,)) for i in range(20)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
        assert not t.is_alive()
    assert sorted(seen) == list(range(20))


def test_busy_threads_take_turns():
    counts = [0] * 4
    stop = False

    def work(i):
        while not stop:
            counts[i] += 1

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    end = time.monotonic() + 20
    while min(counts) < 1000 and time.monotonic() < end:
        time.sleep(0.01)
    stop = True
    for t in threads:
        t.join()
    assert min(counts) >= 1000, counts


def test_locks_block_and_time_out():
    lock = threading.Lock()
    lock.acquire()
    assert not lock.acquire(timeout=0.02)
    order = []

    def other():
        with lock:
            order.append("other")

    t = threading.Thread(target=other)
    t.start()
    time.sleep(0.02)
    order.append("main")
    lock.release()
    t.join()
    assert order == ["main", "other"]
    rlock = threading.RLock()
    with rlock, rlock:
        result = []
        t = threading.Thread(target=lambda: result.append(rlock.acquire(blocking=False)))
        t.start()
        t.join()
        assert result == [False]
    try:
        rlock.release()
    except RuntimeError as error:
        assert str(error) == "cannot release un-acquired lock"
    else:
        assert False


def test_a_local_has_attributes_per_thread():
    class Mine(threading.local):
        made = 0

        def __init__(self, first):
            self.list = [first]

    mine = Mine(7)
    mine.x = 1
    seen = []

    def other():
        seen.append(hasattr(mine, "x"))
        mine.list.append(8)
        seen.append(mine.list)
        seen.append(dict(mine.__dict__))

    t = threading.Thread(target=other)
    t.start()
    t.join()
    assert seen == [False, [7, 8], {"list": [7, 8]}], seen
    assert mine.list == [7] and mine.__dict__ == {"list": [7], "x": 1}


def test_objects_that_only_a_waiting_thread_holds_survive_collections():
    import gc

    go = threading.Event()
    ready = threading.Semaphore(0)
    results = []

    def hold(n):
        def inner(data):
            ready.release()
            go.wait()
            return sum(data)

        results.append(inner([n] * 100) + sum(map(lambda x: inner_wait(x), [n])))

    def inner_wait(x):
        text = "x" * x
        time.sleep(0.01)
        return len(text)

    threads = [threading.Thread(target=hold, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        ready.acquire()
    for _ in range(5):
        gc.collect()
        [[] for _ in range(10000)]
    go.set()
    for t in threads:
        t.join()
    assert sorted(results) == [101 * i for i in range(8)], results


def test_queues():
    import queue

    for kind in (queue.Queue, queue.SimpleQueue):
        q = kind()
        got = []
        t = threading.Thread(target=lambda: got.extend(q.get() for _ in range(100)))
        t.start()
        for i in range(100):
            q.put(i)
        t.join()
        assert got == list(range(100))
        try:
            q.get(timeout=0.01)
        except queue.Empty:
            pass
        else:
            assert False


def test_an_executor():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda x: x * x, range(50))) == [x * x for x in range(50)]


def test_exceptions_are_each_threads_own():
    caught = []
    old, threading.excepthook = threading.excepthook, lambda a: caught.append((a.exc_type, str(a.exc_value)))
    try:
        try:
            raise KeyError("outer")
        except KeyError:
            t = threading.Thread(target=lambda: caught.append(sys.exception()) or 1 / 0)
            t.start()
            t.join()
            assert isinstance(sys.exception(), KeyError)
    finally:
        threading.excepthook = old
    assert caught == [None, (ZeroDivisionError, "division by zero")], caught


def test_context_variables_are_each_threads_own():
    import contextvars

    v = contextvars.ContextVar("v", default=0)
    v.set(1)
    seen = []
    t = threading.Thread(target=lambda: (seen.append(v.get()), v.set(2)))
    t.start()
    t.join()
    assert v.get() == 1 and seen == [0], seen


def test_frames_of_all_threads():
    go, ready, idents = threading.Event(), threading.Event(), []

    def waits_here():
        idents.append(threading.get_ident())
        ready.set()
        go.wait()

    t = threading.Thread(target=waits_here)
    t.start()
    ready.wait()
    frame = sys._current_frames()[idents[0]]
    names = []
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    go.set()
    t.join()
    assert "waits_here" in names, names


def test_barrier_condition_and_timer():
    barrier = threading.Barrier(3)
    passed = []
    threads = [threading.Thread(target=lambda: passed.append(barrier.wait())) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert sorted(passed) == [0, 1, 2]
    fired = threading.Event()
    timer = threading.Timer(0.01, fired.set)
    timer.start()
    assert fired.wait(20)
    timer.join()


if __name__ == "__main__" and can_start():
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
