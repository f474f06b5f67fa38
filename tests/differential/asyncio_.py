# asyncio_.py: the native Future and Task against the library's own, on a loop that does what a plan says.

import _asyncio
import asyncio
import contextvars
import types

import harness
from asyncio import futures, tasks

KINDS = {"native": (_asyncio.Future, _asyncio.Task), "pure": (futures._PyFuture, tasks._PyTask)}


class Loop:
    def __init__(self):
        self.calls, self.reports = [], []

    def get_debug(self):
        return False

    def is_running(self):
        return True

    def call_soon(self, callback, *args, context=None):
        self.calls.append((callback, args, context or contextvars.copy_context()))

    def call_exception_handler(self, context):
        self.reports.append(context["message"])

    def step(self, most):
        while self.calls and most:
            callback, args, context = self.calls.pop(0)
            context.run(callback, *args)
            most -= 1


@types.coroutine
def give_way(value):
    yield value


def said(error):
    return type(error).__name__, [a for a in error.args if not isinstance(error, (asyncio.InvalidStateError, RuntimeError, TypeError))]


def outcome(future):
    if not future.done():
        return "pending"
    try:
        return "result", future.result()
    except BaseException as error:
        return said(error)


def session(kind, plan):
    Future, Task = KINDS[kind]
    loop, log, workers = Loop(), [], []
    promises = [Future(loop=loop) for _ in range(3)]

    async def work(name, script):
        for op, k in script:
            try:
                if op == "wait":
                    log.append((name, "got", await promises[k]))
                elif op == "join" and name > 0:  # an earlier one: in a ring, cancel() never comes to an end
                    log.append((name, "joined", await workers[k % name]))
                elif op == "give":
                    await give_way(None)
                elif op == "bad":
                    await give_way((5, promises[k], iter(()))[k])
                elif op == "set":
                    promises[k].set_result(name)
                elif op == "cancel" and workers:
                    log.append((name, "cancels", workers[k % len(workers)].cancel()))
                elif op == "fail":
                    raise KeyError(k)
            except BaseException as error:
                log.append((name, op, said(error)))
                if op in ("join", "fail") or isinstance(error, GeneratorExit):
                    raise
        return name

    def act(op, k):
        if op == "start":
            workers.append(Task(work(len(workers), plan["scripts"][k]), loop=loop, name=f"w{k}", eager_start=bool(k % 2)))
        elif op == "result":
            promises[k].set_result(k)
        elif op == "error":
            promises[k].set_exception((ValueError(k), StopIteration(k), KeyError)[k])
        elif op == "drop":
            return promises[k].cancel(msg=f"m{k}")
        elif op == "watch":
            promises[k].add_done_callback(note)
        elif op == "unwatch":
            return promises[k].remove_done_callback(note)
        elif op == "stop" and workers:
            return workers[k % len(workers)].cancel(f"s{k}"), workers[k % len(workers)].cancelling()
        elif op == "unstop" and workers:
            return workers[k % len(workers)].uncancel()
        elif op == "step":
            loop.step(k + 1)

    def note(future):
        log.append(("done", promises.index(future), outcome(future)))

    if kind == "native":
        _asyncio._set_running_loop(loop)
    try:
        for op, k in plan["acts"]:
            try:
                log.append((op, act(op, k)))
            except Exception as error:
                log.append((op, said(error)))
        loop.step(200)
    finally:
        if kind == "native":
            _asyncio._set_running_loop(None)
    log.append([outcome(f) for f in promises + workers])
    log.append([(w.get_name(), w.cancelling(), w._must_cancel, w._fut_waiter is None) for w in workers])
    for worker in workers:
        worker._log_destroy_pending = False
        if (coroutine := worker.get_coro()) is not None and not worker.done():
            try:
                coroutine.close()
            except BaseException as error:
                log.append(("close", said(error)))
    for future in promises + workers:
        future._log_traceback = False
    return log


def case(r, agree):
    script = lambda: [(r.choice(("wait", "wait", "wait", "join", "give", "give", "bad", "set", "cancel", "fail")), r.randint(0, 2))
                      for _ in range(r.randint(0, 5))]
    acts = ("start", "start", "result", "error", "drop", "watch", "unwatch", "stop", "unstop", "step", "step", "step")
    plan = {"scripts": [script() for _ in range(3)], "acts": [(r.choice(acts), r.randint(0, 2)) for _ in range(r.randint(1, 14))]}
    agree("session", lambda: session("native", plan), lambda: session("pure", plan))


if __name__ == "__main__":
    harness.main(case)
