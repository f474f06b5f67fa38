"""Pickling the iterator of *tuple[int] looks a builtin up by name; Python may run then, or the name may be gone."""
import builtins

iterator = iter(tuple[int])
original = builtins.iter


class Name:
    def __hash__(self):
        return hash("iter")

    def __eq__(self, other):
        list(iterator)
        return other == "iter"


del builtins.__dict__["iter"]
try:
    try:
        iterator.__reduce__()
    except AttributeError:
        pass
    else:
        raise AssertionError("there is no iter")
    builtins.__dict__[Name()] = original
    answer = iterator.__reduce__()
    assert answer == (original, ((),)), answer
finally:
    builtins.iter = original
