"""compile, eval, exec, globals, locals, __build_class__, __import__."""
import sys


def raises(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as error:
        assert text is None or str(error) == text, (str(error), text)
    else:
        raise AssertionError("did not raise " + kind.__name__)


class Plain:
    pass


def test_compile_arguments():
    raises(ValueError, "compile() mode must be 'exec', 'eval' or 'single'", compile, '1', 'f', 'foo')
    raises(ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST", compile, '1', 'f', 'func_type')
    raises(TypeError, "compile() arg 1 must be a string, bytes or AST object", compile, Plain(), 'f', 'exec')
    raises(TypeError, "expected str, bytes or os.PathLike object, not int", compile, '1', 1, 'exec')
    raises(ValueError, "compile(): unrecognised flags", compile, '1', 'f', 'exec', flags=7)
    raises(ValueError, "compile(): invalid optimize value", compile, '1', 'f', 'exec', optimize=7)
    raises(SyntaxError, "source code string cannot contain null bytes", compile, 'a\0b', 'f', 'exec')
    raises(UnicodeEncodeError, None, compile, '\ud800', 'f', 'exec')
    code = compile('x + 1', b'name', 'eval')
    assert code.co_filename == 'name' and eval(code, {'x': 2}) == 3


def test_source_encodings():
    scope = {}
    exec(b"# coding: latin-1\nx = '\xe9'", scope)
    assert scope['x'] == 'é'
    exec(b"\xef\xbb\xbfx = '\xc3\xa8'", scope)
    assert scope['x'] == 'è'
    exec(memoryview(b'x = 5'), scope)
    assert scope['x'] == 5
    raises(SyntaxError, "unknown encoding: foo (<string>, line 0)", exec, b'# coding: foo\n1')
    raises(SyntaxError, None, exec, b'\xff')


def test_eval():
    assert eval(' \t1 + 1\n') == 2
    assert eval('x', {'x': 1}, {'x': 2}) == 2 and eval('x', locals={'x': 3}) == 3
    raises(TypeError, "eval() arg 1 must be a string, bytes or code object", eval, 1)
    raises(TypeError, "globals must be a dict", eval, '1', 1)
    raises(TypeError, "locals must be a mapping", eval, '1', {}, 1)
    inner = (lambda x: lambda: x)(1).__code__
    raises(TypeError, "code object passed to eval() may not contain free variables", eval, inner)


def test_exec():
    raises(TypeError, "exec() arg 1 must be a string, bytes or code object", exec, 1)
    raises(TypeError, "exec() globals must be a dict, not int", exec, '1', 1)
    raises(TypeError, "locals must be a mapping or None, not int", exec, '1', {}, 1)
    raises(TypeError, "closure can only be used when source is a code object", exec, '1', closure=())
    scope = {}
    exec('y = 2', scope)
    assert scope['y'] == 2 and '__builtins__' in scope

    def outer():
        x = 0

        def inner():
            nonlocal x
            x += 1
        return inner, lambda: x

    inner, read = outer()
    exec(inner.__code__, closure=inner.__closure__)
    assert read() == 1
    raises(TypeError, "code object requires a closure of exactly length 1", exec, inner.__code__)
    raises(TypeError, "code object requires a closure of exactly length 1", exec, inner.__code__, closure=(1, 2))
    raises(TypeError, "cannot use a closure with this code object", exec, compile('1', 'f', 'exec'), closure=())


class Recorder(dict):
    def __init__(self):
        self.log = []

    def __getitem__(self, key):
        self.log.append(key)
        return dict.__getitem__(self, key)


def test_mapping_locals():
    locals_ = Recorder()
    exec('a = 1\nb = a', {}, locals_)
    assert locals_ == {'a': 1, 'b': 1} and 'a' in locals_.log


def test_locals_are_snapshots():
    x = 1
    first = locals()
    first['x'] = 5
    y = 2
    second = locals()
    assert x == 1 and second['x'] == 1 and second['y'] == y and 'y' not in first and first is not second

    def captured():
        return x
    assert captured() == 1 and locals()['x'] == 1


def test_frame_locals_proxy():
    x = 1
    proxy = sys._getframe().f_locals
    assert type(proxy).__name__ == 'FrameLocalsProxy'
    proxy['x'] = 2
    assert x == 2
    proxy['extra'] = 3
    assert 'extra' in locals() and proxy.pop('extra') == 3 and proxy.get('extra', 4) == 4
    raises(ValueError, "cannot remove local variables from FrameLocalsProxy", proxy.pop, 'x')
    raises(ValueError, "cannot remove local variables from FrameLocalsProxy", proxy.__delitem__, 'x')
    raises(KeyError, None, lambda: proxy['nothing'])
    assert list(proxy) == ['x', 'proxy'] and len(proxy) == 2 and list(reversed(proxy)) == ['proxy', 'x']
    assert proxy.keys() == ['x', 'proxy'] and ('x', 2) in proxy.items() and 2 in proxy.values()
    proxy |= {'x': 7}
    assert x == 7 and (proxy | {'a': 1})['a'] == 1 and ({'a': 1} | proxy)['x'] == 7
    assert proxy == sys._getframe().f_locals and proxy != {} and proxy.setdefault('x', 1) == 7
    raises(TypeError, "unhashable type: 'FrameLocalsProxy'", hash, proxy)
    raises(TypeError, "update() argument must be dict or another FrameLocalsProxy", proxy.update, 3)


def test_frame_locals_after_the_end():
    def ended():
        value = 42

        def inner():
            return value
        return sys._getframe()

    assert ended().f_locals['value'] == 42


def test_build_class():
    build = __build_class__
    raises(TypeError, "__build_class__: not enough arguments", build)
    raises(TypeError, "__build_class__: func must be a function", build, 1, 2)
    raises(TypeError, "__build_class__: name is not a string", build, lambda: 1, 2)

    class Entries:
        def __mro_entries__(self, bases):
            return (int,)

    class C(Entries()):
        pass

    assert C.__mro__ == (C, int, object) and type(C.__orig_bases__[0]) is Entries

    class Meta(type):
        @classmethod
        def __prepare__(mcs, name, bases, **kw):
            return {'prepared': kw}

        def __new__(mcs, name, bases, space, **kw):
            return super().__new__(mcs, name, bases, space)

        def __init__(cls, name, bases, space, **kw):
            pass

    class D(metaclass=Meta, flag=1):
        def get(self):
            return __class__

    assert D.prepared == {'flag': 1} and D().get() is D

    class Meta2(type):
        pass

    def conflict():
        class E(D, metaclass=Meta2):
            pass

    raises(TypeError, "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
           "metaclasses of all its bases", conflict)

    def bad_prepare():
        class Meta3(type):
            @classmethod
            def __prepare__(mcs, name, bases):
                return None

        class F(metaclass=Meta3):
            pass

    raises(TypeError, "Meta3.__prepare__() must return a mapping, not NoneType", bad_prepare)


def test_import():
    assert __import__('sys') is sys
    raises(TypeError, "module name must be a string", __import__, 1)
    raises(ValueError, "Empty module name", __import__, '')
    raises(ValueError, "level must be >= 0", __import__, 'x', level=-1)
    raises(ModuleNotFoundError, "No module named 'no_such_module'", __import__, 'no_such_module')


for name, test in list(globals().items()):
    if name.startswith('test_'):
        test()
