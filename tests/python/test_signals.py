# Signals of the process: handlers run at safe points of the main thread, and what blocks goes on afterwards (PEP 475).
import os
import signal
import sys
import threading
import time

has_signals = hasattr(signal, "setitimer") and hasattr(os, "kill")


def with_handler(number, handler, body):
    before = signal.signal(number, handler)
    try:
        body()
    finally:
        signal.signal(number, before)


def test_a_signal_sent_is_handled_before_kill_returns():
    seen = []

    def body():
        os.kill(os.getpid(), signal.SIGUSR1)
        assert seen == [signal.SIGUSR1]
        signal.raise_signal(signal.SIGUSR1)
        assert len(seen) == 2
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        assert len(seen) == 3

    with_handler(signal.SIGUSR1, lambda n, frame: seen.append(n), body)


def test_blocking_calls_go_on_after_a_handler():
    seen = []

    def body():
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        time.sleep(0.1)
        assert seen and time.monotonic() - start >= 0.1
        r, w = os.pipe()
        handler = lambda n, frame: (seen.append(n), os.write(w, b"x"))
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        assert os.read(r, 1) == b"x"
        os.close(r), os.close(w)

    with_handler(signal.SIGALRM, lambda n, frame: seen.append(n), body)


def test_a_handlers_exception_ends_the_wait():
    lock = threading.Lock()
    lock.acquire()

    def handler(n, frame):
        raise KeyError(n)

    def body():
        for wait in (lock.acquire, lambda: lock.acquire(timeout=20), lambda: time.sleep(20), threading.Event().wait):
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            try:
                wait()
            except KeyError as error:
                assert error.args == (signal.SIGALRM,)
            else:
                assert False, wait

    with_handler(signal.SIGALRM, handler, body)


def test_sigint_is_keyboard_interrupt():
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(20)
    except KeyboardInterrupt:
        pass
    else:
        assert False


def test_masks_and_waiting():
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    try:
        os.kill(os.getpid(), signal.SIGUSR2)
        assert signal.SIGUSR2 in signal.sigpending()
        assert signal.sigwait([signal.SIGUSR2]) == signal.SIGUSR2
        assert signal.sigtimedwait([signal.SIGUSR2], 0.01) is None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def test_handlers_are_the_main_threads():
    caught = []

    def other():
        try:
            signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        except ValueError as error:
            caught.append(str(error))

    t = threading.Thread(target=other)
    t.start()
    t.join()
    assert caught == ["signal only works in main thread of the main interpreter"], caught
    seen = []

    def body():
        t = threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGUSR1))
        t.start()
        t.join()
        end = time.monotonic() + 20
        while not seen and time.monotonic() < end:
            pass
        assert seen == [threading.main_thread()], seen

    with_handler(signal.SIGUSR1, lambda n, frame: seen.append(threading.current_thread()), body)


if __name__ == "__main__" and has_signals:
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
