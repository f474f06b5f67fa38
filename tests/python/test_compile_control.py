# Control flow as the compiler makes it: loops, try in all forms, with, unwinding order.
log = []


def note(x):
    log.append(x)
    return x


def expect(*wanted):
    assert log == list(wanted), log
    log.clear()


def loops():
    total = 0
    for i in range(10):
        if i == 3:
            continue
        if i == 7:
            break
        total += i
    else:
        total = -1
    assert total == 0 + 1 + 2 + 4 + 5 + 6
    for i in ():
        pass
    else:
        total = -1
    assert total == -1
    n = 5
    while n:
        n -= 1
        if n == 2:
            break
    else:
        n = 100
    assert n == 2
    while True:
        n += 1
        if n > 10:
            break
    assert n == 11
    for (a, (b, *c)), d in [((1, (2, 3, 4)), 5)]:
        assert (a, b, c, d) == (1, 2, [3, 4], 5)


loops()


def finally_order(kind):
    for i in range(3):
        try:
            note("body")
            if kind == "return":
                return "r"
            if kind == "break":
                break
            if kind == "continue":
                continue
            if kind == "raise":
                raise ValueError(kind)
        except ValueError as e:
            note(str(e))
        else:
            note("else")
        finally:
            note("finally")
    return "end"


assert finally_order("return") == "r"
expect("body", "finally")
assert finally_order("break") == "end"
expect("body", "finally")
finally_order("continue")
expect(*["body", "finally"] * 3)
finally_order("raise")
expect(*["body", "raise", "finally"] * 3)
finally_order("")
expect(*["body", "else", "finally"] * 3)


def nested_finally():
    try:
        try:
            return note(1)
        finally:
            note(2)
            try:
                raise KeyError
            except KeyError:
                note(3)
            finally:
                note(4)
    finally:
        note(5)


assert nested_finally() == 1
expect(1, 2, 3, 4, 5)


def return_value_survives():
    x = 1
    try:
        return x
    finally:
        x = 2


assert return_value_survives() == 1


def finally_overrides():
    for _ in [1]:
        try:
            raise ValueError
        finally:
            break
    return "ok"


assert finally_overrides() == "ok"


def exception_name_is_unbound():
    e = 5
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        e
    except UnboundLocalError as error:
        return str(error)


assert "cannot access local variable 'e'" in exception_name_is_unbound()


def exception_context():
    try:
        try:
            raise ValueError(1)
        except ValueError:
            raise KeyError(2)
    except KeyError as e:
        assert isinstance(e.__context__, ValueError)
        assert e.__cause__ is None
    try:
        try:
            raise ValueError(1)
        except ValueError as v:
            raise KeyError(2) from v
    except KeyError as e:
        assert isinstance(e.__cause__, ValueError)
        assert e.__suppress_context__
    try:
        raise ValueError from None
    except ValueError as e:
        assert e.__suppress_context__
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise
    except ZeroDivisionError as e:
        assert e.__context__ is None


exception_context()


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        note("enter " + self.name)
        return self.name

    def __exit__(self, kind, value, traceback):
        note(f"exit {self.name} {kind and kind.__name__}")
        return self.swallow


def with_all(kind):
    for i in range(2):
        with Manager("a") as a, Manager("b", True) as b:
            note(a + b)
            if kind == "return":
                return i
            if kind == "break":
                break
            if kind == "continue":
                continue
            if kind == "raise":
                raise ValueError
    return "end"


with_all("return")
expect("enter a", "enter b", "ab", "exit b None", "exit a None")
with_all("break")
expect("enter a", "enter b", "ab", "exit b None", "exit a None")
with_all("continue")
expect(*["enter a", "enter b", "ab", "exit b None", "exit a None"] * 2)
with_all("raise")
expect(*["enter a", "enter b", "ab", "exit b ValueError", "exit a None"] * 2)


def with_targets():
    class Box:
        pass

    box = Box()
    with Manager("x") as box.attr, Manager("y") as (first,):
        assert box.attr == "x" and first == "y"


with_targets()
log.clear()

try:
    with object():
        pass
except TypeError as e:
    assert "context manager protocol" in str(e), e
else:
    assert False


def star():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2), KeyError(3), ExceptionGroup("h", [ValueError(4)])])
    except* ValueError as e:
        note([type(x).__name__ for x in e.exceptions])
    except* (TypeError, KeyError) as e:
        note([type(x).__name__ for x in e.exceptions])
    else:
        note("else")
    finally:
        note("finally")


star()
expect(["ValueError", "ExceptionGroup"], ["TypeError", "KeyError"], "finally")


def star_rest():
    try:
        try:
            raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
        except* ValueError:
            raise KeyError("new")
    except ExceptionGroup as e:
        return e


group = star_rest()
assert sorted(type(x).__name__ for x in group.exceptions) == ["ExceptionGroup", "KeyError"], group


def star_plain():
    try:
        raise ValueError(7)
    except* ValueError as e:
        assert isinstance(e, ExceptionGroup) and e.exceptions[0].args == (7,)
        return_after = True
    return return_after


assert star_plain()


def star_unmatched():
    try:
        try:
            raise ExceptionGroup("g", [ValueError(1)])
        except* TypeError:
            note("no")
    except ExceptionGroup as e:
        return len(e.exceptions)


assert star_unmatched() == 1
assert not log


def asserts():
    try:
        assert 1 == 2, "message"
    except AssertionError as e:
        assert e.args == ("message",)
    try:
        assert not log == []
    except AssertionError as e:
        assert e.args == ()


asserts()


def deep_elif(x):
    if x == 0:
        return "a"
    elif x == 1:
        return "b"
    elif x > 5 and not x == 7 or x == -1:
        return "c"
    elif 2 <= x < 4:
        return "d"
    else:
        return "e"


assert [deep_elif(i) for i in (0, 1, 6, 7, -1, 2, 3, 4)] == ["a", "b", "c", "e", "c", "d", "d", "e"]


def unbound():
    if False:
        x = 1
    return x


try:
    unbound()
except UnboundLocalError as e:
    assert str(e) == "cannot access local variable 'x' where it is not associated with a value", e
else:
    assert False


def deleted():
    x = 1
    for i in range(2):
        if i:
            try:
                x
            except UnboundLocalError:
                return "yes"
        del x


assert deleted() == "yes"
