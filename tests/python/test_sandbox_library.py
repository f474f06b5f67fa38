# only: sandbox
# The library where nothing was granted: what needs nothing works, and what is missing says which grant would bring it.
# gc stress: every 499 allocations (it makes too many objects for a collection at each)
import asyncio
import importlib.resources
import io
import sys


def message(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("it did not fail")


def test_select_and_socket_name_what_is_missing():
    import select
    import selectors
    import socket
    from unittest import mock

    assert select.error is OSError and not hasattr(select, "select")
    assert message(AttributeError, getattr, select, "poll") == (
        "module 'select' has no attribute 'poll': it needs an operating system, which this isolate was not granted"
    )
    assert "needs an operating system" in message(AttributeError, selectors.SelectSelector().select, 0)
    assert not hasattr(socket, "AF_UNIX") and not hasattr(socket.socket, "sendmsg")
    assert message(PermissionError, socket.socket) == "this isolate was not granted Network"
    assert mock.Mock(socket.socket).getsockname() is not None
    assert sys.executable == ""


def test_interrupt_main_runs_the_handler():
    import _thread
    import signal

    seen = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    _thread.interrupt_main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _thread.interrupt_main()
    signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]
    message(KeyboardInterrupt, _thread.interrupt_main)


def test_missing_modules_say_why():
    for name in "fcntl", "pwd", "termios", "syslog":
        assert message(ModuleNotFoundError, __import__, name) == (
            f"No module named {name!r}: it needs an operating system, which this isolate was not granted"
        )
    for name in "readline", "tkinter":
        assert message(ModuleNotFoundError, __import__, name) == f"No module named {name!r}: it is not part of this build"
    assert message(ModuleNotFoundError, __import__, "hog_nothing") == "No module named 'hog_nothing'"
    try:
        import asyncio.nothing
    except ModuleNotFoundError as error:
        assert str(error) == "No module named 'asyncio.nothing'" and error.name == "asyncio.nothing"


def test_network_and_processes():
    import os
    import selectors
    import socket
    import subprocess
    import tempfile

    assert not hasattr(socket, "gethostname") and not hasattr(socket, "getservbyname")
    assert "Network" in message(AttributeError, lambda: socket.gethostname())
    assert "Network" in message(AttributeError, socket.create_connection, ("localhost", 1))
    assert "Network" in message(OSError, socket.socket)
    assert "Process" in message(OSError, subprocess.run, ["ls"])
    assert "FileSystem" in message(AttributeError, tempfile.mkdtemp)
    assert "operating system" in message(AttributeError, selectors.DefaultSelector().select, 0)
    assert not hasattr(os, "walk") and "walk" not in os.__all__
    assert message(AttributeError, lambda: os.walk) == "module 'os' has no attribute 'walk': this isolate was not granted FileSystem"
    assert not os.path.exists("/") and not os.path.isfile("/etc/passwd") and os.path.realpath("a/../b") == "/b"


def test_event_loop_notices_that_nothing_can_happen():
    async def wait():
        await asyncio.Event().wait()

    assert "deadlock" in message(RuntimeError, asyncio.run, wait())

    async def thread():
        await asyncio.to_thread(int)

    assert "Threads" in message(RuntimeError, asyncio.run, thread())
    assert "Network" in message(AttributeError, asyncio.run, asyncio.open_connection("localhost", 1))
    assert "Process" in message(NotImplementedError, asyncio.run, asyncio.create_subprocess_exec("ls"))


def test_event_loop_works_in_debug_mode():
    async def main():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(asyncio.sleep(0.001 * i, i)) for i in range(3)]
        return [task.result() for task in tasks]

    assert asyncio.run(main(), debug=True) == [0, 1, 2]


def test_resources_of_frozen_packages():
    folder = importlib.resources.files("email")
    assert folder.is_dir() and folder.joinpath("mime").is_dir() and not any(entry.name == "none.py" for entry in folder.iterdir())
    assert {"message.py", "mime", "__init__.py"} <= {entry.name for entry in folder.iterdir()}
    assert folder.joinpath("mime", "base.py").read_text().count("class MIMEBase") == 1
    assert importlib.resources.read_binary("email", "message.py").startswith(b"#")
    import pyclbr

    assert "Queue" in pyclbr.readmodule("queue")


def test_http_server_parses_requests():
    import http.server

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200, self.path)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    class Connection:
        def __init__(self, request):
            self.sent, self.request = b"", request

        def makefile(self, *arguments):
            return io.BytesIO(self.request)

        def sendall(self, data):
            self.sent += bytes(data)

    connection = Connection(b"GET /there HTTP/1.0\r\n\r\n")
    Handler(connection, ("localhost", 1), None)
    assert connection.sent.startswith(b"HTTP/1.0 200 /there\r\n")


def test_debugger():
    import pdb

    out = io.StringIO()

    def double(x):
        return x * 2

    debugger = pdb.Pdb(stdin=io.StringIO("step\nargs\nc\n"), stdout=out, nosigint=True, readrc=False)
    assert debugger.runcall(double, 4) == 8
    assert "x = 4" in out.getvalue()


def test_profiler():
    import cProfile
    import pstats

    def work(n):
        return n and work(n - 1)

    profile = cProfile.Profile()
    assert profile.runcall(work, 3) == 0
    out = io.StringIO()
    pstats.Stats(profile, stream=out).print_stats("work")
    assert "4/1" in out.getvalue() and "(work)" in out.getvalue(), out.getvalue()


def test_time_zones_say_what_is_missing():
    import zoneinfo

    assert "Europe/Nowhere" in message(zoneinfo.ZoneInfoNotFoundError, zoneinfo.ZoneInfo, "Europe/Nowhere")
    assert "Europe/Berlin" in zoneinfo.available_timezones() and zoneinfo.ZoneInfo("Europe/Berlin").key == "Europe/Berlin"  # frozen in


def test_message_identification():
    import email.utils
    import platform

    assert email.utils.make_msgid().endswith("@localhost>")
    assert platform.node() == "" and platform.python_version() == sys.version.split()[0].rstrip("+")


if sys.implementation.name == "cpython":
    for name in [name for name in globals() if name.startswith("test_")]:
        del globals()[name]
