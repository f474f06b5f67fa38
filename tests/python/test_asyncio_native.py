# Futures and tasks of _asyncio: states, callbacks, cancellation, what is reported about those that were dropped.
# gc stress: every 97 allocations (it makes too many objects for a collection at each)
import _asyncio
import asyncio
import contextvars
import gc


def raises(error, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except error as e:
        return e
    assert False, f"{error.__name__} not raised"


class Loop:
    """Keeps what is scheduled."""

    def __init__(self):
        self.calls, self.reports = [], []

    def get_debug(self):
        return False

    def is_running(self):
        return False

    def call_soon(self, callback, *args, context=None):
        self.calls.append((callback, args, context))

    def call_exception_handler(self, context):
        self.reports.append(context)

    def run(self):
        _asyncio._set_running_loop(self)
        try:
            while self.calls:
                callback, args, context = self.calls.pop(0)
                context.run(callback, *args) if context else callback(*args)
        finally:
            _asyncio._set_running_loop(None)


def test_library_uses_it():
    assert asyncio.Future is _asyncio.Future and asyncio.Task is _asyncio.Task
    assert asyncio.current_task is _asyncio.current_task


def test_not_initialized():
    future = _asyncio.Future.__new__(_asyncio.Future)
    assert not future.done() and not future.cancelled()
    for call in (future.cancel, future.get_loop, lambda: iter(future), lambda: future.set_result(1),
                 lambda: future.add_done_callback(print), lambda: repr(future)):
        raises(RuntimeError, call)
    raises(asyncio.InvalidStateError, future.result)
    task = _asyncio.Task.__new__(_asyncio.Task)
    assert task.get_context() is None and task.get_coro() is None
    task._log_destroy_pending = False


def test_callbacks_in_order():
    loop, seen = Loop(), []
    future = asyncio.Future(loop=loop)
    for n in range(5):
        future.add_done_callback(lambda f, n=n: seen.append((n, f.result())))
    future.add_done_callback(print)
    assert future.remove_done_callback(print) == 1
    future.set_result("x")
    assert future._callbacks is None
    loop.run()
    assert seen == [(n, "x") for n in range(5)]


def test_equality_that_changes_the_callbacks():
    loop = Loop()
    future = asyncio.Future(loop=loop)

    class Evil:
        def __eq__(self, other):
            if other is abs:
                future.remove_done_callback(print)
                future.add_done_callback(len)
            return False

        def __call__(self, f):
            pass

    for _ in range(4):
        future.add_done_callback(Evil())
    assert future.remove_done_callback(abs) == 0
    future.cancel()


def test_result_of_every_kind():
    async def main():
        loop = asyncio.get_running_loop()
        for value in (None, 0, "x", (1, 2), StopIteration(3), ValueError("v")):
            future = loop.create_future()
            loop.call_soon(future.set_result, value)
            assert await future is value
        future = loop.create_future()
        loop.call_soon(future.set_exception, KeyError("k"))
        try:
            await future
        except KeyError as e:
            assert e.args == ("k",)
        else:
            assert False
        return "done"

    assert asyncio.run(main()) == "done"


def test_future_iterator():
    future = asyncio.Future(loop=Loop())
    iterator = iter(future)
    assert next(iterator) is future and future._asyncio_future_blocking
    raises(RuntimeError, next, iterator)
    future.set_result(7)
    assert raises(StopIteration, next, iterator).value == 7
    raises(StopIteration, next, iterator)
    assert raises(ValueError, iter(asyncio.Future(loop=Loop())).throw, ValueError("t")).args == ("t",)


def test_bad_yields():
    class Once:
        def __init__(self, value):
            self.value = value

        def __await__(self):
            yield self.value

    async def bad(value):
        await Once(value)

    async def main():
        texts = []
        other = asyncio.new_event_loop()
        for value in (5, asyncio.get_running_loop().create_future(), (n for n in ()), other.create_future()):
            if isinstance(value, asyncio.Future) and value.get_loop() is other:
                value._asyncio_future_blocking = True
            try:
                await asyncio.create_task(bad(value))
            except RuntimeError as e:
                texts.append(str(e).split(" <")[0].split(":")[0])
        other.close()
        return texts

    assert asyncio.run(main()) == ["Task got bad yield", "yield was used instead of yield from in task",
                                   "yield was used instead of yield from for generator in task", "Task"]


def test_cancel():
    async def stubborn():
        for _ in range(2):
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError as e:
                assert e.args == ("why",)
        return "stayed"

    async def main():
        task = asyncio.create_task(stubborn(), name="stubborn")
        assert task.get_name() == "stubborn" and asyncio.create_task(asyncio.sleep(0)).get_name().startswith("Task-")
        for count in (1, 2):
            await asyncio.sleep(0)
            assert task.cancel("why") and task.cancelling() == count
        assert await task == "stayed" and not task.cancel()
        assert task.uncancel() == 1
        never = asyncio.create_task(asyncio.sleep(100))
        never.cancel()
        try:
            await never
        except asyncio.CancelledError:
            pass
        assert never.cancelled()

    asyncio.run(main())


def test_cancel_along_a_chain_of_tasks():
    async def wait_for(task):
        return await task

    async def main():
        task = innermost = asyncio.create_task(asyncio.sleep(100))
        for _ in range(50):
            task = asyncio.create_task(wait_for(task))
        for _ in range(60):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() and innermost.cancelled()

    asyncio.run(main())


def test_all_tasks_and_current_task():
    async def child():
        await asyncio.sleep(0)

    async def main():
        me = asyncio.current_task()
        children = {asyncio.create_task(child()) for _ in range(100)}
        assert asyncio.all_tasks() == children | {me}
        await asyncio.gather(*children)
        assert asyncio.all_tasks() == {me}
        foreign = type("Foreign", (), {"get_loop": lambda self: me.get_loop(), "done": lambda self: False})()
        asyncio._register_task(foreign)
        assert asyncio.all_tasks() == {me, foreign}
        asyncio._unregister_task(foreign)
        assert asyncio.all_tasks() == {me}

    asyncio.run(main())
    raises(RuntimeError, asyncio.all_tasks)
    raises(RuntimeError, asyncio.current_task)


def test_eager_tasks():
    steps = []

    async def child(n, block):
        steps.append((n, asyncio.current_task().get_name()))
        if block:
            await asyncio.sleep(0)
        return n

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_task_factory(asyncio.eager_task_factory)
        me = asyncio.current_task()
        tasks = [asyncio.create_task(child(n, n % 2), name=str(n)) for n in range(4)]
        assert asyncio.current_task() is me
        assert steps == [(n, str(n)) for n in range(4)]
        assert [task.done() for task in tasks] == [True, False, True, False]
        assert await asyncio.gather(*tasks) == [0, 1, 2, 3]

    asyncio.run(main())


def test_context_of_tasks():
    variable = contextvars.ContextVar("variable", default=0)

    async def child(n):
        variable.set(n)
        await asyncio.sleep(0)
        return variable.get()

    async def main():
        assert await asyncio.gather(*map(child, range(10))) == list(range(10))
        assert variable.get() == 0
        context = contextvars.copy_context()
        await asyncio.create_task(child(5), context=context)
        assert context[variable] == 5

    asyncio.run(main())


def collect():
    for _ in range(3):
        gc.collect()


def test_dropped_exception_is_reported():
    loop = Loop()

    def drop(n, look):
        future = asyncio.Future(loop=loop)
        future.set_exception(ValueError(n))
        if look:
            future.exception()

    for n in range(10):
        drop(n, n % 2)
    collect()
    assert [r["message"] for r in loop.reports] == ["Future exception was never retrieved"] * len(loop.reports)
    assert 0 < len(loop.reports) <= 5
    assert all(isinstance(r["exception"], ValueError) and r["exception"].args[0] % 2 == 0 for r in loop.reports)


def test_dropped_task_is_reported():
    loop = Loop()

    async def nothing():
        pass

    def drop(quiet):
        coroutine = nothing()
        task = asyncio.Task(coroutine, loop=loop)
        task._log_destroy_pending = not quiet
        loop.calls.clear()
        coroutine.close()

    for n in range(10):
        drop(n % 2)
    collect()
    assert 0 < len(loop.reports) <= 5
    assert {r["message"] for r in loop.reports} == {"Task was destroyed but it is pending!"}


def test_subclasses():
    class MyFuture(asyncio.Future):
        dropped = 0

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.extra = 1

        def __del__(self):
            MyFuture.dropped += 1
            super().__del__()

    loop = Loop()

    def drop():
        for n in range(20):
            MyFuture(loop=loop).set_exception(KeyError(n))

    drop()
    collect()
    assert MyFuture.dropped > 10 and len(loop.reports) == MyFuture.dropped

    class MyTask(asyncio.Task):
        def get_name(self):
            return "mine " + super().get_name()

    async def main():
        task = MyTask(asyncio.sleep(0, 5), loop=asyncio.get_running_loop(), name="n")
        assert task.get_name() == "mine n" and await task == 5

    asyncio.run(main())


def test_awaited_by():
    async def wait_for(future):
        await future

    async def main():
        future = asyncio.get_running_loop().create_future()
        tasks = {asyncio.create_task(wait_for(future)) for _ in range(3)}
        await asyncio.sleep(0)
        assert future._asyncio_awaited_by == tasks
        future.set_result(None)
        await asyncio.wait(tasks)
        assert not future._asyncio_awaited_by

    asyncio.run(main())


def test_endless_chain_of_eager_tasks():
    async def chain(n):
        return await asyncio.Task(chain(n + 1), loop=asyncio.get_running_loop(), eager_start=True)

    async def main():
        try:
            await chain(0)
        except RecursionError:
            return "refused"

    assert asyncio.run(main()) == "refused"


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
