# only: host
# Processes: fork and wait, exec, pipes, subprocess, select and its kin, users, limits, sockets.
import fcntl
import grp
import os
import pwd
import resource
import select
import signal
import socket
import subprocess
import sys


def raises(kind, function, *arguments):
    try:
        function(*arguments)
    except kind as error:
        return error
    raise AssertionError(f"{function} did not raise {kind.__name__}")


def test_fork():
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, b"child")
        os._exit(7)
    os.close(writing)
    assert os.read(reading, 100) == b"child" and os.read(reading, 1) == b""
    os.close(reading)
    done, status = os.waitpid(pid, 0)
    assert done == pid and os.waitstatus_to_exitcode(status) == 7
    raises(ChildProcessError, os.waitpid, pid, 0)
    assert os.waitstatus_to_exitcode(os.system("exit 3")) == 3


def test_fork_hooks():
    seen = []
    os.register_at_fork(before=lambda: seen.append(1), after_in_parent=lambda: seen.append(2), after_in_child=lambda: seen.append(3))
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, bytes(seen))
        os._exit(0)
    os.waitpid(pid, 0)
    assert seen == [1, 2] and os.read(reading, 9) == b"\1\3"
    os.close(reading), os.close(writing)


def test_subprocess():
    done = subprocess.run(["sh", "-c", "cat; echo err >&2; exit 5"], input=b"x" * 200_000, capture_output=True)
    assert done.returncode == 5 and len(done.stdout) == 200_000 and done.stderr == b"err\n"
    assert subprocess.check_output(["sh", "-c", "echo $A; pwd; umask"], env={"A": "b"}, cwd="/", umask=0o71, text=True) == "b\n/\n0071\n"
    error = raises(FileNotFoundError, subprocess.run, ["/no/such/program"])
    assert error.filename == "/no/such/program"
    assert raises(FileNotFoundError, lambda: subprocess.run(["true"], cwd="/no/such/folder")).filename == "/no/such/folder"
    process = subprocess.Popen(["sleep", "60"])
    process.terminate()
    assert process.wait() == -signal.SIGTERM
    raises(subprocess.TimeoutExpired, lambda: subprocess.run(["sleep", "60"], timeout=0.05))
    error = raises(subprocess.SubprocessError, lambda: subprocess.run(["true"], preexec_fn=lambda: 1 / 0))
    assert str(error) == "Exception occurred in preexec_fn."
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    assert subprocess.run(["sh", "-c", f"echo x >&{writing}"], stderr=subprocess.DEVNULL).returncode != 0
    assert subprocess.run(["sh", "-c", f"echo x >&{writing}"], pass_fds=[writing]).returncode == 0
    assert os.read(reading, 9) == b"x\n"
    os.close(reading), os.close(writing)
    assert subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True).stdout == b"42\n"


def test_spawn():
    pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit $CODE"], {"CODE": "9"})
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    reading, writing = os.pipe()
    pid = os.posix_spawnp("echo", ["echo", "hi"], None or os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1)])
    assert os.wait4(pid, 0)[0] == pid and os.read(reading, 9) == b"hi\n"
    os.close(reading), os.close(writing)
    raises(ValueError, os.posix_spawn, "/bin/sh", [], {})


def test_waiting():
    reading, writing = os.pipe()
    assert select.select([reading], [writing], [], 0) == ([], [writing], [])
    os.write(writing, b"x")
    assert select.select([reading], [], [], 5) == ([reading], [], [])
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    assert poll.poll(0) == [(reading, select.POLLIN)]
    poll.unregister(reading)
    assert poll.poll(0) == [] and raises(KeyError, poll.unregister, reading).args == (reading,)
    with select.epoll() as epoll:
        epoll.register(reading, select.EPOLLIN)
        assert epoll.poll(0) == [(reading, select.EPOLLIN)] and not epoll.closed
    assert epoll.closed and str(raises(ValueError, epoll.fileno)) == "I/O operation on closed epoll object"
    assert str(raises(TypeError, select.select, 1, [], [])) == "arguments 1-3 must be sequences"
    assert fcntl.fcntl(reading, fcntl.F_GETFD) == fcntl.FD_CLOEXEC
    os.close(reading), os.close(writing)


def test_system():
    assert pwd.getpwuid(0).pw_name == "root" and grp.getgrgid(0).gr_name and pwd.getpwnam("root").pw_uid == 0
    assert str(raises(KeyError, pwd.getpwuid, 4_000_000_000)) == "'getpwuid(): uid not found: 4000000000'"
    assert str(raises(KeyError, grp.getgrnam, "no such group")).startswith('"getgrnam(): name not found')
    assert str(raises(KeyError, pwd.getpwnam, "no such user")) == '"getpwnam(): name not found: \'no such user\'"'
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0 and len(resource.getrlimit(resource.RLIMIT_NOFILE)) == 2
    raises(ValueError, resource.getrlimit, 9999)
    assert os.sysconf("SC_PAGE_SIZE") == resource.getpagesize() and os.uname().sysname == "Linux"
    assert os.getpid() > 1 and os.getpgid(0) == os.getpgrp() and len(os.times()) == 5 and os.cpu_count() >= 1
    os.putenv("HOG_TEST", "seen")
    assert subprocess.check_output(["sh", "-c", "echo $HOG_TEST"]) == b"seen\n"
    os.environ["HOG_TEST"] = "again"
    assert subprocess.check_output(["sh", "-c", "echo $HOG_TEST"]) == b"again\n"
    assert str(raises(ValueError, os.putenv, "a=b", "c")) == "illegal environment variable name"


def test_sockets():
    a, b = socket.socketpair()
    with a, b:
        a.sendall(b"hello" * 1000)
        assert b.recv(5) == b"hello" and len(b.recv(100_000)) == 4995
        b.settimeout(0.01)
        assert str(raises(TimeoutError, b.recv, 1)) == "timed out"
        b.setblocking(False)
        raises(BlockingIOError, b.recv, 1)
        reading, writing = os.pipe()
        socket.send_fds(a, [b"!"], [reading])
        data, fds, flags, address = socket.recv_fds(b, 10, 1)
        os.write(writing, b"through")
        assert data == b"!" and os.read(fds[0], 99) == b"through"
        for fd in (reading, writing, *fds):
            os.close(fd)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        other, address = server.accept()
        with other:
            assert address == client.getsockname() and other.getpeername() == address
            client.send(b"line\n")
            with other.makefile("rb") as file:
                assert file.readline() == b"line\n"
    assert socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, "::1")) == "::1"
    assert socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.1", 80)
    with socket.socket() as plain:
        assert str(raises(TypeError, plain.bind, 1)) == "bind(): AF_INET address must be tuple, not int"
        assert str(raises(OverflowError, plain.bind, ("127.0.0.1", -1))) == "bind(): port must be 0-65535."
