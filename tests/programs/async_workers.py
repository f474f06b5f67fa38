"""asyncio: tasks, queues, locks, events, timeouts, task groups, cancellation, async iteration; order kept by design."""

import asyncio
import contextlib


class Log:
    def __init__(self):
        self.lines = []

    def __call__(self, *parts):
        self.lines.append(" ".join(map(str, parts)))

    def flush(self, title):
        print(f"--- {title}")
        print(*self.lines, sep="\n")
        self.lines.clear()


log = Log()


async def producer(queue, name, count):
    for i in range(count):
        await queue.put((name, i))
        log(f"{name} put {i}")
    await queue.put(None)


async def consumer(queue, producers):
    got = []
    while producers:
        item = await queue.get()
        if item is None:
            producers -= 1
        else:
            got.append(item)
            log("got", item)
        queue.task_done()
    return got


async def queues():
    queue = asyncio.Queue(maxsize=2)
    results = await asyncio.gather(producer(queue, "a", 3), producer(queue, "b", 2), consumer(queue, 2))
    log("total", len(results[2]), queue.empty())


async def locks():
    lock, inside = asyncio.Lock(), 0

    async def enter(name):
        nonlocal inside
        async with lock:
            inside += 1
            log(name, "in", inside)
            await asyncio.sleep(0)
            inside -= 1
        return name

    log(await asyncio.gather(*(enter(n) for n in "xyz")))
    gate = asyncio.Semaphore(2)
    order = []

    async def limited(i):
        async with gate:
            order.append(("start", i))
            await asyncio.sleep(0)
            order.append(("end", i))

    await asyncio.gather(*(limited(i) for i in range(4)))
    log(order)


async def events():
    event = asyncio.Event()

    async def waiter(i):
        await event.wait()
        log("woken", i)
        return i * i

    tasks = [asyncio.create_task(waiter(i), name=f"waiter-{i}") for i in range(3)]
    await asyncio.sleep(0)
    log([task.done() for task in tasks], tasks[0].get_name())
    event.set()
    log(await asyncio.gather(*tasks))


async def timeouts():
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as error:
        log("timeout", repr(error))
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.01)
    except asyncio.TimeoutError:
        log("wait_for timed out")
    shielded = asyncio.ensure_future(asyncio.sleep(0.02, "kept"))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(shielded), 0.001)
    log(await shielded)


async def cancellation():
    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log("cleaning up")
            raise
        finally:
            log("finally")

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    log("cancel:", task.cancel("enough"))
    try:
        await task
    except asyncio.CancelledError as error:
        log("cancelled", error.args, task.cancelled())


async def groups():
    async def work(i):
        await asyncio.sleep(0)
        if i == 2:
            raise ValueError(f"bad {i}")
        if i == 3:
            raise KeyError(i)
        return i

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work(i)) for i in range(2)]
    log([task.result() for task in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            for i in range(5):
                group.create_task(work(i))
    except* ValueError as errors:
        log("values", [str(e) for e in errors.exceptions])
    except* KeyError as errors:
        log("keys", [e.args for e in errors.exceptions])
    log(await asyncio.gather(work(0), work(2), return_exceptions=True))


class Ticker:
    def __init__(self, count):
        self.left = count

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        await asyncio.sleep(0)
        return self.left


async def countdown(n):
    try:
        while n:
            yield n
            n -= 1
            await asyncio.sleep(0)
    finally:
        log("countdown closed at", n)


@contextlib.asynccontextmanager
async def resource(name):
    log("open", name)
    try:
        yield name.upper()
    finally:
        log("close", name)


async def iteration():
    log([i async for i in Ticker(4)], {i: j async for i, j in pair_up(Ticker(3), Ticker(3))})
    async with contextlib.aclosing(countdown(5)) as numbers:
        async for n in numbers:
            if n == 3:
                break
    generator = countdown(2)
    log(await anext(generator), await generator.asend(None))
    await generator.aclose()
    async with resource("db") as db, resource("cache") as cache:
        log(db, cache)
    async with contextlib.AsyncExitStack() as stack:
        for name in ("one", "two"):
            await stack.enter_async_context(resource(name))
    log([x async for x in (i * 2 async for i in Ticker(3))])


async def pair_up(left, right):
    async for item in left:
        yield item, await anext(right)


async def ordering():
    loop = asyncio.get_running_loop()
    loop.call_soon(log, "soon 1")
    loop.call_later(0.2, log, "later")
    loop.call_soon(log, "soon 2")
    future = loop.create_future()
    future.add_done_callback(lambda f: log("callback", f.result()))
    loop.call_soon(future.set_result, 42)
    log("future", await future)
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(t, t)) for t in (5, 0.001)], return_when=asyncio.FIRST_COMPLETED)
    log([task.result() for task in done], len(pending))
    for coroutine in asyncio.as_completed([asyncio.sleep(0.4, "slow"), asyncio.sleep(0.001, "fast")]):
        log(await coroutine)


for part in (queues, locks, events, timeouts, cancellation, groups, iteration, ordering):
    asyncio.run(part())
    log.flush(part.__name__)
