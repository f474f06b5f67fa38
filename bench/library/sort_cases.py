import operator
import random

random.seed(12345)
rows = [(random.random(), random.randrange(1000), f"key{random.randrange(100000)}") for _ in range(30000)]
ints = [row[1] for row in rows]
floats = [row[0] for row in rows]
strings = [row[2] for row in rows]
dicts = [{"name": row[2], "age": row[1]} for row in rows[:15000]]

measure("ints", lambda: sorted(ints)[0])
measure("floats", lambda: sorted(floats)[0])
measure("strings", lambda: sorted(strings)[0])
measure("tuples", lambda: sorted(rows)[0])
measure("key lambda", lambda: sorted(rows, key=lambda row: row[1])[0])
measure("key itemgetter", lambda: sorted(rows, key=operator.itemgetter(2))[0])
measure("key pair", lambda: sorted(dicts, key=lambda d: (d["age"], d["name"]))[0])
measure("key lower", lambda: sorted(strings, key=str.lower)[0])
measure("reverse", lambda: sorted(ints, reverse=True)[0])
measure("min, max by key", lambda: (min(rows, key=operator.itemgetter(1))[1], max(rows, key=lambda row: row[0])[1]))
