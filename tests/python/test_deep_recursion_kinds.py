# gc stress: every 5003 allocations (it makes too many objects for a collection at each)
"""Recursion without end through C++ code is a RecursionError, soon."""


def raises(function):
    try:
        function()
    except RecursionError:
        return
    raise AssertionError(function)


class A:
    pass


A.__call__ = A()
raises(A())

views = {}
for i in range(150_000):
    views = {42: views.values()}
raises(lambda: repr(views))
nested = []
for i in range(150_000):
    nested = [nested]
raises(lambda: repr(nested))
cycle = []
cycle.append([cycle])
assert repr(cycle) == "[[[...]]]"
