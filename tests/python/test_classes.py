# Classes: making them, their order, attributes, descriptors, slots, operators.


def raises(kind, function, *args):
    try:
        function(*args)
    except kind as e:
        assert type(e) is kind, type(e)
        return str(e)
    raise AssertionError(f"no {kind.__name__}")


def test_metaclass_and_hooks():
    log = []

    class Meta(type):
        @classmethod
        def __prepare__(mcs, name, bases, **kwargs):
            log.append(("prepare", name, kwargs))
            return {"prepared": 1}

        def __new__(mcs, name, bases, ns, **kwargs):
            return super().__new__(mcs, name, bases, ns)

        def __init__(cls, name, bases, ns, **kwargs):
            log.append(("init", name))
            super().__init__(name, bases, ns)

        def __call__(cls, *args):
            log.append(("call", args))
            return super().__call__(*args)

    class A(metaclass=Meta, flag=2):
        def __init__(self, x):
            self.x = x

    assert A.prepared == 1 and type(A) is Meta
    assert A(5).x == 5
    assert log == [("prepare", "A", {"flag": 2}), ("init", "A"), ("call", (5,))]

    class B(A):
        pass

    assert type(B) is Meta


def test_set_name_and_init_subclass():
    names = []

    class D:
        def __set_name__(self, owner, name):
            names.append((owner.__name__, name))

    class Base:
        def __init_subclass__(cls, /, tag=None, **kwargs):
            super().__init_subclass__(**kwargs)
            cls.tag = tag

    class A(Base, tag="t"):
        d = D()

    assert names == [("A", "d")] and A.tag == "t"

    class Bad:
        def __set_name__(self, owner, name):
            1 / 0

    try:
        class B:
            b = Bad()
    except ZeroDivisionError as e:
        assert e.__notes__ == ["Error calling __set_name__ on 'Bad' instance 'b' in 'B'"]
    else:
        raise AssertionError


def test_mro_and_super():
    class A:
        def f(self):
            return "A"

    class B(A):
        def f(self):
            return "B" + super().f()

    class C(A):
        def f(self):
            return "C" + super().f()

    class D(B, C):
        def f(self):
            return "D" + super().f()

    assert D().f() == "DBCA"
    assert [c.__name__ for c in D.__mro__] == ["D", "B", "C", "A", "object"]
    assert super(C, D()).f() == "A"
    assert raises(TypeError, lambda: type("X", (A, D), {})).endswith("for bases A, D")

    class E(A):
        @classmethod
        def make(cls):
            return super().__new__(cls)

        @property
        def p(self):
            return super().f()

    assert type(E.make()) is E and E().p == "A"


def test_attributes_and_dict():
    class A:
        pass

    a = A()
    for i in range(300):
        setattr(a, f"n{i}", i)
    assert [getattr(a, f"n{i}") for i in range(300)] == list(range(300))
    assert list(a.__dict__) == [f"n{i}" for i in range(300)]
    b = A()
    b.x, b.y = 1, 2
    d = b.__dict__
    b.z = 3
    d["w"] = 4
    assert (b.w, d) == (4, {"x": 1, "y": 2, "z": 3, "w": 4})
    del b.x
    assert "x" not in d and raises(AttributeError, lambda: b.x) == "'A' object has no attribute 'x'"
    b.__dict__ = {"q": 1}
    assert b.q == 1 and not hasattr(b, "y")
    c = A()
    c.x = 1
    c.y = 2
    del c.y
    c.z = 3
    del c.x
    assert c.__dict__ == {"z": 3}


def test_data_descriptors_come_first():
    class Data:
        def __get__(self, obj, owner):
            return "data"

        def __set__(self, obj, value):
            obj.__dict__["d"] = value

    class NonData:
        def __get__(self, obj, owner=None):
            return "non-data"

    class A:
        d = Data()
        n = NonData()

    a = A()
    a.d = 1
    a.n = 2
    assert (a.d, a.n, A.d, A.n) == ("data", 2, "data", "non-data")
    assert a.__dict__ == {"d": 1, "n": 2}


def test_class_changes_are_seen():
    class A:
        pass

    class B(A):
        pass

    b = B()

    def get():
        return b.f

    for i in range(20):
        A.f = i
        assert get() == i
    b.f = "own"
    assert get() == "own"
    A.f = property(lambda self: "property")
    assert get() == "property"
    del A.f
    assert get() == "own"
    A.__len__ = lambda self: 7
    assert len(b) == 7
    del A.__len__
    assert raises(TypeError, len, b) == "object of type 'B' has no len()"
    A.__getattr__ = lambda self, name: name.upper()
    assert b.zip == "ZIP" and b.f == "own"
    del A.__getattr__
    assert not hasattr(b, "zip")


def test_slots():
    class A:
        __slots__ = ("a", "__private")

        def __init__(self):
            self.__private = 5

        def get(self):
            return self.__private

    a = A()
    a.a = 1
    assert a.get() == 5 and A._A__private.__get__(a) == 5
    assert raises(AttributeError, setattr, a, "b", 1).startswith("'A' object has no attribute 'b' and no __dict__")
    del a.a
    assert raises(AttributeError, lambda: a.a).endswith("A' object has no attribute 'a'")
    assert raises(AttributeError, delattr, a, "a") == "a"

    class B(A):
        __slots__ = ("b", "__dict__")

    b = B()
    b.b, b.a, b.c = 1, 2, 3
    assert (b.a, b.b, b.c, b.__dict__) == (2, 1, 3, {"c": 3})

    class S(str):
        __slots__ = ("extra",)

    s = S("text")
    s.extra = [1]
    assert s.extra == [1] and s == "text"

    class N(int):
        pass

    n = N(10**30)
    n.note = "big"
    assert n.note == "big" and n == 10**30

    class T(tuple):
        pass

    t = T((1, 2, 3))
    t.x = 1
    assert t == (1, 2, 3) and t.x == 1
    assert raises(TypeError, lambda: type("X", (int,), {"__slots__": ("a",)})) == \
        "nonempty __slots__ not supported for subtype of 'int'"


def test_class_assignment():
    class A:
        def f(self):
            return "A"

    class B:
        def f(self):
            return "B"

    a = A()
    a.x = 1
    a.__class__ = B
    assert (a.f(), a.x, type(a)) == ("B", 1, B)

    class S:
        __slots__ = ("a",)

    class R:
        __slots__ = ("a",)

    s = S()
    s.a = 3
    s.__class__ = R
    assert s.a == 3
    assert "object layout differs" in raises(TypeError, setattr, a, "__class__", S)
    assert "only supported for mutable types" in raises(TypeError, setattr, a, "__class__", int)


def test_bases_assignment():
    class A:
        x = "A"

    class B:
        x = "B"

    class C(A):
        pass

    class D(C):
        pass

    d = D()
    assert d.x == "A" and C in A.__subclasses__()
    C.__bases__ = (B,)
    assert d.x == "B" and C in B.__subclasses__() and C not in A.__subclasses__()
    assert [c.__name__ for c in D.__mro__] == ["D", "C", "B", "object"]
    assert raises(TypeError, setattr, B, "__bases__", (D,)) == "a __bases__ item causes an inheritance cycle"


def test_reflected_operators():
    log = []

    class A:
        def __add__(self, other):
            log.append("A.add")
            return NotImplemented

        def __radd__(self, other):
            log.append("A.radd")
            return "A.radd"

        def __eq__(self, other):
            log.append("A.eq")
            return NotImplemented

    class B(A):
        def __radd__(self, other):
            log.append("B.radd")
            return "B.radd"

    assert A() + B() == "B.radd" and log == ["B.radd"]
    log.clear()
    assert 1 + A() == "A.radd" and log == ["A.radd"]
    log.clear()
    assert raises(TypeError, lambda: A() + A()) == "unsupported operand type(s) for +: 'A' and 'A'"
    log.clear()
    assert (A() == A()) is False and log == ["A.eq", "A.eq"]

    class L(list):
        def __add__(self, other):
            return "mine"

    assert L() + [] == "mine" and [] + L() == []

    class I:
        def __iadd__(self, other):
            return ("iadd", other)

        def __imul__(self, other):
            return NotImplemented

        def __mul__(self, other):
            return ("mul", other)

    i = I()
    i += 1
    assert i == ("iadd", 1)
    i = I()
    i *= 2
    assert i == ("mul", 2)

    class P:
        def __pow__(self, other, mod=None):
            return (other, mod)

        def __rpow__(self, other, mod=None):
            return ("r", other, mod)

    assert P() ** 2 == (2, None) and pow(P(), 2, 3) == (2, 3) and 2 ** P() == ("r", 2, None)


def test_hash_and_eq():
    class A:
        def __eq__(self, other):
            return True

    assert A.__hash__ is None and raises(TypeError, hash, A()) == "unhashable type: 'A'"

    class B(A):
        __hash__ = object.__hash__

    assert isinstance(hash(B()), int)

    class C:
        def __hash__(self):
            return 2**100 + 1

    assert hash(C()) == hash(2**100 + 1)

    class D:
        def __hash__(self):
            return -1

    assert hash(D()) == -2


def test_special_lookup_skips_the_instance():
    class A:
        pass

    a = A()
    a.__len__ = lambda: 3
    a.__repr__ = lambda: "x"
    assert raises(TypeError, len, a) == "object of type 'A' has no len()" and repr(a) != "x"


def test_getattribute():
    class A:
        x = 1

        def __getattribute__(self, name):
            if name == "y":
                return 2
            return super().__getattribute__(name)

        def __getattr__(self, name):
            return "fallback " + name

    a = A()
    assert (a.x, a.y, a.z) == (1, 2, "fallback z")

    class B:
        def __setattr__(self, name, value):
            object.__setattr__(self, name, value * 2)

        def __delattr__(self, name):
            object.__setattr__(self, name, "deleted")

    b = B()
    b.x = 4
    assert b.x == 8
    del b.x
    assert b.x == "deleted"


def test_new_and_init():
    class A:
        def __new__(cls, *args):
            self = super().__new__(cls)
            self.args = args
            return self

    assert A(1, 2).args == (1, 2)

    class B:
        def __new__(cls):
            return 5

        def __init__(self):
            raise AssertionError

    assert B() == 5

    class C(int):
        def __new__(cls, value):
            return super().__new__(cls, value + 1)

    assert C(4) == 5 and type(C(4)) is C
    assert raises(TypeError, object.__new__, list) == "object.__new__(list) is not safe, use list.__new__()"
    assert raises(TypeError, lambda: type("D", (), {})(1)) == "D() takes no arguments"


def test_property_class_and_static_methods():
    class A:
        @property
        def x(self):
            "doc of x"
            return self._x

        @x.setter
        def x(self, value):
            self._x = value

        @x.deleter
        def x(self):
            del self._x

        @classmethod
        def c(cls, y):
            return cls, y

        @staticmethod
        def s(y):
            return y

    a = A()
    a.x = 3
    assert a.x == 3 and A.x.__doc__ == "doc of x" and A.x.__name__ == "x"
    del a.x
    assert raises(AttributeError, lambda: a.x) == "'A' object has no attribute '_x'"
    assert a.c(1) == (A, 1) and A.s(2) == 2 and a.s(3) == 3
    assert A.__dict__["c"].__func__.__name__ == "c"
    assert raises(AttributeError, lambda: property().__get__(1)) == "property of 'int' object has no getter"


def test_instance_checks():
    class M(type):
        def __instancecheck__(cls, instance):
            return instance == 5

        def __subclasscheck__(cls, subclass):
            return subclass is int

    class A(metaclass=M):
        pass

    assert isinstance(5, A) and not isinstance(6, A) and issubclass(int, A) and not issubclass(str, A)
    assert isinstance(5, (str, (bytes, int)))

    class Proxy:
        @property
        def __class__(self):
            return int

    assert isinstance(Proxy(), int) and isinstance(Proxy(), Proxy)


def test_names():
    class A:
        class B:
            def f(self):
                pass

    assert A.B.__qualname__ == "test_names.<locals>.A.B" and A.B.f.__qualname__.endswith("A.B.f")
    assert A.__module__ == __name__
    A.__name__ = "Renamed"
    assert A.__name__ == "Renamed" and A.__qualname__ == "test_names.<locals>.A"
    assert raises(TypeError, setattr, int, "x", 1) == "cannot set 'x' attribute of immutable type 'int'"
    assert repr(int) == "<class 'int'>" and repr(type(None)) == "<class 'NoneType'>"


def test_truth_and_length():
    class A:
        def __init__(self, n):
            self.n = n

        def __len__(self):
            return self.n

    assert A(1) and not A(0)
    assert raises(ValueError, len, A(-1)) == "__len__() should return >= 0"
    assert raises(OverflowError, len, A(2**70)) == "cannot fit 'int' into an index-sized integer"

    class B:
        def __bool__(self):
            return 1

    assert raises(TypeError, bool, B()) == "__bool__ should return bool, returned int"


def test_a_method_changes_its_class_while_it_runs():
    class A:
        def f(self):
            del A.f
            A.g = lambda self: "g"
            return self.g()

    a = A()
    assert a.f() == "g" and not hasattr(a, "f")

    class E:
        def __eq__(self, other):
            E.__eq__ = lambda self, other: True
            return NotImplemented

    assert E() == E()


def test_deep_classes():
    c = object
    for i in range(300):
        c = type("C", (c,), {"n": i})
    assert c().n == 299 and len(c.__mro__) == 301


def test_many_subclasses():
    class A:
        pass

    made = [type(f"S{i}", (A,), {}) for i in range(100)]
    assert A.__subclasses__() == made
    A.value = 3
    assert all(s().value == 3 for s in made)

