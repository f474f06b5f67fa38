# Generators, coroutines, async generators, async for/with, driven by hand.
import types

log = []


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as e:
        return e.value


def simple():
    x = yield 1
    assert x == "a"
    y = yield
    return (x, y)


g = simple()
assert next(g) == 1 and g.send("a") is None
try:
    g.send("b")
except StopIteration as e:
    assert e.value == ("a", "b")


def outer():
    try:
        result = yield from simple()
    except KeyError as e:
        result = "caught"
    yield result
    return 5


g = outer()
next(g)
g.send("a")
assert g.send("z") == ("a", "z")
g = outer()
next(g)
assert g.throw(KeyError("x")) == "caught"


def closing():
    try:
        yield 1
        yield 2
    finally:
        log.append("closed")


g = closing()
next(g)
g.close()
assert log.pop() == "closed"


def delegating_close():
    yield from closing()


g = delegating_close()
next(g)
g.close()
assert log.pop() == "closed"


def stops():
    yield 1
    raise StopIteration(3)


try:
    list(stops())
except RuntimeError as e:
    assert str(e) == "generator raised StopIteration" and isinstance(e.__cause__, StopIteration)
else:
    assert False


def swallow_thrown():
    while True:
        try:
            yield "ready"
        except ValueError as e:
            log.append(str(e))


g = swallow_thrown()
next(g)
assert g.throw(ValueError("v")) == "ready" and log.pop() == "v"


class Delegate:
    # throw() that finishes the receiver: the value of `yield from`.
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def throw(self, *args):
        raise StopIteration("thrown value")


def delegates():
    result = yield from Delegate()
    yield result


g = delegates()
next(g)
assert g.throw(ValueError) == "thrown value"


class Awaitable:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield "suspended"
        return self.value


class Manager:
    async def __aenter__(self):
        log.append("aenter")
        return await Awaitable(7)

    async def __aexit__(self, kind, value, traceback):
        await Awaitable(None)
        log.append(kind)
        return kind is KeyError


class Countdown:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return await Awaitable(self.n)


async def agen(n):
    try:
        for i in range(n):
            sent = yield i
            await Awaitable(0)
    finally:
        log.append("agen done")


async def main():
    assert await Awaitable(3) == 3
    async with Manager() as m:
        assert m == 7
    async with Manager():
        raise KeyError
    try:
        async with Manager():
            raise ValueError
    except ValueError:
        pass
    total = []
    async for x in Countdown(3):
        if x == 0:
            continue
        total.append(x)
    else:
        total.append("else")
    async for x in Countdown(5):
        if x == 3:
            break
        total.append(x)
    assert total == [2, 1, "else", 4], total
    assert [x async for x in agen(3)] == [0, 1, 2]
    assert {x: await Awaitable(x) for x in range(2)} == {0: 0, 1: 1}
    assert [x + y async for x in agen(2) for y in range(2) if x] == [1, 2]
    g = (x * 2 async for x in agen(3) if await Awaitable(True))
    assert [x async for x in g] == [0, 2, 4]

    async def inner():
        return [await Awaitable(i) for i in range(3)]

    return await inner()


assert run(main()) == [0, 1, 2]
assert log == ["aenter", None, "aenter", KeyError, "aenter", ValueError] + ["agen done"] * 3, log
log.clear()


async def return_inside():
    async with Manager() as m:
        for i in range(3):
            try:
                return m
            finally:
                await Awaitable(1)


assert run(return_inside()) == 7
assert log == ["aenter", None]


async def drive():
    g = agen(10)
    assert await g.__anext__() == 0
    assert await g.asend("x") == 1
    await g.aclose()
    g = agen(1)
    await anext(g)
    try:
        await g.athrow(KeyError)
    except KeyError:
        return "thrown"


assert run(drive()) == "thrown"

try:

    async def not_awaitable():
        await 1

    run(not_awaitable())
except TypeError as e:
    assert str(e) == "'int' object can't be awaited" or "await" in str(e), e


@types.coroutine
def old_style():
    x = yield 1
    return 9


async def uses_old():
    return await old_style()


assert run(uses_old()) == 9
lam = lambda: (yield 1)
assert list(lam()) == [1]
assert simple.__code__.co_flags & 0x20 and main.__code__.co_flags & 0x80 and agen.__code__.co_flags & 0x200


def throw_context():
    try:
        raise KeyError("a")
    except KeyError:
        yield


g = throw_context()
next(g)
try:
    g.throw(ValueError)
except ValueError as e:
    assert isinstance(e.__context__, KeyError)


class MadeWrong(Exception):
    def __new__(cls):
        return cls


g = (x for x in [1])
try:
    g.throw(MadeWrong)
except TypeError as e:
    assert "should have returned an instance of BaseException" in str(e)
assert list(g) == []
