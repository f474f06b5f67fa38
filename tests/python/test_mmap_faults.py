# only: host
# mmap and faulthandler; and what a signal or a fork() finds in the middle of something.
import faulthandler
import gc
import mmap
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time


def raises(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{function} did not raise {kind.__name__}")


def test_anonymous_memory_reads_and_writes_as_a_file_and_as_a_sequence():
    with mmap.mmap(-1, 16) as m:
        assert m.write(b"one\ntwo\n") == 8 and m.tell() == 8
        m.seek(0)
        assert (m.readline(), m.read_byte(), m.read(2)) == (b"one\n", ord("t"), b"wo")
        assert (m.find(b"o", 0), m.rfind(b"o"), m.rfind(b"o", 0), m.find(b"zz", 0)) == (0, -1, 6, -1)
        m[0:3] = b"ONE"
        m[4] = ord("T")
        m[9:15:2] = b"abc"
        assert m[:16] == b"ONE\nTwo\n\0a\0b\0c\0\0" and m[-2] == 0 and m[13:8:-2] == b"cba"
        m.move(8, 0, 3)
        assert m[8:11] == b"ONE" and len(m) == 16 and list(m)[:2] == [b"O", b"N"]
        raises(IndexError, m.__setitem__, slice(0, 2), b"too long")
        raises(ValueError, m.write, b"x" * 17)
        m.resize(8)
        assert m[:] == b"ONE\nTwo\n"
    assert m.closed
    raises(ValueError, len, m)
    raises(ValueError, m.read)


def test_a_file_is_changed_through_its_mapping():
    with tempfile.TemporaryFile() as f:
        raises(ValueError, mmap.mmap, f.fileno(), 0)
        f.write(b"hello world")
        f.flush()
        with mmap.mmap(f.fileno(), 0) as m:
            m[:5] = b"HELLO"
            m.flush()
            assert m.size() == 11
        with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY) as m:
            m[:] = b"x" * 11
        with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
            raises(TypeError, m.write, b"no")
            assert memoryview(m).readonly and bytes(m) == b"HELLO world"
        f.seek(0)
        assert f.read() == b"HELLO world"


def test_an_exported_mapping_does_not_go_away():
    m = mmap.mmap(-1, 4)
    view = memoryview(m)
    raises(BufferError, m.close)
    raises(BufferError, m.resize, 8)
    view[0] = 7
    assert m[0] == 7
    view.release()
    m.close()


def test_arguments_that_close_the_mapping():
    m = mmap.mmap(-1, 4)

    class Closer:
        def __index__(self):
            m.close()
            return 1

    for use in m.__getitem__, m.write_byte, m.read, m.madvise:
        m = mmap.mmap(-1, 4)
        raises(ValueError, getattr(m, use.__name__), Closer())


def test_a_bytearray_can_be_resized_when_its_views_are_dropped():
    data = bytearray(b"x" * 100)
    for _ in range(50):
        taken = bytes(memoryview(data)[:2])
        del data[:2]
        assert taken == b"xx"
    assert not data


def interpreter(code, *options):
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, timeout=60)
    return done.returncode, done.stderr.decode()


def test_faults_are_reported():
    status, text = interpreter("def f():\n    import faulthandler\n    faulthandler._sigsegv()\nf()", "-X", "faulthandler")
    assert status == -signal.SIGSEGV
    assert text.startswith("Fatal Python error: Segmentation fault\n\nCurrent thread 0x"), text
    assert '\n  File "<string>", line 3 in f\n  File "<string>", line 4 in <module>\n' in text, text


def test_reports_at_signals_and_after_a_time():
    code = "import faulthandler, os, signal\nfaulthandler.register(signal.SIGUSR1, all_threads=False)\nos.kill(os.getpid(), signal.SIGUSR1)"
    status, text = interpreter(code)
    assert status == 0 and text == 'Stack (most recent call first):\n  File "<string>", line 3 in <module>\n', text
    status, text = interpreter("import faulthandler, time\nfaulthandler.dump_traceback_later(0.05, exit=True)\ntime.sleep(30)")
    assert status == 1 and text.startswith("Timeout (0:00:00.050000)!\nThread 0x") and "line 3 in <module>" in text, text
    assert not faulthandler.unregister(signal.SIGUSR1)


def test_a_write_cut_short_by_a_signal_runs_its_handler():
    class Stop(Exception):
        pass

    def handler(number, frame):
        raise Stop

    for buffering in 0, -1:
        r, w = os.pipe()
        reader = threading.Thread(target=lambda: (time.sleep(0.05), os.read(r, 1)))
        f = open(w, "wb", buffering, closefd=False)
        before = signal.signal(signal.SIGALRM, handler)
        reader.start()
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            raises(Stop, f.write, b"x" * (1 << 20))
        finally:
            signal.signal(signal.SIGALRM, before)
        reader.join()
        os.close(w)
        os.close(r)
        try:
            f.close()
        except OSError:
            pass


def test_in_the_child_of_a_thread_the_others_are_over():
    code = """
import os, threading
main = threading.current_thread()
def work():
    pid = os.fork()
    if pid == 0:
        main.join()
        os._exit(7)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
threading.Thread(target=work).start()
"""
    assert interpreter(code, "-W", "ignore")[0] == 7
