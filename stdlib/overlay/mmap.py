"""Memory maps without an operating system: a map is memory of the program's own.

A map of a file holds a copy of it, which flush(), close() and the end of the map write back if the map is shared and writable. Where the
operating system is granted, a module of its own takes this one's place.
"""

import os as _os

ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY = 0, 1, 2, 3
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4
MAP_SHARED, MAP_PRIVATE, MAP_ANON = 1, 2, 32
MAP_ANONYMOUS = MAP_ANON
PAGESIZE = ALLOCATIONGRANULARITY = 4096
error = OSError


class mmap:
    """Maps length bytes of a file, or new memory for file number -1."""

    def __init__(self, fileno, length, flags=MAP_SHARED, prot=PROT_WRITE | PROT_READ, access=ACCESS_DEFAULT, offset=0, *, trackfd=True):
        if length < 0:
            raise OverflowError("memory mapped length must be positive")
        if offset < 0:
            raise OverflowError("memory mapped offset must be positive")
        if access not in (0, 1, 2, 3):
            raise ValueError("mmap invalid access parameter.")
        if access and (flags != MAP_SHARED or prot != PROT_WRITE | PROT_READ):
            raise ValueError("mmap can't specify both access and flags, prot.")
        self._writable = access != ACCESS_READ and bool(prot & PROT_WRITE)
        self._shared = access in (ACCESS_DEFAULT, ACCESS_WRITE) and flags & MAP_SHARED and self._writable
        self._place, self._offset, self._file, self._views, self.closed = 0, offset, -1, [], False
        if fileno == -1 or flags & MAP_ANON:
            if length == 0:
                raise ValueError("cannot mmap an empty file")
            self._data = bytearray(length)
            return
        size = _os.fstat(fileno).st_size
        if length == 0:
            if size == 0:
                raise ValueError("cannot mmap an empty file")
            if offset >= size:
                raise ValueError("mmap offset is greater than file size")
            length = size - offset
        elif offset > size or size - offset < length:
            raise ValueError("mmap length is greater than file size")
        self._data = bytearray(_os.pread(fileno, length, offset))
        self._file = _os.dup(fileno)

    def _check(self, write=False):
        if self.closed:
            raise ValueError("mmap closed or invalid")
        if write and not self._writable:
            raise TypeError("mmap can't modify a readonly memory map.")

    def __buffer__(self, flags):
        self._check()
        view = memoryview(self._data)
        return view if self._writable else view.toreadonly()

    def __len__(self):
        self._check()
        return len(self._data)

    def __getitem__(self, at):
        self._check()
        found = self._data[at]
        return bytes(found) if isinstance(at, slice) else found

    def __setitem__(self, at, value):
        self._check(True)
        if isinstance(at, slice):
            if len(range(*at.indices(len(self._data)))) != len(value):
                raise IndexError("mmap slice assignment is wrong size")
        elif not isinstance(value, int):
            raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
        elif not 0 <= value < 256:
            raise ValueError("mmap item value must be in range(0, 256)")
        self._data[at] = value

    def __delitem__(self, at):
        self._check(True)
        raise TypeError("mmap object doesn't support item deletion")

    def __contains__(self, value):
        self._check()
        return value in self._data

    def __iter__(self):
        return (self[at:at + 1] for at in range(len(self)))

    def __enter__(self):
        self._check()
        return self

    def __exit__(self, *error):
        self.close()

    def __del__(self):
        if not getattr(self, "closed", True):
            self.close()

    def __repr__(self):
        if self.closed:
            return "<mmap.mmap closed=True>"
        access = "ACCESS_READ" if not self._writable else "ACCESS_DEFAULT"
        return f"<mmap.mmap closed=False, access={access}, length={len(self._data)}, pos={self._place}, offset={self._offset}>"

    def close(self):
        if self.closed:
            return
        if self._file >= 0:
            self._write_back()
            _os.close(self._file)
        self._data.clear()  # BufferError while somebody looks at it
        self.closed, self._file = True, -1

    def _write_back(self):
        if self._shared:
            place = 0
            while place < len(self._data):
                place += _os.pwrite(self._file, bytes(self._data[place:place + 65536]), self._offset + place)

    def flush(self, offset=0, size=None):
        self._check()
        if offset < 0 or size is not None and (size < 0 or offset + size > len(self._data)) or offset > len(self._data):
            raise ValueError("flush values out of range")
        if self._file >= 0:
            self._write_back()

    def size(self):
        self._check()
        return len(self._data) if self._file < 0 else _os.fstat(self._file).st_size

    def resize(self, size):
        self._check(True)
        if size < 0 or self._file >= 0 and not self._shared:
            raise ValueError("new size out of range" if size < 0 else "can't resize a private map of a file")
        if self._file >= 0:
            _os.truncate(self._file, self._offset + size)
        if size > len(self._data):
            self._data.extend(bytes(size - len(self._data)))
        else:
            del self._data[size:]

    def read(self, size=None):
        self._check()
        end = len(self._data) if size is None or size < 0 else self._place + size
        found = bytes(self._data[self._place:end])
        self._place += len(found)
        return found

    def read_byte(self):
        self._check()
        if self._place >= len(self._data):
            raise ValueError("read byte out of range")
        self._place += 1
        return self._data[self._place - 1]

    def readline(self):
        self._check()
        end = self._data.find(b"\n", self._place)
        return self.read(None if end < 0 else end + 1 - self._place)

    def write(self, data):
        self._check(True)
        data = memoryview(data).cast("B")
        if self._place + len(data) > len(self._data):
            raise ValueError("data out of range")
        self._data[self._place:self._place + len(data)] = data
        self._place += len(data)
        return len(data)

    def write_byte(self, value):
        self._check(True)
        if self._place >= len(self._data):
            raise ValueError("write byte out of range")
        self[self._place] = value
        self._place += 1

    def tell(self):
        self._check()
        return self._place

    def seek(self, distance, whence=0):
        self._check()
        if whence not in (0, 1, 2):
            raise ValueError("unknown seek type")
        place = (0, self._place, len(self._data))[whence] + distance
        if not 0 <= place <= len(self._data):
            raise ValueError("seek out of range")
        self._place = place
        return place

    def seekable(self):
        return True

    def find(self, part, start=None, end=None):
        self._check()
        return self._data.find(part, self._place if start is None else start, len(self._data) if end is None else end)

    def rfind(self, part, start=None, end=None):
        self._check()
        return self._data.rfind(part, self._place if start is None else start, len(self._data) if end is None else end)

    def move(self, to, start, count):
        self._check(True)
        if to < 0 or start < 0 or count < 0 or len(self._data) - to < count or len(self._data) - start < count:
            raise ValueError("source, destination, or count out of range")
        self._data[to:to + count] = self._data[start:start + count]
