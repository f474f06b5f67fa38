"""array.array: kinds, messages, buffers, pickles, and Python that changes an array while a native works on it."""
import array
import copy

A = array.array


def raises(kind, message, call, *arguments):
    try:
        call(*arguments)
    except kind as error:
        assert message is None or str(error) == message, str(error)
    else:
        raise AssertionError(f"{kind} expected")


def test_kinds():
    for code, low, high in [("b", -128, 127), ("B", 0, 255), ("h", -2**15, 2**15 - 1), ("H", 0, 2**16 - 1),
                            ("i", -2**31, 2**31 - 1), ("I", 0, 2**32 - 1), ("q", -2**63, 2**63 - 1), ("Q", 0, 2**64 - 1)]:
        a = A(code, [low, high])
        assert a.tolist() == [low, high] and list(a) == [low, high]
        raises(OverflowError, None, a.append, high + 1)
        raises(OverflowError, None, a.append, low - 1)
        assert A(code, a.tobytes()) == a and memoryview(a).tolist() == [low, high]
    assert A("w", "a€\U0001F600").tounicode() == "a€\U0001F600"
    raises(ValueError, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)", A, "x")
    raises(TypeError, "cannot use a str to initialize an array with typecode 'i'", A, "i", "abc")
    assert repr(A("d", [1.5, 2])) == "array('d', [1.5, 2.0])"


def test_slices():
    for start in (None, 0, 1, -2, 7):
        for stop in (None, 0, 3, -1, 9):
            for step in (None, 1, 2, -1, -3):
                index = slice(start, stop, step)
                plain = list(range(6))
                a = A("h", plain)
                assert a[index].tolist() == plain[index]
                del a[index]
                del plain[index]
                assert a.tolist() == plain, (index, a, plain)
    a = A("i", range(5))
    a[1:3] = A("i", [7, 8, 9])
    assert a.tolist() == [0, 7, 8, 9, 3, 4]
    a[:] = a
    a[2:2] = a
    assert len(a) == 12


def test_exports():
    a = A("i", [1, 2])
    with memoryview(a) as view:
        view[0] = 5
        for change in (lambda: a.append(1), a.pop, a.clear, lambda: a.extend([1]), lambda: a.__imul__(2)):
            raises(BufferError, "cannot resize an array that is exporting buffers", change)
        a[1] = 9
    assert a.tolist() == [5, 9]
    a.append(1)


def test_reentrant():
    a = A("i", range(100))

    class Clears:
        def __index__(self):
            del a[:]
            return 1

        __eq__ = lambda self, other: bool(a.clear())
        __hash__ = None

    raises(IndexError, None, a.__setitem__, 99, Clears())
    for action in (lambda: a.index(Clears()), lambda: a.count(Clears()), lambda: a.remove(Clears()),
                   lambda: a[Clears():50], lambda: a.insert(50, Clears()), lambda: a.fromlist([1, Clears(), 2]),
                   lambda: a.__setitem__(slice(10, Clears()), A("i", [4] * 30)), lambda: a[Clears()],
                   lambda: a.__delitem__(Clears())):
        del a[:]
        a.extend(range(100))
        try:
            action()
        except (ValueError, IndexError, RuntimeError):
            pass


def test_pickles():
    a = A("H", [1, 2])
    reconstruct = array._array_reconstructor
    assert a.__reduce_ex__(3) == (reconstruct, (A, "H", 2, b"\1\0\2\0"), None)
    assert a.__reduce_ex__(2) == (A, ("H", [1, 2]), None)
    assert reconstruct(A, "i", 9, b"\0\0\0\7") == A("i", [7])
    assert reconstruct(A, "l", 6, b"\xff" * 4) == A("I", [2**32 - 1])
    raises(ValueError, "third argument must be a valid machine format code.", reconstruct, A, "i", 22, b"")
    assert copy.copy(a) == a and copy.deepcopy(a) is not a
    iterator = iter(a)
    next(iterator)
    assert list(copy.copy(iterator)) == [2]
    assert iterator.__reduce__()[2] == 1


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
