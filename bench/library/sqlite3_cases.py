import sqlite3

rows = [(i, f"name {i}", i * 1.5, None if i % 3 else b"bytes") for i in range(10000)]
full = sqlite3.connect(":memory:")
full.execute("create table t (a integer primary key, b text, c real, d blob)")
full.executemany("insert into t values (?,?,?,?)", rows)
full.create_function("double", 1, lambda x: x * 2)


def insert_many():
    db = sqlite3.connect(":memory:")
    db.execute("create table t (a integer primary key, b text, c real, d blob)")
    db.executemany("insert into t values (?,?,?,?)", rows)
    count = db.execute("select count(*) from t").fetchone()[0]
    db.close()
    return count


def single_statements():
    return sum(full.execute("select c from t where a = ?", (i,)).fetchone()[0] for i in range(2000))


measure("insert 10 000", insert_many)
measure("fetchall 10 000", lambda: len(full.execute("select * from t").fetchall()))
measure("iterate 10 000", lambda: sum(row[0] for row in full.execute("select a from t")))
measure("2 000 statements", single_statements)
measure("function in Python", lambda: full.execute("select sum(double(a)) from t").fetchone())
measure("group and sort", lambda: len(full.execute("select a % 97, count(*), max(b) from t group by 1 order by 3").fetchall()))
