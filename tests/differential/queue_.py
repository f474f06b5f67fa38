# queue_.py: _queue.SimpleQueue against queue._PySimpleQueue.

import queue

import harness


def session(kind, steps):
    made, log = kind(), []
    for name, args, named in steps:
        got = harness.attempt(getattr(made, name), *args, **named)
        log.append((name, got.kind if isinstance(got, harness.Failed) else got, made.qsize(), made.empty()))
    return log


def case(r, agree):
    steps = []
    for _ in range(r.randint(1, 40)):
        name = r.choice(("put", "put", "put_nowait", "get", "get", "get_nowait", "qsize"))
        named = {"block": False} if name == "get" and r.random() < 0.8 else {"timeout": r.choice((0, 0.0001, -1))} if name == "get" else {}
        steps.append((name, [harness.integer(r)] if name.startswith("put") else [], named))
    agree("session", lambda: session(queue.SimpleQueue, steps), lambda: session(queue._PySimpleQueue, steps))


if __name__ == "__main__":
    harness.main(case)
