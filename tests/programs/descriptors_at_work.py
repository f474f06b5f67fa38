"""Descriptors and attribute protocols: validated, lazy, observed, proxied and delegated attributes, slots, class hooks."""

import functools
import types
import weakref


class Validated:
    def __init_subclass__(cls, /, message="bad value", **kwargs):
        super().__init_subclass__(**kwargs)
        cls.message = message

    def __set_name__(self, owner, name):
        self.public, self.private = name, "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.private)

    def __set__(self, instance, value):
        if not self.accepts(value):
            raise ValueError(f"{type(instance).__name__}.{self.public}: {self.message}: {value!r}")
        setattr(instance, self.private, value)

    def accepts(self, value):
        return True


class Between(Validated, message="out of range"):
    def __init__(self, low, high):
        self.low, self.high = low, high

    def accepts(self, value):
        return isinstance(value, (int, float)) and self.low <= value <= self.high


class OneOf(Validated, message="not among the choices"):
    def __init__(self, *choices):
        self.choices = choices

    def accepts(self, value):
        return value in self.choices


class Lazy:
    """A non-data descriptor: the value it stores in the instance hides it from then on."""

    def __init__(self, function):
        self.function = function
        functools.update_wrapper(self, function)

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Observed:
    def __init__(self, default=None):
        self.default, self.values, self.listeners = default, weakref.WeakKeyDictionary(), []

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return self.values.get(instance, self.default) if instance is not None else self

    def __set__(self, instance, value):
        old, self.values[instance] = self.__get__(instance, type(instance)), value
        for listener in self.listeners:
            listener(instance, self.name, old, value)

    def __delete__(self, instance):
        self.values.pop(instance, None)


class ClassProperty:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return self.function(owner)


class Method:
    """What a function does when it is looked up, spelled out."""

    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self.function, instance)


class Alias:
    def __init__(self, target):
        self.target = target

    def __get__(self, instance, owner):
        return functools.reduce(getattr, self.target.split("."), instance if instance is not None else owner)

    def __set__(self, instance, value):
        *path, last = self.target.split(".")
        setattr(functools.reduce(getattr, path, instance), last, value)


class Engine:
    power = Between(1, 500)
    fuel = OneOf("petrol", "diesel", "none")

    def __init__(self, power, fuel="petrol"):
        self.power, self.fuel = power, fuel


class Car:
    instances = 0
    colour = Observed("white")
    power = Alias("engine.power")

    def __init__(self, name, power):
        self.name, self.engine = name, Engine(power)
        Car.instances += 1

    @Lazy
    def description(self):
        """Made on first use."""
        print("describing", self.name)
        return f"{self.colour} {self.name} with {self.power} hp"

    @ClassProperty
    def fleet(cls):
        return f"{cls.__name__}s: {cls.instances}"

    @Method
    def honk(self, times=1):
        return f"{self.name}: " + "toot " * times

    @property
    def speed(self):
        """How fast it goes."""
        return self.__dict__.get("speed", 0)

    @speed.setter
    def speed(self, value):
        self.__dict__["speed"] = min(value, self.power)

    @speed.deleter
    def speed(self):
        del self.__dict__["speed"]


class Van(Car):
    @property
    def speed(self):
        return super().speed // 2

    @speed.setter
    def speed(self, value):
        Car.speed.fset(self, value - 10)


class Proxy:
    __slots__ = ("_target", "_log", "__weakref__")

    def __init__(self, target):
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_log", [])

    def __getattr__(self, name):
        self._log.append(f"get {name}")
        value = getattr(self._target, name)
        return functools.partial(self._call, name, value) if callable(value) else value

    def _call(self, name, function, *args, **kwargs):
        self._log.append(f"call {name}{args}")
        return function(*args, **kwargs)

    def __setattr__(self, name, value):
        self._log.append(f"set {name}={value!r}")
        setattr(self._target, name, value)

    def __delattr__(self, name):
        self._log.append(f"del {name}")
        delattr(self._target, name)

    def __len__(self):
        return len(self._log)

    def __dir__(self):
        return ["proxied", *vars(self._target)]


class Meta(type):
    def __getattr__(cls, name):
        if name.startswith("make_"):
            return lambda *args: cls(name.removeprefix("make_"), *args)
        raise AttributeError(f"class {cls.__name__} has no {name}", name=name, obj=cls)

    @property
    def kind(cls):
        return f"<{cls.__name__} of {type(cls).__name__}>"


class Thing(metaclass=Meta):
    __slots__ = ("name", "extra")
    __match_args__ = ("name",)

    def __init__(self, name, *extra):
        self.name, self.extra = name, extra

    def __class_getitem__(cls, key):
        return f"{cls.__name__}[{key}]"

    def __getattribute__(self, name):
        if name == "secret":
            return "found " + super().__getattribute__("name")
        return super().__getattribute__(name)


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"! {type(error).__name__}: {error}")


def main():
    car, van = Car("beetle", 54), Van("bus", 70)
    changes = []
    vars(Car)["colour"].listeners.append(lambda *change: changes.append(change[1:]))
    print(car.colour, car.fleet, Car.fleet, Van.fleet, car.honk(2), type(car.honk).__name__, Car.honk is vars(Car)["honk"])
    car.colour = "red"
    van.colour, car.power = "blue", 60
    print(car.description, car.description, Car.description.__doc__, "description" in vars(car))
    del car.colour
    print(car.colour, van.colour, changes, car.engine.power)
    car.speed, van.speed = 100, 50
    print(car.speed, van.speed, vars(van)["speed"], Car.speed.__doc__, Car.speed.fget.__name__)
    del car.speed
    print(car.speed, sorted(vars(car)))
    for action in (lambda: setattr(car.engine, "power", 501), lambda: Engine(50, "steam"), lambda: setattr(car, "power", "x"), lambda: setattr(car, "fleet", 1) or car.fleet,
                   lambda: delattr(van, "speed"), lambda: Engine.power.message, lambda: OneOf.message, lambda: Engine(1)._fuel):
        attempt(action)
    proxy = Proxy(Engine(10))
    proxy.power = 20
    proxy.note = "n"
    print(proxy.power, proxy.note, len(proxy), dir(proxy))
    del proxy.note
    attempt(lambda: proxy.note)
    print(proxy._log)
    words = Proxy(["b", "a"])
    words.sort()
    print(words.index("b"), words._target, words._log)
    print(Thing.kind, Thing.make_box(1, 2).extra, Thing("x").secret, Thing[int, "y"], sorted(n for n in Thing.__slots__))
    for action in (lambda: Thing.other, lambda: setattr(Thing("x"), "new", 1), lambda: Thing("x").kind, lambda: Thing("x").__dict__, lambda: Thing.name.__get__(Thing("q")), lambda: Thing.name.__objclass__.__name__):
        attempt(action)
    print(isinstance(Car.speed, property), Car.__dict__["honk"].__get__(car)(), (lambda self: self.name).__get__(van)(), str.upper.__get__("abc")(), [].append.__self__, classmethod(len).__func__ is len)
    bound = car.honk
    print(bound.__self__ is car, bound.__func__(van), bound == car.honk, bound is car.honk, functools.partialmethod(Car.honk.function, times=1).__get__(car, Car)())


main()
