"""Streams: the library's names over what the module _io of this interpreter has."""

import abc
import _io
from _collections_abc import _check_methods
from _io import (DEFAULT_BUFFER_SIZE, BlockingIOError, UnsupportedOperation,
                 open, open_code, BytesIO, StringIO, BufferedReader, BufferedWriter,
                 BufferedRWPair, BufferedRandom, TextIOWrapper, IncrementalNewlineDecoder, text_encoding)

SEEK_SET, SEEK_CUR, SEEK_END = range(3)

__all__ = ["BlockingIOError", "open", "open_code", "IOBase", "RawIOBase", "BytesIO", "StringIO",
           "BufferedIOBase", "TextIOBase", "UnsupportedOperation", "SEEK_SET", "SEEK_CUR", "SEEK_END",
           "DEFAULT_BUFFER_SIZE", "BufferedReader", "BufferedWriter", "BufferedRWPair", "BufferedRandom",
           "TextIOWrapper", "IncrementalNewlineDecoder", "text_encoding", "Reader", "Writer"]

class IOBase(_io._IOBase, metaclass=abc.ABCMeta):
    __doc__ = _io._IOBase.__doc__


class RawIOBase(_io._RawIOBase, IOBase):
    __doc__ = _io._RawIOBase.__doc__


class BufferedIOBase(_io._BufferedIOBase, IOBase):
    __doc__ = _io._BufferedIOBase.__doc__


class TextIOBase(_io._TextIOBase, IOBase):
    __doc__ = _io._TextIOBase.__doc__


for _class in BytesIO, BufferedReader, BufferedWriter, BufferedRandom, BufferedRWPair:
    BufferedIOBase.register(_class)
for _class in StringIO, TextIOWrapper:
    TextIOBase.register(_class)
del _class

# Files are there where a file system was granted.
if hasattr(_io, "FileIO"):
    from _io import FileIO
    __all__.append("FileIO")
    RawIOBase.register(FileIO)


class Reader(metaclass=abc.ABCMeta):
    """Whatever has read()."""

    __slots__ = ()

    @abc.abstractmethod
    def read(self, size=..., /):
        """Up to that many items."""

    @classmethod
    def __subclasshook__(cls, C):
        return _check_methods(C, "read") if cls is Reader else NotImplemented

    __class_getitem__ = classmethod(type(list[int]))


class Writer(metaclass=abc.ABCMeta):
    """Whatever has write()."""

    __slots__ = ()

    @abc.abstractmethod
    def write(self, data, /):
        """Write the items; how many were written."""

    @classmethod
    def __subclasshook__(cls, C):
        return _check_methods(C, "write") if cls is Writer else NotImplemented

    __class_getitem__ = classmethod(type(list[int]))
