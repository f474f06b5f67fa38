"""C data types for the module ctypes: simple ones, arrays, structures, unions, pointers between them.

Everything lies in memory of Python's own (a bytearray for each outermost object): there are no addresses, no libraries and no functions
to call, so that nothing here reaches beyond the program. What would need them raises OSError or is absent (addressof, from_address).
"""

import struct as _struct
from types import GenericAlias as _GenericAlias

__version__ = "1.1.0"
RTLD_LOCAL, RTLD_GLOBAL = 0, 256
FUNCFLAG_CDECL, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO, FUNCFLAG_USE_LASTERROR = 1, 4, 8, 16
SIZEOF_TIME_T = 8
_memmove_addr, _memset_addr, _string_at_addr, _cast_addr, _memoryview_at_addr, _wstring_at_addr = range(1, 7)
_NO_LIBRARIES = "loading libraries and calling their functions is not part of this build"
_errno = 0


class ArgumentError(Exception):
    pass


class _Memory:
    """Bytes, and what the pointers among them point to: an offset's object."""

    def __init__(self, data):
        self.data, self.objects = data, {}


class _DataType(type):
    def __mul__(cls, length):
        if not isinstance(length, int):
            return NotImplemented
        if length < 0:
            raise ValueError(f"Array length must be >= 0, not {length}")
        known = cls.__dict__.get("_arrays_of_")
        if known is None:
            known = {}
            type.__setattr__(cls, "_arrays_of_", known)
        if length not in known:
            known[length] = _ArrayType(f"{cls.__name__}_Array_{length}", (Array,), {"_type_": cls, "_length_": length})
        return known[length]

    __rmul__ = __mul__

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        raise TypeError(f"expected {cls.__name__} instance instead of {type(value).__name__}")

    def from_buffer(cls, source, offset=0):
        view = memoryview(source).cast("B")
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        _check_room(cls, view, offset)
        return cls._at(_Memory(view[offset:]), 0)

    def from_buffer_copy(cls, source, offset=0):
        view = memoryview(source).cast("B")
        _check_room(cls, view, offset)
        return cls._at(_Memory(bytearray(view[offset:offset + sizeof(cls)])), 0)

    def _at(cls, memory, place):
        made = object.__new__(cls)
        made._memory, made._place = memory, place
        return made


def _check_room(cls, view, offset):
    if offset < 0:
        raise ValueError("offset cannot be negative")
    if len(view) < offset + sizeof(cls):
        raise ValueError(f"Buffer size too small ({len(view)} instead of at least {offset + sizeof(cls)} bytes)")


class _Data:
    def __new__(cls, *args, **named):
        made = object.__new__(cls)
        made._memory, made._place = _Memory(bytearray(sizeof(cls))), 0
        return made

    def __buffer__(self, flags):
        view = memoryview(self._memory.data)[self._place:self._place + sizeof(self)]
        return view

    def __ctypes_from_outparam__(self):
        return self


def _whole(value):
    if isinstance(value, float) or not hasattr(type(value), "__index__"):
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    return value.__index__()


class _SimpleType(_DataType):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)
        code = getattr(cls, "_type_", None)
        if code is None:
            if name != "_SimpleCData":
                raise AttributeError("class must define a '_type_' attribute")
            return
        if not isinstance(code, str) or len(code) != 1 or code not in "cbB?hHiIlLqQfdgzZPuO":
            raise AttributeError("class must define a '_type_' attribute which must be\na single character string containing one of 'cbBhHiIlLfdqQPzuZ?gO'")
        cls._size_ = {"g": 16, "u": 4}.get(code) or _struct.calcsize("P" if code in "zZPO" else code)
        cls._align_ = cls._size_
        if "_type_" in body:
            cls.__ctype_le__ = cls.__dict__.get("__ctype_le__", cls)
            if code in "hHiIlLqQfd" and not name.endswith("_be"):
                swapped = _SimpleType(name + "_be", (_SimpleCData,), {"_type_": code, "_order_": ">"})
                cls.__ctype_be__ = swapped
                swapped.__ctype_be__, swapped.__ctype_le__ = swapped, cls
            elif code in "bBc?":
                cls.__ctype_be__ = cls

    def from_param(cls, value):
        if isinstance(value, cls):
            return value
        try:
            return cls(value)
        except TypeError:
            raise TypeError("wrong type") from None


class _SimpleCData(_Data, metaclass=_SimpleType):
    _order_ = "@"

    def __init__(self, value=None):
        if value is not None:
            self.value = value

    @property
    def value(self):
        code, data, place = self._type_, self._memory.data, self._place
        if code in "zZPO":
            return self._memory.objects.get(place)
        if code == "u":
            return chr(int.from_bytes(data[place:place + 4], "little"))
        order = self._order_
        if order == "@":
            return _struct.unpack_from("d" if code == "g" else code, data, place)[0]
        return _struct.unpack_from(order + (code if code not in "lL" else {"l": "q", "L": "Q"}[code]), data, place)[0]

    @value.setter
    def value(self, value):
        code, data, place = self._type_, self._memory.data, self._place
        if code == "O":
            self._memory.objects[place] = value
        elif code in "zZP":
            kind = {"z": bytes, "Z": str, "P": int}[code]
            if value is not None and not isinstance(value, kind) or isinstance(value, bool):
                raise TypeError({"z": "bytes or integer address expected instead of {} instance", "Z": "unicode string or integer address expected instead of {} instance",
                                 "P": "cannot be converted to pointer"}[code].format(type(value).__name__))
            self._memory.objects[place] = value or (None if code == "P" else value)
        elif code == "u":
            if not isinstance(value, str):
                raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
            if len(value) != 1:
                raise TypeError("one character unicode string expected")
            data[place:place + 4] = ord(value).to_bytes(4, "little")
        elif code == "c":
            if isinstance(value, int) and 0 <= value < 256:
                value = bytes([value])
            if not isinstance(value, (bytes, bytearray)) or len(value) != 1:
                raise TypeError("one character bytes, bytearray, or an integer in range(256) expected")
            data[place:place + 1] = value
        elif code in "fdg?":
            if code != "?":
                if not hasattr(type(value), "__float__") and not hasattr(type(value), "__index__"):
                    raise TypeError(f"must be real number, not {type(value).__name__}")
                value = float(value)
            elif not isinstance(value, bool):
                value = bool(value)
            _struct.pack_into(("" if self._order_ == "@" else self._order_) + ("d" if code == "g" else code), data, place, value)
        else:
            bits = 8 * self._size_
            value = _whole(value) & (1 << bits) - 1
            data[place:place + self._size_] = value.to_bytes(self._size_, "big" if self._order_ == ">" else "little")

    def __bool__(self):
        return bool(self.value) if self._type_ != "c" else self.value != b"\0"

    def __repr__(self):
        if type(self).__bases__[0] is not _SimpleCData:
            return object.__repr__(self)
        return f"{type(self).__name__}({self.value!r})"


def _plain(kind):
    """A simple type itself is read as its Python value; a class of its own derived from it is not."""
    return isinstance(kind, _SimpleType) and kind.__bases__[0] is _SimpleCData


def _load(kind, memory, place):
    made = kind._at(memory, place)
    return made.value if _plain(kind) else made


def _store(kind, memory, place, value):
    made = kind._at(memory, place)
    if isinstance(kind, _SimpleType):
        made.value = value.value if isinstance(value, kind) else value
        return
    if isinstance(value, tuple) and not isinstance(kind, _PointerType):
        made.__init__(*value)
        return
    if isinstance(kind, _PointerType) and (value is None or isinstance(value, Array)):
        memory.objects[place] = None if value is None else value
        return
    if not isinstance(value, kind):
        raise TypeError(f"incompatible types, {type(value).__name__} instance instead of {kind.__name__} instance")
    size = sizeof(kind)
    memory.data[place:place + size] = bytes(value._memory.data[value._place:value._place + size])
    for offset in range(size):
        if value._place + offset in value._memory.objects:
            memory.objects[place + offset] = value._memory.objects[value._place + offset]


class _ArrayType(_DataType):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)
        if name == "Array":
            return
        if not hasattr(cls, "_length_"):
            raise AttributeError("class must define a '_length_' attribute")
        if not hasattr(cls, "_type_"):
            raise AttributeError("class must define a '_type_' attribute")
        cls._size_, cls._align_ = cls._length_ * sizeof(cls._type_), alignment(cls._type_)
        code = getattr(cls._type_, "_type_", None) if isinstance(cls._type_, _SimpleType) else None
        if code == "c":
            cls.value, cls.raw = property(_get_text, _set_text), property(_get_raw, _set_raw)
        elif code == "u":
            cls.value = property(_get_wide, _set_wide)


def _get_raw(self):
    return bytes(self._memory.data[self._place:self._place + self._size_])


def _set_raw(self, value):
    if len(value) > self._size_:
        raise ValueError("byte string too long")
    self._memory.data[self._place:self._place + len(value)] = value


def _get_text(self):
    return _get_raw(self).partition(b"\0")[0]


def _set_text(self, value):
    if not isinstance(value, bytes):
        raise TypeError(f"bytes expected instead of {type(value).__name__} instance")
    _set_raw(self, value + b"\0" if len(value) < self._size_ else value)


def _get_wide(self):
    return "".join(self).partition("\0")[0]


def _set_wide(self, value):
    if not isinstance(value, str):
        raise TypeError(f"unicode string expected instead of {type(value).__name__} instance")
    if len(value) > self._length_:
        raise ValueError("string too long")
    for at, character in enumerate(value + "\0" * (len(value) < self._length_)):
        self[at] = character


class Array(_Data, metaclass=_ArrayType):
    __class_getitem__ = classmethod(_GenericAlias)

    def __init__(self, *values):
        if len(values) > self._length_:
            raise IndexError("invalid index")
        for at, value in enumerate(values):
            self[at] = value

    def __len__(self):
        return self._length_

    def _offset(self, at):
        at = _whole(at)
        if at < 0:
            at += self._length_
        if not 0 <= at < self._length_:
            raise IndexError("invalid index")
        return self._place + at * sizeof(self._type_)

    def __getitem__(self, at):
        if isinstance(at, slice):
            found = [self[index] for index in range(*at.indices(self._length_))]
            code = getattr(self._type_, "_type_", None)
            return b"".join(found) if code == "c" else "".join(found) if code == "u" else found
        return _load(self._type_, self._memory, self._offset(at))

    def __setitem__(self, at, value):
        if isinstance(at, slice):
            places = range(*at.indices(self._length_))
            if len(places) != len(value):
                raise ValueError("Can only assign sequence of same size")
            for index, item in zip(places, value):
                self[index] = item
            return
        _store(self._type_, self._memory, self._offset(at), value)

    def __iter__(self):
        return (self[at] for at in range(self._length_))


class CField:
    def __init__(self, name, kind, offset):
        self.name, self.type, self.offset, self.size = name, kind, offset, sizeof(kind)
        self.byte_offset, self.byte_size, self.is_bitfield = offset, self.size, False

    def __get__(self, owner, kind=None):
        if owner is None:
            return self
        return _load(self.type, owner._memory, owner._place + self.offset)

    def __set__(self, owner, value):
        _store(self.type, owner._memory, owner._place + self.offset, value)

    def __repr__(self):
        return f"<ctypes.CField '{self.name}' type={self.type.__name__}, ofs={self.offset}, size={self.size}>"


class _RecordType(_DataType):
    def __init__(cls, name, bases, body):
        super().__init__(name, bases, body)
        if name in ("Structure", "Union") and len(bases) == 1 and bases[0] is _Record:
            return
        if "_fields_" in cls.__dict__:
            cls._fields_ = cls.__dict__["_fields_"]  # a derived metaclass may swap the bytes

    def __setattr__(cls, name, value):
        super().__setattr__(name, value)
        if name == "_fields_":
            cls._lay_out(value)

    def _lay_out(cls, fields):
        base = cls.__mro__[1]
        place, most, at_once = getattr(base, "_size_", 0), getattr(base, "_align_", 1), issubclass(cls, Union)
        names, pack = list(getattr(base, "_names_", ())), getattr(cls, "_pack_", None)
        for field in fields:
            if len(field) == 3:
                raise NotImplementedError("bit fields need a C compiler's rules: not in this build")
            name, kind = field
            if not isinstance(kind, _DataType):
                raise TypeError("second item in _fields_ tuple must be a C type")
            step = alignment(kind) if not pack else min(alignment(kind), pack)
            most = max(most, step)
            offset = 0 if at_once else -(-place // step) * step
            place = max(place, sizeof(kind)) if at_once else offset + sizeof(kind)
            type.__setattr__(cls, name, CField(name, kind, offset))
            names.append(name)
        for name in getattr(cls, "_anonymous_", ()):
            inner = cls.__dict__[name]
            for part in inner.type._names_:
                field = getattr(inner.type, part)
                type.__setattr__(cls, part, CField(part, field.type, inner.offset + field.offset))
        type.__setattr__(cls, "_names_", names)
        type.__setattr__(cls, "_align_", most)
        type.__setattr__(cls, "_size_", -(-place // most) * most)


class _Record(_Data):
    _size_, _align_, _names_ = 0, 1, ()

    def __init__(self, *values, **named):
        if len(values) > len(self._names_):
            raise TypeError("too many initializers")
        for name, value in zip(self._names_, values):
            if name in named:
                raise TypeError(f"duplicate values for field '{name}'")
            setattr(self, name, value)
        for name, value in named.items():
            setattr(self, name, value)


class Structure(_Record, metaclass=_RecordType):
    pass


class Union(_Record, metaclass=_RecordType):
    pass


class _PointerType(_DataType):
    _size_ = _align_ = _struct.calcsize("P")

    def set_type(cls, kind):
        cls._type_ = kind


class _Pointer(_Data, metaclass=_PointerType):
    def __init__(self, target=None):
        if not hasattr(self, "_type_"):
            raise TypeError("Cannot create instance: has no _type_")
        if target is not None:
            self.contents = target

    @property
    def contents(self):
        target = self._memory.objects.get(self._place)
        if target is None:
            raise ValueError("NULL pointer access")
        return target

    @contents.setter
    def contents(self, target):
        if not isinstance(target, self._type_):
            raise TypeError(f"expected {self._type_.__name__} instead of {type(target).__name__}")
        self._memory.objects[self._place] = target

    def __getitem__(self, at):
        target = self.contents
        if isinstance(target, Array):
            return target[at]
        return _load(self._type_, target._memory, target._place + at * sizeof(self._type_))

    def __setitem__(self, at, value):
        target = self.contents
        _store(self._type_, target._memory, target._place + at * sizeof(self._type_), value)

    def __bool__(self):
        return self._memory.objects.get(self._place) is not None


class _FunctionType(_DataType):
    _size_ = _align_ = _struct.calcsize("P")


class CFuncPtr(_Data, metaclass=_FunctionType):
    """A function that is there by name only: calling it raises."""

    _flags_ = FUNCFLAG_CDECL
    restype = argtypes = errcheck = None

    def __init__(self, target=None, *more):
        self._target = target
        if isinstance(target, tuple):
            raise AttributeError(f"function '{target[0]}' not found: {_NO_LIBRARIES}")

    def __bool__(self):
        return self._target is not None

    def __call__(self, *args):
        if callable(self._target):  # a Python function, wrapped for C
            return self._target(*args)
        raise OSError(_NO_LIBRARIES)


def sizeof(what):
    size = getattr(what, "_size_", None)
    if size is None:
        raise TypeError("this type has no size")
    return size


def alignment(what):
    align = getattr(what, "_align_", None)
    if align is None:
        raise TypeError("no alignment info")
    return align


def byref(what, offset=0):
    if not isinstance(what, _Data):
        raise TypeError(f"byref() argument must be a ctypes instance, not '{type(what).__name__}'")
    return what


def addressof(what):
    raise OSError("objects have no addresses in this build")


def resize(what, size):
    if size < sizeof(what):
        raise ValueError(f"minimum size is {sizeof(what)}")
    if not isinstance(what._memory.data, bytearray) or what._place:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    what._memory.data.extend(bytes(max(0, size - len(what._memory.data))))
    what._size_ = size


def get_errno():
    return _errno


def set_errno(value):
    global _errno
    before, _errno = _errno, value
    return before


def dlopen(name, flags=RTLD_LOCAL):
    if name is None:
        return 0  # this program: no name will be found in it
    raise OSError(f"{name}: {_NO_LIBRARIES}")


def dlsym(handle, name):
    raise OSError(f"{name}: {_NO_LIBRARIES}")


def dlclose(handle):
    pass
