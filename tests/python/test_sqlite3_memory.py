# sqlite3 with databases in memory: values, rows, transactions, conversions, backup, blobs.
import datetime, sqlite3, gc, weakref
from sqlite3 import connect


def fails(kind, text, call):
    try:
        call()
    except kind as e:
        assert text in str(e), (text, str(e))
        return e
    raise AssertionError("nothing raised")


db = connect(":memory:")
db.execute("create table t (a integer primary key, b text, c real, d blob)")
values = [(1, "one", 1.5, b"\0x"), (2, "zwei \U0001f40d", -0.0, b""), (3, None, float("inf"), None), (2**63 - 1, "", 1e300, bytearray(b"ab"))]
db.executemany("insert into t values (?,?,?,?)", values)
assert db.in_transaction
rows = db.execute("select * from t order by a").fetchall()
assert rows == [(a, b, c, None if d is None else bytes(d)) for a, b, c, d in values], rows
assert db.total_changes == 4
fails(OverflowError, "SQLite INTEGER", lambda: db.execute("select ?", (2**63,)))
fails(sqlite3.ProgrammingError, "type 'complex' is not supported", lambda: db.execute("select ?", (1j,)))
fails(sqlite3.ProgrammingError, "there are 1 supplied", lambda: db.execute("select ?,?", (1,)))
fails(sqlite3.ProgrammingError, "value for binding parameter :b", lambda: db.execute("select :a,:b", {"a": 1}))
fails(sqlite3.ProgrammingError, "one statement at a time", lambda: db.execute("select 1; select 2"))
e = fails(sqlite3.OperationalError, "no such table: nope", lambda: db.execute("select * from nope"))
assert (e.sqlite_errorcode, e.sqlite_errorname) == (1, "SQLITE_ERROR")
e = fails(sqlite3.IntegrityError, "UNIQUE", lambda: db.execute("insert into t (a) values (1)"))
assert e.sqlite_errorname == "SQLITE_CONSTRAINT_PRIMARYKEY"
db.rollback()
assert db.execute("select count(*) from t").fetchone() == (0,)
with db:
    db.executemany("insert into t (a, b) values (:a, :b)", ({"a": i, "b": str(i)} for i in range(100)))
try:
    with db:
        db.execute("delete from t")
        raise KeyError
except KeyError:
    pass
assert db.execute("select count(*), sum(a) from t").fetchone() == (100, 4950)

# Cursors.
c = db.cursor()
assert c.description is None and c.rowcount == -1 and c.fetchone() is None and c.arraysize == 1
c.execute("update t set c = 1 where a < 10")
assert c.rowcount == 10
c.execute("select a, b as 'second' from t where a < 7 order by a")
assert [d[0] for d in c.description] == ["a", "second"]
assert c.fetchone() == (0, "0") and c.fetchmany(2) == [(1, "1"), (2, "2")] and list(c) == [(i, str(i)) for i in range(3, 7)]
assert db.execute("insert into t (b) values ('x') returning a").fetchone() == (100,)
db.commit()
fails(sqlite3.ProgrammingError, "DML", lambda: c.executemany("select ?", [(1,)]))
c.close()
fails(sqlite3.ProgrammingError, "closed cursor", c.fetchone)

# A cursor that nobody has any more lets go of its rows.
def half():
    return db.execute("select a from t").fetchone()
half()
gc.collect()
db.execute("create table other (x)")
db.execute("drop table other")
db.commit()

# Row, factories, types.
db.row_factory = sqlite3.Row
row = db.execute("select 1 as One, 2 as two").fetchone()
assert row["one"] == row["ONE"] == row[0] == row[-2] == 1 and row.keys() == ["One", "two"] and tuple(row) == (1, 2) and row[0:1] == (1,)
assert row == db.execute("select 1 as One, 2 as two").fetchone() and hash(row) == hash(db.execute("select 1 as One, 2 as two").fetchone())
fails(IndexError, "", lambda: row["three"])
db.row_factory = lambda cursor, row: [d[0] for d in cursor.description]
assert db.execute("select 1 as q").fetchall() == [["q"]]
db.row_factory = None
db.text_factory = bytes
assert db.execute("select 'ä'").fetchone() == ("ä".encode(),)
db.text_factory = lambda b: b.decode("latin-1")
assert db.execute("select 'ä'").fetchone() == ("Ã¤",)
db.text_factory = str
fails(sqlite3.OperationalError, "Could not decode", lambda: db.execute("select cast(x'ff' as text)").fetchone())

class Point:
    def __init__(self, x, y): self.x, self.y = x, y
    def __conform__(self, protocol):
        if protocol is sqlite3.PrepareProtocol: return f"{self.x};{self.y}"
typed = connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
sqlite3.register_converter("point", lambda b: tuple(map(int, b.split(b";"))))
typed.execute("create table p (p point)")
typed.execute("insert into p values (?)", (Point(3, 4),))
assert typed.execute("select p from p").fetchone() == ((3, 4),)
assert typed.execute("select '5;6' as 'q [point]', 7").fetchone() == ((5, 6), 7)
sqlite3.register_adapter(datetime.time, lambda t: t.hour)
assert typed.execute("select ?", (datetime.time(13),)).fetchone() == (13,)

# Whole databases.
copy = connect(":memory:")
steps = []
db.backup(copy, pages=1, progress=lambda *a: steps.append(a))
assert copy.execute("select count(*) from t").fetchone() == (101,) and steps[-1][0] == sqlite3.SQLITE_DONE
data = copy.serialize()
assert data.startswith(b"SQLite format 3\0")
third = connect(":memory:")
third.deserialize(data)
assert third.execute("select max(a) from t").fetchone() == (100,)
third.execute("insert into t (a) values (1000)")
assert list(third.iterdump())[0] == "BEGIN TRANSACTION;"

# Blobs.
third.execute("create table b (d blob)")
third.execute("insert into b values (zeroblob(10))")
with third.blobopen("b", "d", 1) as blob:
    blob.write(b"hello")
    blob.seek(-2, 2)
    blob.write(b"zz")
    blob[5] = 33
    blob[6:8] = b"ab"
    assert len(blob) == 10 and blob[0] == 104 and blob[::3] == b"hlaz"
    fails(ValueError, "longer than blob", lambda: blob.write(b"0123456789ab"))
    fails(IndexError, "out of range", lambda: blob[10])
assert third.execute("select d from b").fetchone() == (b"hello!abzz",)
fails(sqlite3.ProgrammingError, "closed blob", lambda: blob.read())

# Settings, limits, functions of the library.
assert third.getlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH) > 1000 and third.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 20) > 1000
fails(sqlite3.DataError, "query string is too large", lambda: third.execute("select " + "1" * 20))
third.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY, True)
assert third.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY) is True
assert sqlite3.complete_statement("select 1;") and not sqlite3.complete_statement("select 1")
assert db.execute("select json_extract('{\"a\":[1,2]}', '$.a[1]'), sqrt(16), upper('x')").fetchone() == (2, 4.0, "X")
db.execute("create virtual table words using fts5(w)")
db.executemany("insert into words values (?)", [("a snake in the grass",), ("no such thing",)])
assert db.execute("select w from words where words match 'snake'").fetchall() == [("a snake in the grass",)]
db.execute("create virtual table box using rtree(id, x0, x1)")
db.execute("insert into box values (1, 0, 5), (2, 10, 20)")
assert db.execute("select id from box where x0 > 4").fetchall() == [(2,)]
db.commit()

# Autocommit as PEP 249 has it.
auto = connect(":memory:", autocommit=False)
assert auto.in_transaction and auto.autocommit is False
auto.execute("create table t (a)")
auto.rollback()
fails(sqlite3.OperationalError, "no such table", lambda: auto.execute("select * from t"))
auto.autocommit = True
assert not auto.in_transaction
auto.close()
fails(sqlite3.ProgrammingError, "closed database", lambda: auto.execute("select 1"))
auto.close()

# Temporary databases and names that look like files of the library's own.
temporary = connect("")
temporary.execute("create table t (a)")
temporary.execute("insert into t values (1)")
temporary.close()
one, two = connect("file:/shared?vfs=memdb", uri=True), connect("file:/other?vfs=memdb", uri=True)
one.execute("create table t (a)")
one.commit()
fails(sqlite3.OperationalError, "no such table", lambda: two.execute("select * from t"))

# __init__ a second time.
again = connect(":memory:")
again.execute("create table t (a)")
again.executemany("insert into t values (?)", [(i,) for i in range(5)])
left = again.execute("select a from t")
assert left.fetchone() == (0,)
again.__init__(":memory:")
fails(sqlite3.OperationalError, "no such table", lambda: again.execute("select * from t"))
assert left.fetchall() == [(i,) for i in range(1, 5)]
for connection in (db, typed, copy, third, one, two, again): connection.close()
print("ok")
