"""An operating system in miniature: tasks are generators, system calls are what they yield; pipes, sleep, fork, kill."""

import heapq
from collections import deque
from itertools import count


class Call:
    """What a task may ask the kernel for. run() returns true when the task goes on at once."""

    def run(self, kernel, task):
        raise NotImplementedError


class GetId(Call):
    def run(self, kernel, task):
        task.reply = task.id
        return True


class Spawn(Call):
    def __init__(self, body, name=None):
        self.body, self.name = body, name

    def run(self, kernel, task):
        task.reply = kernel.spawn(self.body, self.name, parent=task).id
        return True


class Sleep(Call):
    def __init__(self, ticks):
        self.ticks = ticks

    def run(self, kernel, task):
        heapq.heappush(kernel.sleeping, (kernel.time + self.ticks, task.id, task))


class Wait(Call):
    def __init__(self, target):
        self.target = target

    def run(self, kernel, task):
        other = kernel.tasks.get(self.target)
        if other is None:
            task.error = ProcessLookupError(f"no task {self.target}")
            return True
        if other.done:
            task.reply = other.result
            return True
        other.waiters.append(task)


class Kill(Call):
    def __init__(self, target):
        self.target = target

    def run(self, kernel, task):
        victim = kernel.tasks[self.target]
        task.reply = not victim.done
        if not victim.done:
            victim.body.close()
            kernel.finish(victim, "killed")
        return True


class Channel:
    def __init__(self, size):
        self.size, self.items, self.readers, self.writers = size, deque(), deque(), deque()


class Send(Call):
    def __init__(self, channel, item):
        self.channel, self.item = channel, item

    def run(self, kernel, task):
        channel = self.channel
        if channel.readers:
            reader = channel.readers.popleft()
            reader.reply = self.item
            kernel.ready.append(reader)
            return True
        if len(channel.items) < channel.size:
            channel.items.append(self.item)
            return True
        channel.writers.append((task, self.item))


class Receive(Call):
    def __init__(self, channel):
        self.channel = channel

    def run(self, kernel, task):
        channel = self.channel
        if not channel.items:
            channel.readers.append(task)
            return False
        task.reply = channel.items.popleft()
        if channel.writers:
            writer, item = channel.writers.popleft()
            channel.items.append(item)
            kernel.ready.append(writer)
        return True


class Task:
    def __init__(self, number, body, name):
        self.id, self.body, self.name = number, body, name
        self.reply = self.error = self.result = None
        self.done, self.waiters, self.steps = False, [], 0


class Kernel:
    def __init__(self):
        self.time, self.numbers = 0, count(1)
        self.tasks, self.ready, self.sleeping, self.log = {}, deque(), [], []

    def note(self, *words):
        self.log.append(f"[{self.time:>3}] " + " ".join(map(str, words)))

    def spawn(self, body, name=None, parent=None):
        task = Task(next(self.numbers), body, name or body.__name__)
        self.tasks[task.id] = task
        self.ready.append(task)
        self.note(f"+{task.name}", f"by {parent.name}" if parent else "")
        return task

    def finish(self, task, result):
        task.done, task.result = True, result
        self.note(f"-{task.name}", repr(result))
        for waiter in task.waiters:
            waiter.reply = result
            self.ready.append(waiter)

    def step(self, task):
        if task.done:
            return
        self.time += 1
        task.steps += 1
        reply, error, task.reply, task.error = task.reply, task.error, None, None
        try:
            call = task.body.throw(error) if error else task.body.send(reply)
        except StopIteration as end:
            self.finish(task, end.value)
        except Exception as crash:
            self.finish(task, crash)
        else:
            if call is None or call.run(self, task):
                self.ready.append(task)

    def run(self):
        while self.ready or self.sleeping:
            if not self.ready:
                self.time = max(self.time, self.sleeping[0][0])
            while self.sleeping and self.sleeping[0][0] <= self.time:
                self.ready.append(heapq.heappop(self.sleeping)[2])
            if self.ready:
                self.step(self.ready.popleft())
        stuck = [task.name for task in self.tasks.values() if not task.done]
        self.note("halt", f"stuck: {stuck}" if stuck else "")


def squares(out, limit):
    for i in range(limit):
        yield Send(out, i * i)
    yield Send(out, None)
    return limit


def doubler(source, out):
    while (item := (yield Receive(source))) is not None:
        yield Send(out, item * 2)
    yield Send(out, None)


def collect(source):
    items = []
    while (item := (yield Receive(source))) is not None:
        items.append(item)
    return items


def sleeper(kernel, ticks):
    me = yield GetId()
    yield Sleep(ticks)
    kernel.note(f"task {me} wakes")
    return ticks


def careful(kernel):
    try:
        while True:
            yield Sleep(5)
    finally:
        kernel.note("careful cleans up")


def crashing():
    yield
    raise LookupError("gone")


def subroutine(n):
    total = 0
    for _ in range(n):
        total += yield from one_id()
    return total


def one_id():
    return (yield GetId())


def main_task(kernel):
    a, b = Channel(2), Channel(1)
    yield Spawn(squares(a, 5))
    yield Spawn(doubler(a, b))
    collector = yield Spawn(collect(b))
    naps = []
    for ticks in (30, 10, 20):
        naps.append((yield Spawn(sleeper(kernel, ticks), f"nap{ticks}")))
    victim = yield Spawn(careful(kernel))
    kernel.note("collected", (yield Wait(collector)))
    crash = yield Spawn(crashing())
    kernel.note("crash gave", repr((yield Wait(crash))))
    kernel.note("sum of ids", (yield from subroutine(3)))
    for nap in naps:
        kernel.note("nap", nap, "slept", (yield Wait(nap)))
    kernel.note("kill", (yield Kill(victim)), (yield Kill(victim)))
    try:
        yield Wait(99)
    except ProcessLookupError as error:
        kernel.note("caught", error)
    yield Spawn(collect(Channel(0)), "forever")
    return "main is done"


kernel = Kernel()
kernel.spawn(main_task(kernel), "main")
kernel.run()
print(*kernel.log, sep="\n")
for task in kernel.tasks.values():
    print(f"{task.id:>2} {task.name:<10} steps {task.steps:>3} {'done' if task.done else 'waiting'}")
