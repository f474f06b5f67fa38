import pycparser
import simpy
from boltons import cacheutils, strutils

tree = pycparser.CParser().parse("typedef int T; T f(T *a, ...) { for (int i = 0; i < 3; i++) a[i] += 1; return *a; }")
assert tree.ext[1].decl.name == "f"
from pycparser.c_generator import CGenerator

assert "a[i] += 1;" in CGenerator().visit(tree)
log = []


def car(env):
    for _ in range(2):
        yield env.timeout(5)
        log.append(("drive", env.now))
        yield env.timeout(2)


env = simpy.Environment()
env.process(car(env))
env.run(until=15)
assert log == [("drive", 5), ("drive", 12)], log
cache = cacheutils.LRU(max_size=2)
cache["a"], cache["b"], cache["c"] = 1, 2, 3
assert "a" not in cache and strutils.slugify("Hello, World!") == "hello_world"
