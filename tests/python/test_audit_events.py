# Audit hooks hear what the table of audit events in the library's reference promises.
import sys

seen = []
closed = False


def hook(event, args):
    if not closed:
        seen.append((event, args))
        if event == "test.refused":
            raise RuntimeError("no")


def heard(name, function, *arguments, **keywords):
    del seen[:]
    try:
        function(*arguments, **keywords)
    except (OSError, ValueError, AttributeError):
        pass
    return [args for event, args in seen if event == name]


sys.addaudithook(hook)
sys.audit("test.plain", 1, "two")
assert seen == [("test.plain", (1, "two"))]
try:
    sys.audit("test.refused")
    raise AssertionError("not refused")
except RuntimeError as error:
    assert str(error) == "no"

assert heard("compile", compile, "1", "name", "eval") == [(b"1", "name")]
assert heard("compile", eval, "1 + 1") == [(b"1 + 1", "<string>")]
code = compile("x = 1", "name", "exec")
assert heard("exec", exec, code, {}) == [(code,)]
assert len(heard("exec", exec, "x = 1", {})) == 1
object_ = object()
assert heard("builtins.id", id, object_) == [(id(object_),)]


def function(a=1):
    pass


assert heard("object.__getattr__", getattr, function, "__code__") == [(function, "__code__")]
assert heard("object.__getattr__", getattr, function, "__defaults__") == [(function, "__defaults__")]
assert heard("object.__setattr__", setattr, function, "__defaults__", (2,)) == [(function, "__defaults__", (2,))]
assert heard("object.__delattr__", delattr, function, "__defaults__") == [(function, "__defaults__")]
assert heard("object.__setattr__", setattr, function, "other", 1) == []


class A:
    pass


class B:
    pass


instance = A()
assert heard("object.__setattr__", setattr, A, "__name__", "New") == [(A, "__name__", "New")]
assert heard("object.__setattr__", setattr, instance, "__class__", B) == [(instance, "__class__", B)]
assert heard("object.__setattr__", setattr, A, "attribute", 1) == []

import marshal, pickle, gc, time
assert heard("marshal.dumps", marshal.dumps, 1) == [(1, marshal.version)]
assert heard("marshal.loads", marshal.loads, marshal.dumps(1)) == [(marshal.dumps(1),)]
assert heard("pickle.find_class", pickle.loads, pickle.dumps(len)) == [("builtins", "len")]
assert heard("gc.get_referents", gc.get_referents, 1) == [((1,),)]
assert heard("gc.get_objects", gc.get_objects) == [(-1,)]
assert heard("time.sleep", time.sleep, 0) == [(0,)] and heard("time.sleep", time.sleep, -1) == [(-1,)]
assert len(heard("sys._getframe", sys._getframe)) == 1
assert heard("sys.settrace", sys.settrace, None) == [()] and heard("sys.setprofile", sys.setprofile, None) == [()]
sys.modules.pop("colorsys", None)
assert heard("import", __import__, "colorsys")[0][0] == "colorsys"
assert heard("import", __import__, "colorsys") == []

import os
if hasattr(os, "mkdir"):
    assert heard("os.mkdir", os.mkdir, "/no/such/place/new") == [("/no/such/place/new", 511, -1)]
    assert heard("os.remove", os.unlink, "/no/such/place/file") == [("/no/such/place/file", -1)]
    assert heard("os.rename", os.rename, "/no/such/a", "/no/such/b") == [("/no/such/a", "/no/such/b", -1, -1)]
    assert heard("os.listdir", os.listdir, "/no/such") == [("/no/such",)]
    assert heard("os.scandir", os.scandir, "/no/such") == [("/no/such",)]
    assert heard("os.chdir", os.chdir, "/no/such") == [("/no/such",)]
    assert heard("os.chmod", os.chmod, "/no/such", 0o600) == [("/no/such", 0o600, -1)]
    assert heard("open", open, "/no/such/file") == [("/no/such/file", "r", os.O_RDONLY | os.O_CLOEXEC)]
    assert heard("open", os.open, "/no/such/file", os.O_RDONLY)[0][:2] == ("/no/such/file", None)
closed = True
print("ok")
