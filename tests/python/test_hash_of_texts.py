# Texts hash by a secret of the isolate; names that the interpreter itself has are found by whatever text is equal to them.
import os
import sys


def made(text):
    return "".join([text[:1], text[1:]])


names = ["append", "__class__", "ValueError", "x", "\xe9", "combinations_with_replacement", "no_name_of_anything_at_all"]
for name in names:
    assert hash(made(name)) == hash(name) == hash(sys.intern(made(name)))
    assert made(name) in {name} and made(name) in {name: 1}
    assert {made(name): 1, name: 2} == {name: 2}
    assert hash(type("S", (str,), {})(name)) == hash(name)
assert getattr([], made("append")) is not None
assert vars(type("C", (), {made("__slots__"): ()}))["__slots__"] == ()
assert len({made(n) for n in names} | set(names)) == len(names)

# Docstrings of built-ins belong to all isolates.
doc = int.__doc__
assert sys.intern(doc) == doc and sys.intern(doc) is sys.intern(made(doc)) and hash(made(doc)) == hash(doc)
assert {made(doc): 3}[doc] == 3

data = bytes(made("some bytes"), "ascii")
assert hash(data) == hash(b"some bytes") == hash(memoryview(data)) and hash(b"") == hash("") == 0
assert hash(b"a") == hash(bytes([97])) and {b"a": 1}[bytes(bytearray(b"a"))] == 1

import datetime
assert hash(datetime.timezone.utc) == hash(datetime.timezone(datetime.timedelta(0)))

try:
    import subprocess
    can_run = bool(sys.executable) and hasattr(os, "fork")
except ImportError:
    can_run = False
if can_run:
    program = "print(hash('first text') ^ hash('second text'), hash(b'1st') ^ hash(b'2nd'), {'t%d' % i for i in range(20)})"

    def run(seed):
        # sys.flags tells nothing of the mode, but a sandbox has no processes.
        return subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout

    assert run("1") == run("1") and run("0") == run("0")
    one, two = run("1").split(), run("2").split()
    # What is equal under one seed is not under the next: collisions cannot be made beforehand.
    assert one[0] != two[0] and one[1] != two[1] and one[2:] != two[2:]
    assert run("random").split()[0] != run("random").split()[0]
print("ok")
