# Python that SQLite calls: functions, aggregates, collations, hooks; what they raise, and what they do to the connection meanwhile.
import sqlite3, gc, threading
from sqlite3 import connect


def fails(kind, text, call):
    try:
        call()
    except kind as e:
        assert text in str(e), (text, str(e))
        return
    raise AssertionError("nothing raised")


db = connect(":memory:")
db.execute("create table t (a)")
db.executemany("insert into t values (?)", [(i,) for i in range(10)])
db.commit()

# Functions.
db.create_function("double", 1, lambda x: x * 2, deterministic=True)
db.create_function("many", -1, lambda *a: len(a))
assert db.execute("select double(21), double('ab'), double(x'0102'), double(1.5), many(), many(1,2,3)").fetchone() == (42, "abab", b"\1\2\1\2", 3.0, 0, 3)
db.create_function("bad", 0, lambda: 1 / 0)
fails(sqlite3.OperationalError, "user-defined function raised exception", lambda: db.execute("select bad()"))
db.create_function("odd", 0, lambda: 1j)
fails(sqlite3.OperationalError, "user-defined function raised exception", lambda: db.execute("select odd()"))
db.create_function("large", 0, lambda: 2**70)
fails(sqlite3.DataError, "too big", lambda: db.execute("select large()"))
def no_memory(): raise MemoryError
db.create_function("no_memory", 0, no_memory)
fails(MemoryError, "", lambda: db.execute("select no_memory()"))
fails(sqlite3.ProgrammingError, "'narg' must be between", lambda: db.create_function("x", -2, max))

# Aggregates and window functions.
class Sum:
    def __init__(self): self.n = 0
    def step(self, x): self.n += x
    def inverse(self, x): self.n -= x
    def value(self): return self.n
    def finalize(self): return self.n
db.create_aggregate("total_", 1, Sum)
db.create_window_function("moving", 1, Sum)
assert db.execute("select total_(a) from t").fetchone() == (45,)
assert db.execute("select total_(a) from t where a > 100").fetchone() == (None,)
assert [r[0] for r in db.execute("select moving(a) over (order by a rows 1 preceding) from t")] == [0] + [2 * i + 1 for i in range(9)]
assert db.execute("select total_(a), total_(a * 2) from t group by a % 2 order by 1").fetchall() == [(20, 40), (25, 50)]
class Half(Sum):
    def finalize(self): raise ValueError
db.create_aggregate("half", 1, Half)
fails(sqlite3.OperationalError, "'finalize' method raised error", lambda: db.execute("select half(a) from t"))
db.create_aggregate("hollow", 1, object)
fails(sqlite3.OperationalError, "'step' method not defined", lambda: db.execute("select hollow(a) from t"))
# One that is dropped in the midst.
rows = db.execute("select moving(a) over (order by a) from t")
next(rows)
del rows
gc.collect()

# Collations.
db.create_collation("backwards", lambda a, b: (a < b) - (a > b))
assert [r[0] for r in db.execute("select column1 from (values ('a'), ('c'), ('b')) order by column1 collate backwards")] == ["c", "b", "a"]
def broken(a, b): raise LookupError("in a collation")
db.create_collation("broken", broken)
fails(LookupError, "in a collation", lambda: db.execute("select column1 from (values ('a'), ('c'), ('b')) order by column1 collate broken").fetchall())
db.create_collation("backwards", None)
fails(sqlite3.OperationalError, "no such collation", lambda: db.execute("select 'a' < 'b' collate backwards"))

# Authorizer, progress, trace.
seen = []
db.set_authorizer(lambda *a: seen.append(a) or sqlite3.SQLITE_OK)
db.execute("select a from t")
assert (sqlite3.SQLITE_READ, "t", "a", "main", None) in seen
db.set_authorizer(lambda *a: sqlite3.SQLITE_DENY)
fails(sqlite3.DatabaseError, "not authorized", lambda: db.execute("select a from t where a = 3"))
db.set_authorizer(lambda *a: 1 / 0)
fails(sqlite3.DatabaseError, "not authorized", lambda: db.execute("select a from t where a = 4"))
db.set_authorizer(None)
calls = []
db.set_progress_handler(lambda: calls.append(1), 10)
db.execute("with recursive x(i) as (select 1 union all select i + 1 from x where i < 1000) select count(*) from x").fetchall()
assert len(calls) > 100
db.set_progress_handler(lambda: True, 10)
fails(sqlite3.OperationalError, "interrupted", lambda: db.execute("with recursive x(i) as (select 1 union all select i + 1 from x where i < 1000) select count(*) from x").fetchall())
db.set_progress_handler(None, 0)
texts = []
db.set_trace_callback(texts.append)
db.execute("select ? + 1", (41,))
assert texts == ["select 41 + 1"]
db.set_trace_callback(None)

# Recursive use: another cursor may, the same may not.
db.create_function("inner", 0, lambda: db.execute("select count(*) from t").fetchone()[0])
assert db.execute("select inner() from t limit 2").fetchall() == [(10,), (10,)]
cursor = db.cursor()
def again():
    cursor.execute("select 1")
db.create_function("again", 0, again)
fails(sqlite3.OperationalError, "raised exception", lambda: cursor.execute("select again()"))
class Conform:
    def __conform__(self, protocol):
        cursor.execute("select 1")
fails(sqlite3.ProgrammingError, "Recursive use of cursors", lambda: cursor.execute("select ?", (Conform(),)))
fails(sqlite3.ProgrammingError, "Recursive use of cursors", lambda: cursor.executemany("insert into t values (?)", ((cursor.execute("select 1"),) for _ in "ab")))
assert db.execute("select count(*) from t").fetchone() == (10,)
db.rollback()

# Replacing and dropping what is at work.
def replace(x):
    db.create_function("replaced", 1, lambda y: "new")
    gc.collect()
    return "old"
db.create_function("replaced", 1, replace)
try:
    db.execute("select replaced(a) from t").fetchall()
except sqlite3.OperationalError:  # not while statements run
    pass

# A connection of another thread.
errors = []
def use():
    try:
        db.execute("select 1")
    except sqlite3.ProgrammingError as e:
        errors.append(str(e))
try:
    thread = threading.Thread(target=use)
    thread.start()
except RuntimeError:  # no threads here
    pass
else:
    thread.join()
    assert "can only be used in that same thread" in errors[0]

# Endless recursion through the library ends as recursion.
db.create_function("down", 1, lambda n: db.execute("select down(?)", (n + 1,)).fetchone()[0])
try:
    db.execute("select down(0)")
except (sqlite3.OperationalError, RecursionError):
    pass
db.close()
print("ok")
