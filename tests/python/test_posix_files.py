# only: host
# The module posix over a real file system: descriptors, paths, directories, and the errors that name them.
import errno
import os
import posix
import shutil
import stat
import tempfile

ROOT = tempfile.mkdtemp(prefix="hog-posix-")


def at(*names):
    return os.path.join(ROOT, *names)


def make(name, data=b""):
    fd = posix.open(at(name), posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC, 0o644)
    assert posix.write(fd, data) == len(data)
    posix.close(fd)
    return at(name)


def raises(kind, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except kind as error:
        return error
    raise AssertionError(f"{function.__name__}{arguments} did not raise {kind.__name__}")


def message(kind, function, *arguments, **keywords):
    return str(raises(kind, function, *arguments, **keywords))


def test_descriptors():
    path = make("descriptors", b"0123456789")
    fd = posix.open(path, posix.O_RDWR)
    assert posix.read(fd, 4) == b"0123" and posix.lseek(fd, 0, os.SEEK_CUR) == 4
    assert posix.pread(fd, 3, 7) == b"789" and posix.pwrite(fd, b"x", 0) == 1
    assert posix.lseek(fd, -2, os.SEEK_END) == 8 and posix.read(fd, 100) == b"89" and posix.read(fd, 1) == b""
    room = bytearray(4)
    posix.lseek(fd, 0, 0)
    assert posix.readinto(fd, room) == 4 and room == b"x123"
    assert posix.writev(fd, [b"ab", b"cd"]) == 4 and posix.pread(fd, 4, 4) == b"abcd"
    posix.ftruncate(fd, 5)
    assert posix.fstat(fd).st_size == 5
    posix.fsync(fd), posix.fdatasync(fd)
    assert not posix.isatty(fd) and posix.get_blocking(fd) and not posix.get_inheritable(fd)
    posix.set_inheritable(fd, True)
    assert posix.get_inheritable(fd)
    other = posix.dup(fd)
    assert not posix.get_inheritable(other) and posix.fstat(other).st_ino == posix.fstat(fd).st_ino
    assert posix.dup2(fd, other, False) == other and not posix.get_inheritable(other)
    posix.close(other), posix.close(fd)
    assert raises(OSError, posix.read, fd, 1).errno == errno.EBADF
    assert message(OSError, posix.read, fd, -1) == "[Errno 22] Invalid argument"


def test_stat():
    path = make("stat", b"abc")
    posix.chmod(path, 0o640)
    status = posix.stat(path)
    assert stat.S_ISREG(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o640 and status.st_size == 3 == status[6]
    assert len(status) == 10 and status.n_fields == 19 and status[8] == int(status.st_mtime)
    posix.utime(path, ns=(1_000_000_001, 2_500_000_000))
    status = posix.stat(path)
    assert status.st_atime_ns == 1_000_000_001 and status.st_mtime == 2.5 and status.st_blksize > 0
    posix.utime(path, (7, 8.25))
    assert posix.stat(path).st_mtime_ns == 8_250_000_000
    posix.utime(path, ns=(0, -1))
    assert posix.stat(path).st_mtime_ns == -1 and posix.stat(path)[8] == -1
    assert repr(status).startswith("os.stat_result(st_mode=33184, ") and "st_atime=1, st_mtime=2, " in repr(status)
    assert message(TypeError, posix.stat, 1.5) == "stat: path should be string, bytes, os.PathLike or integer, not float"
    assert message(TypeError, posix.mkdir, None) == "mkdir: path should be string, bytes or os.PathLike, not NoneType"
    assert message(ValueError, posix.stat, "a\0") == "stat: embedded null character in path"
    assert message(ValueError, posix.stat, 0, dir_fd=1) == "stat: can't specify dir_fd without matching path"
    assert message(ValueError, posix.stat, 0, follow_symlinks=False) == "stat: cannot use fd and follow_symlinks together"
    assert message(TypeError, posix.stat, "x", dir_fd="y") == "argument should be integer or None, not str"
    assert message(OverflowError, posix.stat, 1 << 40) == "fd is greater than maximum"
    assert message(TypeError, posix.utime, path, 1) == "utime: 'times' must be either a tuple of two ints or None"


def test_error_names():
    class Path:
        def __fspath__(self):
            return "/nowhere/at/all"

    path = Path()
    error = raises(FileNotFoundError, posix.stat, path)
    assert error.filename == "/nowhere/at/all" and error.errno == errno.ENOENT and error.strerror == "No such file or directory"
    error = raises(FileNotFoundError, posix.rename, "/nowhere/a", b"/nowhere/b")
    assert (error.filename, error.filename2) == ("/nowhere/a", b"/nowhere/b")
    assert str(error) == "[Errno 2] No such file or directory: '/nowhere/a' -> b'/nowhere/b'"
    assert raises(NotADirectoryError, posix.listdir, make("file")).filename == at("file")
    assert raises(FileExistsError, posix.mkdir, ROOT).filename == ROOT
    assert raises(OSError, posix.close, 9999).filename is None


def test_links():
    target = make("target", b"t")
    posix.symlink("target", at("symbolic"))
    posix.link(target, at("hard"))
    assert posix.readlink(at("symbolic")) == "target" and posix.readlink(os.fsencode(at("symbolic"))) == b"target"
    assert stat.S_ISLNK(posix.lstat(at("symbolic")).st_mode) and posix.stat(at("symbolic")).st_ino == posix.stat(target).st_ino
    assert posix.stat(target).st_nlink == 2 and posix.access(target, os.R_OK) and not posix.access(at("none"), os.F_OK)
    assert os.path.islink(at("symbolic")) and os.path.realpath(at("symbolic")) == os.path.realpath(target)
    posix.replace(at("hard"), at("harder"))
    assert not os.path.exists(at("hard")) and os.path.samefile(at("harder"), target)


def test_directories():
    posix.mkdir(at("d"))
    for name in ("a", "b"):
        make(os.path.join("d", name))
    posix.mkdir(at("d", "sub"), 0o700)
    posix.symlink("nothing", at("d", "broken"))
    posix.symlink("sub", at("d", "tosub"))
    everything = ["a", "b", "broken", "sub", "tosub"]
    assert sorted(posix.listdir(at("d"))) == everything and sorted(posix.listdir(os.fsencode(at("d"))))[0] == b"a"
    fd = posix.open(at("d"), posix.O_RDONLY)
    assert sorted(posix.listdir(fd)) == sorted(posix.listdir(fd)) == everything
    assert posix.stat("a", dir_fd=fd).st_ino == posix.stat(at("d", "a")).st_ino
    with posix.scandir(fd) as entries:
        assert sorted(entry.path for entry in entries) == everything
    posix.close(fd)
    with posix.scandir(at("d")) as entries:
        by_name = {entry.name: entry for entry in entries}
    a, sub, broken, tosub = (by_name[name] for name in ("a", "sub", "broken", "tosub"))
    assert a.path == at("d", "a") == os.fspath(a) and repr(a) == "<DirEntry 'a'>" and a.inode() == posix.stat(a).st_ino
    assert a.is_file() and not a.is_dir() and not a.is_symlink() and not a.is_junction() and a.stat() is a.stat()
    assert sub.is_dir() and not sub.is_file() and tosub.is_dir() and not tosub.is_dir(follow_symlinks=False)
    assert broken.is_symlink() and not broken.is_file() and not broken.is_dir()
    raises(FileNotFoundError, broken.stat)
    assert stat.S_ISLNK(broken.stat(follow_symlinks=False).st_mode)
    raises(TypeError, posix.DirEntry)
    assert posix.DirEntry[str].__origin__ is posix.DirEntry
    assert raises(OSError, posix.rmdir, at("d")).errno == errno.ENOTEMPTY
    shutil.rmtree(at("d"))
    assert not os.path.exists(at("d"))


def test_current_directory():
    before = posix.getcwd()
    posix.chdir(ROOT)
    try:
        assert posix.getcwd() == os.path.realpath(ROOT) and posix.getcwdb() == os.fsencode(posix.getcwd())
        make("here")
        assert "here" in posix.listdir() and [e.path for e in posix.scandir() if e.name == "here"] == ["./here"]
    finally:
        posix.chdir(before)
    mask = posix.umask(0o077)
    assert posix.umask(mask) == 0o077


def test_walk_and_copy():
    os.makedirs(at("tree", "x", "y"))
    make("tree/x/f", b"1" * 1000)
    assert [(os.path.relpath(top, ROOT), sorted(d), f) for top, d, f in os.walk(at("tree"))] == [
        ("tree", ["x"], []), ("tree/x", ["y"], ["f"]), ("tree/x/y", [], [])]
    shutil.copytree(at("tree"), at("copy"))
    assert posix.stat(at("copy", "x", "f")).st_size == 1000
    assert posix.statvfs(ROOT).f_bsize > 0 and len(posix.statvfs(ROOT)) == 10


def test_descriptor_numbers_are_checked():
    assert message(TypeError, posix.fstat, "x") == "'str' object cannot be interpreted as an integer"
    assert message(TypeError, posix.fsync, "x") == "argument must be an int, or have a fileno() method."
    assert message(ValueError, posix.fsync, -1) == "file descriptor cannot be a negative integer (-1)"
    assert message(OverflowError, posix.chown, "x", -2, 1) == "uid is less than minimum"
    assert message(TypeError, posix.chown, "x", 1, "y") == "gid should be integer, not str"


try:
    for test in [value for name, value in list(globals().items()) if name.startswith("test_")]:
        test()
finally:
    shutil.rmtree(ROOT, ignore_errors=True)
if __name__ == "__main__":
    pass
