# abc_.py: _abc against _py_abc: the same classes, registrations and questions.

import abc
import _py_abc

import harness


class Native(abc.ABCMeta):
    pass


class Pure(_py_abc.ABCMeta):
    pass


def hook(answers):
    @classmethod
    def subclass_hook(cls, other):
        answer = answers.get(other.__name__, NotImplemented)
        if answer == "raise":
            raise ZeroDivisionError(other.__name__)
        return answer
    return subclass_hook


def world(meta, plan):
    classes, log = [int, list], []
    for number, (bases, members, answers) in enumerate(plan["classes"]):
        chosen = []
        for base in bases:
            base = classes[base % len(classes)]
            if base not in chosen and base not in (int, list):
                chosen.append(base)
        body = {name: abc.abstractmethod(lambda self: None) if abstract else (lambda self: None) for name, abstract in members}
        if answers:
            body["__subclasshook__"] = hook(answers)
        made = harness.attempt(meta if not chosen or number % 3 else type(chosen[0]), f"C{number}", tuple(chosen), body)
        if isinstance(made, harness.Failed):
            log.append(made.kind)
            continue
        classes.append(made)
        log.append(sorted(made.__abstractmethods__))
        log.append(harness.attempt(lambda: type(made()).__name__))
    plain = [type(f"P{number}", (), {}) for number in range(2)]
    classes += plain
    for what, left, right in plan["steps"]:
        left, right = classes[left % len(classes)], classes[right % len(classes)]
        if what == "register" and left in right.__mro__:
            got = "a circle"
        elif what == "register" and right in left.__mro__:
            got = "a circle"
        elif what == "register":
            got = harness.attempt(lambda: left.register(right).__name__) if hasattr(left, "register") else None
        elif what == "subclass":
            got = harness.attempt(issubclass, right, left)
        else:
            made = harness.attempt(right)
            got = None if isinstance(made, harness.Failed) else harness.attempt(isinstance, made, left)
        log.append((what, left.__name__, right.__name__, got))
    return log


def case(r, agree):
    classes = []
    for _ in range(r.randint(1, 4)):
        members = [(r.choice("abc"), r.random() < 0.5) for _ in range(r.randint(0, 3))]
        answers = {f"{r.choice('CP')}{r.randint(0, 3)}": r.choice((True, False, NotImplemented, "raise")) for _ in range(2)} if r.random() < 0.3 else None
        classes.append(([r.randint(0, 9) for _ in range(r.randint(0, 2))], members, answers))
    steps = [(r.choice(("register", "subclass", "subclass", "instance")), r.randint(0, 9), r.randint(0, 9)) for _ in range(r.randint(1, 10))]
    if any(answers for _, _, answers in classes):  # what has been asked before decides about circles of registration and hooks
        steps = [step for step in steps if step[0] != "register"]
    plan = {"classes": classes, "steps": steps}
    agree("world", lambda: world(Native, plan), lambda: world(Pure, plan), loose=True)
    wrong = r.choice((3, None, "C", int))
    cls = Native("W", (), {})
    agree("wrong", lambda: (cls.register(wrong), issubclass(wrong, cls)))
    agree("wrong", lambda: abc.update_abstractmethods(wrong))


if __name__ == "__main__":
    harness.main(case)
