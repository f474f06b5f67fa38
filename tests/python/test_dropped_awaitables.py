# What was made to be awaited and never was says so; a coroutine may remember where it was made.
import gc
import sys
import warnings


async def generator():
    try:
        yield 1
    finally:
        pass


async def coroutine():
    return 1


def dropped(make):
    """The warnings of something that is made and dropped."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make()
        for _ in range(3):
            gc.collect()
    return [str(w.message) for w in caught if w.category is RuntimeWarning]


def deep(make, depth=20):
    # Far below, so that nothing on the native stack mentions what was made.
    return deep(make, depth - 1) if depth else make() and None


def test_methods_of_asynchronous_generators():
    for name, arguments in (("asend", (None,)), ("athrow", (ValueError,)), ("aclose", ())):
        found = dropped(lambda: deep(lambda: getattr(generator(), name)(*arguments)))
        assert found == [f"coroutine method '{name}' of 'generator' was never awaited"], found
    assert dropped(lambda: deep(lambda: generator().__anext__())) == ["coroutine method 'asend' of 'generator' was never awaited"]
    assert dropped(lambda: deep(generator)) == []

    def used():
        step = generator().asend(None)
        try:
            step.send(None)
        except StopIteration:
            pass

    assert dropped(lambda: deep(used)) == []
    assert dropped(lambda: deep(lambda: generator().aclose().close())) == []


def test_origin():
    assert coroutine().close() is None
    made = coroutine()
    assert made.cr_origin is None
    made.close()
    sys.set_coroutine_origin_tracking_depth(2)
    try:
        def maker():
            return coroutine()

        made = maker()
        line = maker.__code__.co_firstlineno
        assert made.cr_origin[0] == (__file__, line + 1, "maker"), made.cr_origin
        assert made.cr_origin[1] == (__file__, line + 3, "test_origin") and len(made.cr_origin) == 2
        made.close()
        found = dropped(lambda: deep(maker))
        assert len(found) == 1 and found[0].startswith("coroutine 'coroutine' was never awaited\nCoroutine created at (most recent call last)\n")
    finally:
        sys.set_coroutine_origin_tracking_depth(0)


test_methods_of_asynchronous_generators()
test_origin()
print("ok")
