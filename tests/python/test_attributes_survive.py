# What an object's __dict__ holds is alive as long as the object, whatever native type it is of: each instance that can be made gets an
# attribute, which must be there after collections and new objects.
# gc stress: every 97 allocations (it makes too many objects for a collection at each)
import _asyncio
import _elementtree
import array
import collections
import csv
import ctypes
import datetime
import decimal
import functools
import gc
import io
import operator
import pickle
import queue
import random
import types
import warnings
import zoneinfo

warnings.simplefilter("ignore")


def every_type():
    seen, waiting = {object}, [object]
    while waiting:
        for cls in type.__subclasses__(waiting.pop()):
            # sqlite3.Connection("x") would make a file.
            if cls not in seen and cls.__module__ != "sqlite3":
                seen.add(cls)
                waiting.append(cls)
    return sorted(seen, key=lambda cls: (cls.__module__, cls.__qualname__))


ARGUMENTS = [(), (1,), ("x",), (b"x",), ([],), (print,), ("x", "y"), (io.BytesIO(),), (io.BytesIO(), io.BytesIO())]


def is_native(cls):
    return not any(isinstance(value, types.FunctionType) or name == "__slots__" for name, value in vars(cls).items())


def instances():
    for cls in every_type():
        if not all(map(is_native, cls.__mro__)) or issubclass(cls, type):
            continue
        for maker in (lambda c: c.__new__(c), *(lambda c, a=a: c(*a) for a in ARGUMENTS)):
            try:
                made = maker(cls)
                made.__dict__["attribute_of_test"] = ["alive", len(cls.__name__)]
            except BaseException:
                continue
            yield cls, made
            break
        try:
            sub = type("SubOfTest", (cls,), {"__slots__": ("one", "two")})
            made = sub.__new__(sub)
            made.one = made.two = ["alive", 0]
        except BaseException:
            continue
        yield sub, made


def check(made):
    gc.collect()
    rubbish = [{str(i): [i]} for i in range(2000)]
    for cls, thing in made:
        if cls.__name__ == "SubOfTest":
            assert thing.one is thing.two and thing.one == ["alive", 0], cls.__mro__
        else:
            assert thing.__dict__["attribute_of_test"] == ["alive", len(cls.__name__)], cls
    return len(rubbish)


def test_attributes_survive():
    made = list(instances())
    assert len(made) > 100, len(made)
    for _ in range(3):
        check(made)


test_attributes_survive()
