"""Built-in functions: results, exact messages, and what happens when user code misbehaves in the middle."""
import sys


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert type(error) is kind, type(error)
        assert text is None or str(error) == text, (str(error), text)
    else:
        raise AssertionError("did not raise " + kind.__name__)


def test_attributes():
    class A:
        x = 1

    a = A()
    assert getattr(a, 'x') == 1 and getattr(a, 'y', None) is None
    raises(AttributeError, "'A' object has no attribute 'y'", getattr, a, 'y')
    for function, args in ((getattr, (a, 2)), (hasattr, (a, 2)), (setattr, (a, 2, 3)), (delattr, (a, 2))):
        raises(TypeError, "attribute name must be string, not 'int'", function, *args)
    raises(TypeError, "getattr expected at least 2 arguments, got 1", getattr, a)
    raises(TypeError, "setattr expected 3 arguments, got 2", setattr, a, 'x')
    setattr(a, 'z', 3)
    assert vars(a) == {'z': 3}
    delattr(a, 'z')
    assert not hasattr(a, 'z')
    raises(TypeError, "vars() argument must have __dict__ attribute", vars, 1)

    class Bad:
        @property
        def p(self):
            raise KeyError('p')

    raises(KeyError, "'p'", hasattr, Bad(), 'p')


def test_dir():
    class A:
        def __dir__(self):
            return ['b', 'a']

    assert dir(A()) == ['a', 'b']
    local = 1
    assert dir() == ['A', 'local']
    raises(TypeError, "dir expected at most 1 argument, got 2", dir, 1, 2)


def test_characters():
    assert chr(97) == 'a' and chr(0x10FFFF) == '\U0010ffff' and ord('é') == 233 and ord(b'x') == 120
    for number in (-1, 0x110000, 2**100, -2**100):
        raises(ValueError, "chr() arg not in range(0x110000)", chr, number)
    raises(TypeError, "ord() expected string of length 1, but int found", ord, 1)
    raises(TypeError, "ord() expected a character, but string of length 2 found", ord, 'ab')
    assert (bin(-5), oct(8), hex(255), hex(-2**70)) == ('-0b101', '0o10', '0xff', '-0x400000000000000000')
    assert ascii('é\u1234') == "'\\xe9\\u1234'"
    raises(TypeError, "'str' object cannot be interpreted as an integer", bin, 'a')


def test_min_and_max():
    assert max(1, 5, 3) == 5 and min([4, 2, 8]) == 2 and max('a', 'bb', key=len) == 'bb' and min([], default=7) == 7
    assert max([1, 1.0, True]) is not True  # the first of equals
    raises(TypeError, "max expected at least 1 argument, got 0", max)
    raises(ValueError, "max() iterable argument is empty", max, [])
    raises(TypeError, "Cannot specify a default for max() with multiple positional arguments", max, 1, 2, default=3)
    raises(TypeError, "min() got an unexpected keyword argument 'foo'", min, 1, 2, foo=3)


def test_sum():
    assert sum([]) == 0 and sum([1, 2.5]) == 3.5 and sum([[1], [2]], []) == [1, 2] and sum([2**62, 2**62]) == 2**63
    assert sum([0.1] * 10) == 1.0 and sum([1e100, 1.0, -1e100]) == 1.0
    assert sum([1, 2j]) == 1 + 2j and sum([float('inf'), 1.0]) == float('inf')
    assert sum([True, False, True]) == 2 and type(sum([True])) is int
    raises(TypeError, "sum() can't sum strings [use ''.join(seq) instead]", sum, ['a'], '')
    raises(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]", sum, [b''], b'')
    raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'", sum, ['a'])


def test_iteration():
    counter = iter([3, 2, 1, 0, 5])
    assert list(iter(lambda: next(counter), 0)) == [3, 2, 1]
    assert next(iter(()), 'end') == 'end'
    raises(StopIteration, '', next, iter(()))
    raises(TypeError, "'int' object is not an iterator", next, 1)
    raises(TypeError, "iter(v, w): v must be callable", iter, 1, 2)
    raises(TypeError, "'int' object is not an async iterable", aiter, 1)
    raises(TypeError, "'int' object is not an async iterator", anext, 1)
    assert all([]) and not any([]) and any([0, 1]) and not all([1, 0])
    assert sorted([3, 1, 2], key=lambda n: -n) == [3, 2, 1] and sorted('ba', reverse=True) == ['b', 'a']
    raises(TypeError, "sorted expected 1 argument, got 2", sorted, [], 1)
    raises(TypeError, "sort() got an unexpected keyword argument 'foo'", sorted, [], foo=1)


def test_round_and_pow():
    class R:
        def __round__(self, digits=None):
            return digits

    assert round(R()) is None and round(R(), 3) == 3
    raises(TypeError, "type str doesn't define __round__ method", round, 'a')
    assert pow(2, 10) == 1024 and pow(2, -1) == 0.5 and pow(3, -1, 7) == 5 and pow(base=2, exp=3, mod=5) == 3
    assert divmod(-7, 2) == (-4, 1) and abs(-3) == 3


def test_print():
    class File:
        def __init__(self):
            self.text, self.flushed = [], 0

        def write(self, text):
            self.text.append(text)

        def flush(self):
            self.flushed += 1

    file = File()
    print(1, 'a', None, sep='-', end='!', file=file, flush=True)
    assert ''.join(file.text) == '1-a-None!' and file.flushed == 1
    raises(TypeError, "sep must be None or a string, not int", print, 1, sep=1)
    raises(TypeError, "end must be None or a string, not int", print, 1, end=1)
    raises(TypeError, "print() got an unexpected keyword argument 'foo'", print, foo=1)
    stdout = sys.stdout
    try:
        sys.stdout = file
        print('redirected')
        sys.stdout = None
        print('nowhere')
        del sys.stdout
        raises(RuntimeError, "lost sys.stdout", print, 1)
    finally:
        sys.stdout = stdout
    assert ''.join(file.text).endswith('redirected\n')


def test_input():
    class Stream:
        def __init__(self, lines=()):
            self.lines, self.text = list(lines), ''

        def readline(self):
            return self.lines.pop(0) if self.lines else ''

        def write(self, text):
            self.text += text

        def flush(self):
            pass

    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        sys.stdin, sys.stdout, sys.stderr = Stream(['hello\n', 'last']), Stream(), Stream()
        results = [input('name? '), input()]
        end = None
        try:
            input()
        except EOFError as error:
            end = str(error)
        prompt = sys.stdout.text
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    assert results == ['hello', 'last'] and end == 'EOF when reading a line' and prompt == 'name? '


def test_isinstance():
    assert isinstance(1, (str, (int,))) and issubclass(bool, int | str) and not isinstance('a', int)
    raises(TypeError, "isinstance() arg 2 must be a type, a tuple of types, or a union", isinstance, 1, 1)
    raises(TypeError, "issubclass() arg 1 must be a class", issubclass, 1, int)
    assert callable(len) and not callable(1)
    assert id(test_isinstance) == id(test_isinstance) and id([]) > 0


def test_format():
    assert format(3.14159, '.2f') == '3.14' and format('a') == 'a'
    raises(TypeError, "format() argument 2 must be str, not int", format, 1, 2)


for name, test in list(globals().items()):
    if name.startswith('test_'):
        test()
