"""asyncio without sockets: queues, timers, synchronisation, groups, debug mode, runners and loops of one's own."""

import asyncio
import contextlib

async def worker(name, q, out):
    while True:
        item = await q.get()
        await asyncio.sleep(item / 1000)
        out.append((name, item)); q.task_done()
async def main():
    loop = asyncio.get_running_loop()
    q, out = asyncio.Queue(maxsize=3), []
    ws = [asyncio.create_task(worker(n, q, out), name=n) for n in "ab"]
    for i in range(6): await q.put(i)
    await q.join()
    for w in ws: w.cancel()
    print(await asyncio.gather(*ws, return_exceptions=True), sorted(i for _, i in out))
    cond = asyncio.Condition(); ev = asyncio.Event(); sem = asyncio.Semaphore(2); bar = asyncio.Barrier(2)
    async def waiter():
        async with cond: await cond.wait(); return 'notified'
    t = asyncio.create_task(waiter()); await asyncio.sleep(0)
    async with cond: cond.notify_all()
    print(await t)
    loop.call_later(0.002, ev.set); await ev.wait(); print('event')
    h = loop.call_later(10, print, 'never'); h.cancel(); print(h.cancelled())
    async def agen():
        try:
            for i in range(3): yield i; await asyncio.sleep(0)
        finally: print('closed')
    async with contextlib.aclosing(agen()) as values:
        async for x in values:
            if x == 1: break
    try:
        async with asyncio.TaskGroup() as g:
            g.create_task(asyncio.sleep(5)); g.create_task(fail())
    except* ValueError as e: print(e.exceptions)
    done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(d, d)) for d in (0.001, 1)], return_when=asyncio.FIRST_COMPLETED)
    print(len(done), len(pending)); [p.cancel() for p in pending]
    async for f in asyncio.as_completed([asyncio.sleep(0.003, 'slow'), asyncio.sleep(0.001, 'fast')]): print(await f)
    print(await asyncio.shield(asyncio.sleep(0, 1)))
    try: await asyncio.wait_for(ev2.wait(), 0.001)
    except TimeoutError as e: print('timed out', repr(e))
    loop.call_soon_threadsafe(print, 'safe'); await asyncio.sleep(0.001)
    def boom(): raise RuntimeError('in callback')
    loop.set_exception_handler(lambda l, c: print(sorted(c), c['exception'])); loop.call_soon(boom); await asyncio.sleep(0)
    asyncio.current_task().set_name('me'); print(asyncio.current_task().get_name(), len(asyncio.all_tasks()))
    pq = asyncio.PriorityQueue(); [pq.put_nowait(x) for x in (3,1,2)]; print([pq.get_nowait() for _ in range(3)])
    q.shutdown()
    try: await q.get()
    except asyncio.QueueShutDown: print('shut')
ev2 = asyncio.Event()
async def fail(): await asyncio.sleep(0.001); raise ValueError(1)
asyncio.run(main(), debug=True)
with asyncio.Runner() as r:
    print(r.run(asyncio.sleep(0, 'first')), r.run(asyncio.sleep(0, 'second')))
loop = asyncio.new_event_loop()
try: print(loop.run_until_complete(asyncio.sleep(0, 'own')), loop.is_running(), loop.is_closed())
finally: loop.close()
print(loop.is_closed())
coroutine = fail()
try: loop.run_until_complete(coroutine)
except RuntimeError as e: print(e)
coroutine.close()
async def nested():
    coroutine = fail()
    try: asyncio.run(coroutine)
    except RuntimeError as e: print(e)
    coroutine.close()
asyncio.run(nested())
