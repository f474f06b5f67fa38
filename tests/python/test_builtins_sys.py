"""sys, struct sequences, warnings, gc, marshal, context variables, atexit."""
import _thread
import _warnings
import contextvars
import gc
import marshal
import sys


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert text is None or str(error) == text, (str(error), text)
    else:
        raise AssertionError(f"did not raise {kind}")


def test_version():
    info = sys.version_info
    assert info[:2] == (3, 14) and info.major == 3 and info >= (3, 14) and info.releaselevel == 'final'
    assert sys.hexversion >> 16 == 0x030E and repr(info).startswith('sys.version_info(major=3, minor=14, micro=')
    raises(TypeError, "cannot create 'sys.version_info' instances", type(info))
    raises(AttributeError, "readonly attribute", setattr, info, 'major', 4)
    assert type(info).__match_args__ == ('major', 'minor', 'micro', 'releaselevel', 'serial')
    assert (type(info).n_fields, type(info).n_sequence_fields, type(info).n_unnamed_fields) == (5, 5, 0)
    assert sys.flags.n_fields == 21 and len(sys.flags) == 18 and sys.flags.gil in (0, 1)


def test_struct_sequences():
    T = type(sys.int_info)
    value = T((1, 2, 3, 4))
    assert value.bits_per_digit == 1 and value == (1, 2, 3, 4) and value.__replace__(sizeof_digit=9)[1] == 9
    assert value.__reduce__() == (T, ((1, 2, 3, 4), {}))
    raises(TypeError, "sys.int_info() takes a 4-sequence (1-sequence given)", T, [1])
    raises(TypeError, "constructor requires a sequence", T, 1)
    raises(TypeError, "Got unexpected field name(s): ['a']", value.__replace__, a=4)
    match value:
        case T(bits_per_digit=b):
            assert b == 1


def test_limits():
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(500)
        assert sys.getrecursionlimit() == 500
    finally:
        sys.setrecursionlimit(limit)
    raises(ValueError, "recursion limit must be greater or equal than 1", sys.setrecursionlimit, 0)
    raises(ValueError, "maxdigits must be >= 640 or 0 for unlimited", sys.set_int_max_str_digits, 1)
    raises(ValueError, "switch interval must be strictly positive", sys.setswitchinterval, 0)


def test_exceptions_in_flight():
    assert sys.exception() is None and sys.exc_info() == (None, None, None)
    try:
        1 / 0
    except ZeroDivisionError as error:
        assert sys.exception() is error and sys.exc_info()[0] is ZeroDivisionError and sys.exc_info()[2] is not None
    assert sys.exception() is None
    raises(SystemExit, 'code', sys.exit, 'code')
    raises(ValueError, "call stack is not deep enough", sys._getframe, 10000)
    assert sys._getframemodulename() == __name__ and sys._getframe().f_code.co_name == 'test_exceptions_in_flight'


def test_hooks():
    raises(TypeError, "callable firstiter expected, got int", sys.set_asyncgen_hooks, 1)
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=print)
    assert sys.get_asyncgen_hooks().firstiter is print
    sys.set_asyncgen_hooks(*hooks)
    raises(ValueError, "depth must be >= 0", sys.set_coroutine_origin_tracking_depth, -1)
    assert sys.intern('a' * 3) is sys.intern('aaa')
    raises(TypeError, "intern() argument must be str, not int", sys.intern, 1)

    written = []

    class File:
        write = staticmethod(written.append)
        encoding = 'utf-8'

        def flush(self):
            pass

    import builtins
    stdout = sys.stdout
    try:
        sys.stdout = File()
        sys.displayhook('é')
        sys.displayhook(None)
    finally:
        sys.stdout = stdout
    assert ''.join(written) == "'é'\n" and builtins._ == 'é'
    del builtins._

    class Broken:
        def __del__(self):
            raise ValueError('in __del__')

    seen = []
    hook = sys.unraisablehook
    try:
        sys.unraisablehook = lambda args: seen.append((args.exc_type, str(args.exc_value)))
        broken = Broken()
        del broken
        for _ in range(3):
            gc.collect()
    finally:
        sys.unraisablehook = hook
    assert seen in ([(ValueError, 'in __del__')], [])  # a conservative collector may keep it a little longer


def test_warnings():
    shown = []

    class File:
        write = staticmethod(shown.append)

        def flush(self):
            pass

    stderr = sys.stderr
    registry = {}
    try:
        sys.stderr = File()
        for _ in range(2):
            _warnings.warn_explicit('text', UserWarning, 'file.py', 3, 'module', registry)
    finally:
        sys.stderr = stderr
    assert ''.join(shown).count('UserWarning: text') == 1 and ('text', UserWarning, 3) in registry
    raises(TypeError, "category must be a Warning subclass, not 'int'", _warnings.warn, 'a', 2)
    raises(TypeError, "Found non-str 'int' in skip_file_prefixes.", _warnings.warn, 'a', skip_file_prefixes=(1,))

    import warnings
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter('always')
        warnings.warn('recorded', DeprecationWarning)
    assert len(log) == 1 and log[0].category is DeprecationWarning and str(log[0].message) == 'recorded'
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        raises(UserWarning, 'as error', warnings.warn, 'as error')


def test_marshal():
    for value in (0, -1, 2**31, -2**70, 10**40, 1.5, 1j, b'x', 'abc', 'é', 'x' * 300, (), (1, [2]), {1: {2}}, None, ...,
                  frozenset({1}), slice(1, 2), StopIteration):
        for version in range(6):
            if type(value) is slice and version < 5:
                raises(ValueError, "unmarshallable object", marshal.dumps, value, version)
                continue
            copy = marshal.loads(marshal.dumps(value, version))
            assert copy == value and type(copy) is type(value), (value, version)
    loop = [1]
    loop.append(loop)
    copy = marshal.loads(marshal.dumps(loop))
    assert copy[1] is copy
    code = marshal.loads(marshal.dumps(compile('20 + 22', 'f', 'eval')))
    assert eval(code) == 42 and code.co_filename == 'f'
    raises(ValueError, "marshalling code objects is disallowed", marshal.dumps, code, allow_code=False)
    for data, kind, text in ((b'', EOFError, "EOF read where object expected"), (b'(', EOFError, "marshal data too short"),
                             (b'?', ValueError, "bad marshal data (unknown type code)"),
                             (b'r\0\0\0\0', ValueError, "bad marshal data (invalid reference)"),
                             (b'0', TypeError, "NULL object in marshal data for object")):
        raises(kind, text, marshal.loads, data)
    # ValueError by marshal's own limit; a sanitizer build's larger native frames may meet the stack's limit first.
    raises((ValueError, RecursionError), None, marshal.loads, b')\x01' * 2**20)


def test_context_variables():
    var = contextvars.ContextVar('var', default=0)
    assert var.get() == 0 and var.get(5) == 5
    token = var.set(1)
    assert var.get() == 1 and token.old_value is contextvars.Token.MISSING and token.var is var
    copy = contextvars.copy_context()
    assert copy.run(lambda: (var.set(2), var.get())[1]) == 2 and var.get() == 1 and copy[var] == 2
    var.reset(token)
    assert var.get() == 0
    raises(RuntimeError, None, var.reset, token)
    with var.set(9):
        assert var.get() == 9
    assert var.get() == 0
    raises(TypeError, "a ContextVar key was expected, got 1", copy.get, 1)
    raises(RuntimeError, None, lambda: copy.run(lambda: copy.run(int)))
    raises(TypeError, "context variable name must be a str", contextvars.ContextVar, 1)


def test_locks():
    lock = _thread.allocate_lock()
    assert lock.acquire() and not lock.acquire(False) and lock.locked()
    lock.release()
    raises(RuntimeError, "release unlocked lock", lock.release)
    raises(ValueError, "can't specify a timeout for a non-blocking call", lock.acquire, False, 1)
    with lock:
        assert not lock.acquire(timeout=0.001)
    reentrant = _thread.RLock()
    with reentrant, reentrant:
        assert reentrant._is_owned() and reentrant._recursion_count() == 2
    raises(RuntimeError, "cannot release un-acquired lock", reentrant.release)

    class Local(_thread._local):
        def __init__(self, n):
            self.n = n

    assert Local(3).n == 3


def test_gc():
    assert gc.isenabled()
    gc.disable()
    assert not gc.isenabled()
    gc.enable()
    assert gc.collect() >= 0 and gc.is_tracked([]) and not gc.is_tracked(1)
    raises(ValueError, "invalid generation", gc.collect, 7)

    class Node:
        pass

    node = Node()
    assert any(o is node for o in gc.get_objects()) and 1.5 in gc.get_referents([1.5])


for name, test in list(globals().items()):
    if name.startswith('test_'):
        test()
