# pdb stops at the statement that called set_trace(), breaks by a function's name; modulefinder finds imports in code.
# gc stress: every 97 allocations (it makes too many objects for a collection at each)
import io
import os
import pdb
import sys
import weakref


def target(x):
    """A function to break in."""
    y = x + 1
    return y


def debugged(debugger):
    debugger.set_trace()
    return target(1)


def test_set_trace_stops_where_it_is_called():
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("p 40 + 2\nnext\ncontinue\n"), stdout=out, nosigint=True, readrc=False)
    debugger.use_rawinput = False
    assert debugged(debugger) == 2
    lines = out.getvalue().split("\n")
    line = debugged.__code__.co_firstlineno
    assert f"({line + 1})debugged()" in lines[0], lines
    assert "(Pdb) 42" in out.getvalue()
    assert any(f"({line + 2})debugged()" in text for text in lines), lines


def test_first_line_of_a_function():
    assert pdb.find_first_executable_line(target.__code__) == target.__code__.co_firstlineno + 2


def test_opcode_event_of_the_statement_that_began():
    seen = []

    def trace(frame, event, argument):
        seen.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        if event == "opcode":
            frame.f_trace_opcodes = False
        return trace

    def begin():
        frame = sys._getframe(1)
        frame.f_trace, frame.f_trace_opcodes = trace, True
        sys.settrace(trace)

    def traced():
        begin()
        x = 1
        sys.settrace(None)
        return x

    traced()
    assert seen == [("opcode", 1), ("line", 2), ("line", 3)], seen


def test_modulefinder():
    if not hasattr(os, "mkdir"):
        return
    import modulefinder
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("hog_a", "import hog_b\nfrom hog_c import thing as x\nglobal_name = 1\n"), ("hog_b", ""), ("hog_c", "thing = 1")):
            with open(os.path.join(folder, name + ".py"), "w") as out:
                out.write(text)
        finder = modulefinder.ModuleFinder([folder])
        finder.import_hook("hog_a")
        assert set(finder.modules) == {"hog_a", "hog_b", "hog_c"}, finder.modules
        assert set(finder.modules["hog_a"].globalnames) == {"hog_b", "x", "global_name"}


def test_texts_of_a_subclass_may_be_weakly_referenced():
    class Text(str):
        pass

    class Bytes(bytes):
        pass

    text = Text("a")
    assert weakref.ref(text)() is text and "__weakref__" in Text.__dict__
    for thing in "a", Bytes(b"a"):
        try:
            weakref.ref(thing)
        except TypeError as error:
            assert "cannot create weak reference to" in str(error)
        else:
            raise AssertionError(thing)


for name in [name for name in globals() if name.startswith("test_")]:
    globals()[name]()
