# sqlite3 with files: where there is a file system; where there is none, no file can be reached.
import os, sqlite3, gc

try:
    import tempfile
    place = tempfile.mkdtemp()
except (ImportError, AttributeError, OSError):
    place = None
if place is None:
    for name in ("x.db", "/etc/passwd", "file:x.db?mode=ro"):
        try:
            sqlite3.connect(name, uri=True).execute("select 1 from sqlite_schema")
        except sqlite3.OperationalError as e:
            assert "unable to open" in str(e), e
        else:
            raise AssertionError(name)
    db = sqlite3.connect(":memory:")
    for sql in ("attach 'x.db' as x", "vacuum into 'x.db'", "attach 'file:/etc/passwd?vfs=unix' as y"):
        try:
            db.execute(sql).fetchall()
        except sqlite3.OperationalError:
            pass
        else:
            raise AssertionError(sql)
    print("ok, without files")
    raise SystemExit

path = os.path.join(place, "a.db")
one = sqlite3.connect(path, timeout=0)
one.execute("create table t (a, b)")
one.executemany("insert into t values (?, ?)", [(i, "x" * i) for i in range(500)])
one.commit()
two = sqlite3.connect(path, timeout=0)
assert two.execute("select count(*) from t").fetchone() == (500,)

# Locks between connections.
one.execute("update t set b = '' where a = 1")
try:
    two.execute("update t set b = '' where a = 2")
except sqlite3.OperationalError as e:
    assert str(e) == "database is locked" and e.sqlite_errorname == "SQLITE_BUSY"
else:
    raise AssertionError
two.rollback()
assert two.execute("select b from t where a = 1").fetchone() == ("x",)
one.commit()
assert two.execute("select b from t where a = 1").fetchone() == ("",)
two.execute("update t set b = '2' where a = 2")
two.commit()

# A journal that its writer left is rolled back by whoever comes next.
one.execute("pragma cache_size = 2")
one.execute("update t set b = 'lost'")
assert os.path.exists(path + "-journal")
one.close()
assert two.execute("select count(*) from t where b = 'lost'").fetchone() == (0,)
assert not os.path.exists(path + "-journal")

# Other doors to the same file.
three = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
assert three.execute("select count(*) from t").fetchone() == (500,)
try:
    three.execute("delete from t")
except sqlite3.OperationalError as e:
    assert "readonly" in str(e)
three.close()
memory = sqlite3.connect(":memory:")
memory.execute("attach ? as d", (path,))
assert memory.execute("select count(*) from d.t").fetchone() == (500,)
memory.execute("detach d")
copy = os.path.join(place, "b.db")
two.execute("vacuum into ?", (copy,))
assert sorted(os.listdir(place)) == ["a.db", "b.db"]
with open(copy, "rb") as file:
    assert file.read(16) == b"SQLite format 3\0"
try:
    sqlite3.connect(os.path.join(place, "none", "c.db"))
except sqlite3.OperationalError as e:
    assert str(e) == "unable to open database file" and e.sqlite_errorname == "SQLITE_CANTOPEN"
with open(copy, "wb") as file:
    file.write(b"no database at all, but some text that is long enough to be looked at" * 20)
broken = sqlite3.connect(copy)
try:
    broken.execute("select * from t")
except sqlite3.DatabaseError as e:
    assert "not a database" in str(e)
broken.close()
memory.close()
two.close()
gc.collect()
for name in os.listdir(place): os.remove(os.path.join(place, name))
os.rmdir(place)
print("ok")
