# The built-in exceptions: fields, texts, constructors.


def message(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
    return None


def test_base_exception():
    e = ValueError(1, 2)
    assert e.args == (1, 2) and str(e) == "(1, 2)" and repr(e) == "ValueError(1, 2)"
    assert str(ValueError()) == "" and str(ValueError("a")) == "a"
    assert message(lambda: ValueError(a=1)) == "TypeError: ValueError() takes no keyword arguments"
    e.args = [3]
    assert e.args == (3,)
    assert message(lambda: delattr(e, "args")) == "TypeError: args may not be deleted"
    e.add_note("one")
    assert e.__notes__ == ["one"]
    assert message(lambda: e.add_note(5)) == "TypeError: add_note() argument must be str, not int"
    assert e.__reduce__() == (ValueError, (3,), {"__notes__": ["one"]})
    assert e.with_traceback(None) is e
    e.__setstate__({"x": 5})
    assert e.x == 5
    cause = KeyError()
    assert not e.__suppress_context__
    e.__cause__ = cause
    assert e.__cause__ is cause and e.__suppress_context__
    assert message(lambda: setattr(e, "__cause__", 1)) == "TypeError: exception cause must be None or derive from BaseException"
    assert message(lambda: setattr(e, "__context__", 1)) == "TypeError: exception context must be None or derive from BaseException"


def test_context_and_cause():
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise ValueError("b")
    except ValueError as e:
        assert isinstance(e.__context__, KeyError) and e.__cause__ is None
    try:
        raise ValueError from TypeError
    except ValueError as e:
        assert isinstance(e.__cause__, TypeError) and e.__suppress_context__


def test_fields():
    assert StopIteration(3).value == 3 and StopIteration().value is None
    assert SystemExit().code is None and SystemExit(1).code == 1 and SystemExit(1, 2).code == (1, 2)
    assert str(KeyError("")) == "''" and str(KeyError("a", 1)) == "('a', 1)"
    e = ImportError("m", name="n", path="p")
    assert (e.msg, e.name, e.path, e.name_from) == ("m", "n", "p", None)
    assert message(lambda: ImportError("a", x=1)) == "TypeError: ImportError() got an unexpected keyword argument 'x'"
    assert e.__reduce__() == (ImportError, ("m",), {"name": "n", "path": "p"})
    assert NameError("a", name="b").name == "b"
    e = AttributeError("a", name="b", obj=5)
    assert e.name == "b" and e.obj == 5 and e.__getstate__() == {"name": "b", "args": ("a",)}


def test_os_error():
    e = OSError(2, "no", "f")
    assert type(e) is FileNotFoundError and e.args == (2, "no") and e.filename == "f"
    assert str(e) == "[Errno 2] no: 'f'" and e.__reduce__() == (FileNotFoundError, (2, "no", "f"))
    assert str(OSError(2, "no", "f", None, "g")) == "[Errno 2] no: 'f' -> 'g'"
    assert type(OSError(2)) is OSError and OSError(1, 2, 3, 4, 5, 6).args == (1, 2, 3, 4, 5, 6)
    assert BlockingIOError(11, "a", 5).characters_written == 5
    assert message(lambda: e.characters_written) == "AttributeError: characters_written"

    class Own(OSError):
        def __init__(self, a):
            self.a = a

    assert Own(2).args == () and Own(2).errno is None


def test_syntax_error():
    e = SyntaxError("m", ("/d/f", 2, 3, "text", 5, 6))
    assert (e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset) == ("m", "/d/f", 2, 3, "text", 5, 6)
    assert str(e) == "m (f, line 2)" and str(SyntaxError()) == "None"
    assert message(lambda: SyntaxError("a", ())) == "TypeError: function takes at least 4 arguments (0 given)"


def test_unicode_errors():
    e = UnicodeDecodeError("ascii", bytearray(b"abc"), 1, 2, "bad")
    assert e.object == b"abc" and (e.start, e.end, e.reason) == (1, 2, "bad")
    assert str(e) == "'ascii' codec can't decode byte 0x62 in position 1: bad"
    e.end = 3
    assert str(e) == "'ascii' codec can't decode bytes in position 1-2: bad"
    assert str(UnicodeEncodeError("a", "\u20ac", 0, 1, "r")) == "'a' codec can't encode character '\\u20ac' in position 0: r"
    assert str(UnicodeTranslateError("ab", 0, 5, "r")) == "can't translate characters in position 0-4: r"
    assert message(lambda: UnicodeEncodeError("a")) == "TypeError: function takes exactly 5 arguments (1 given)"
    del e.object
    assert str(e) == ""


def test_groups():
    g = ExceptionGroup("m", [ValueError(1), ExceptionGroup("n", [TypeError(2), ValueError(3)])])
    assert str(g) == "m (2 sub-exceptions)" and isinstance(g, Exception)
    assert type(BaseExceptionGroup("m", [ValueError()])) is ExceptionGroup
    assert type(BaseExceptionGroup("m", [KeyboardInterrupt()])) is BaseExceptionGroup
    match, rest = g.split(ValueError)
    assert repr(match) == "ExceptionGroup('m', [ValueError(1), ExceptionGroup('n', [ValueError(3)])])"
    assert repr(rest) == "ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])])"
    assert g.subgroup(KeyError) is None and g.subgroup(Exception) is g
    assert repr(g.subgroup(lambda e: isinstance(e, TypeError))) == repr(rest)
    assert message(lambda: ExceptionGroup("m", [KeyboardInterrupt()])) == "TypeError: Cannot nest BaseExceptions in an ExceptionGroup"
    assert message(lambda: ExceptionGroup("m", [])) == "ValueError: second argument (exceptions) must be a non-empty sequence"
    assert message(lambda: ExceptionGroup("m", [1])) == "ValueError: Item 0 of second argument (exceptions) is not an exception"
    seen = []
    try:
        raise g
    except* ValueError as part:
        seen.append(len(part.exceptions))
    except* TypeError as part:
        seen.append(repr(part))
    assert seen == [2, "ExceptionGroup('m', [ExceptionGroup('n', [TypeError(2)])])"]


for name, function in list(globals().items()):
    if name.startswith("test_"):
        function()
