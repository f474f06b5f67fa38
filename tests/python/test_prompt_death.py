# What a program can no longer reach is gone after gc.collect(), wherever the machine may still remember it.
# gc stress: every 1000003 allocations (it counts what gc.collect() finds)
import gc
import weakref


class Thing:
    def __init__(self, value=None):
        self.value = value

    def method(self):
        return self

    @property
    def me(self):
        return self


def collect():
    gc.collect()
    gc.collect()


def test_deleted_local():
    x = Thing()
    r = weakref.ref(x)
    del x
    collect()
    assert r() is None


def test_deleted_after_use():
    x = Thing()
    r = weakref.ref(x)
    assert x.method() is x
    assert [x, x].count(x) == 2
    assert (lambda y: y)(x) is x
    assert x.me is x
    for _ in [x]:
        pass
    del x, _
    collect()
    assert r() is None


def test_argument_dropped_by_callee():
    def callee(x):
        r = weakref.ref(x)
        del x
        collect()
        return r() is None
    assert callee(Thing())
    assert [callee(Thing())] == [True]
    assert callee(x=Thing())


def test_method_argument():
    class C:
        def callee(self, x):
            r = weakref.ref(x)
            x = None
            collect()
            return r() is None
    assert C().callee(Thing())


def test_comprehension_variable():
    things = [Thing() for _ in range(3)]
    refs = [weakref.ref(t) for t in things]
    assert [t.value for t in things] == [None] * 3
    del things
    collect()
    assert [r() for r in refs] == [None] * 3


def test_suspended_generator():
    def generate():
        x = Thing()
        r = weakref.ref(x)
        str(x), [x], {x: x}
        del x
        yield r
    g = generate()
    r = next(g)
    collect()
    assert r() is None
    assert list(g) == []


def test_finished_generator():
    def generate():
        x = Thing()
        yield weakref.ref(x)
    g = generate()
    r = next(g)
    collect()
    assert r() is not None
    list(g)
    collect()
    assert r() is None


def test_exception_handled():
    def fail():
        x = Thing()
        refs.append(weakref.ref(x))
        raise ValueError
    refs = []
    try:
        fail()
    except ValueError:
        pass
    collect()
    assert refs[0]() is None
    try:
        fail()
    except ValueError as e:
        keep = e
    collect()
    assert refs[1]() is not None
    del keep
    collect()
    assert refs[1]() is None


def test_pop_and_result():
    items = [Thing()]
    r = weakref.ref(items[0])
    items.pop()
    collect()
    assert r() is None
    d = {1: Thing()}
    r = weakref.ref(d[1])
    d.clear()
    collect()
    assert r() is None


def test_callback_and_cycle():
    x, y = Thing(), Thing()
    x.value, y.value = y, x
    seen = []
    r = weakref.ref(x, seen.append)
    del x, y
    collect()
    assert r() is None and seen == [r]


def test_number_of_objects():
    collect()
    l = []
    l.append(l)
    del l
    assert gc.collect() == 1
    d = {}
    d[1] = d
    del d
    assert gc.collect() == 1
    l = []
    t = (l,)
    l.append(t)
    del l, t
    assert gc.collect() == 2
    x = Thing()
    x.value = x
    del x
    assert gc.collect() == 1
    d = {}
    exec("def f(): pass\n", d)
    collect()
    del d
    assert gc.collect() == 2


def test_no_cycle_is_not_counted():
    collect()
    x = [Thing(Thing()), (1, [2]), {3: Thing()}]
    g = (y for y in x)
    next(g)
    del x, g
    assert gc.collect() == 0


def test_class_in_cycle():
    class A:
        pass
    A.a = A
    collect()
    r = weakref.ref(A)
    del A
    assert gc.collect() != 0
    assert r() is None


def test_frame():
    import sys

    def f():
        frame = sys._getframe()
    collect()
    f()
    assert gc.collect() == 1


for name, function in sorted(globals().items()):
    if name.startswith("test_"):
        function()
