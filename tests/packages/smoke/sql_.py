import sqlglot
import sqlparse

text = "select a, count(*) from t left join u on t.id = u.id where x > 3 and y in (1, 2) group by a order by 2 desc limit 5"
pretty = sqlparse.format(text, reindent=True, keyword_case="upper")
assert pretty.startswith("SELECT a,\n       count(*)\nFROM t\nLEFT JOIN u"), pretty
assert len(sqlparse.split("select 1; select 2;")) == 2
tree = sqlglot.parse_one(text)
assert {table.name for table in tree.find_all(sqlglot.exp.Table)} == {"t", "u"}
assert sqlglot.transpile("SELECT EPOCH_MS(1618088028295)", read="duckdb", write="hive")[0].startswith("SELECT FROM_UNIXTIME(")
assert sqlglot.transpile("SELECT `a` FROM x LIMIT 3", read="mysql", write="tsql") == ["SELECT TOP 3 [a] FROM x"]
from sqlglot.optimizer import optimize
assert "42" in optimize("SELECT x FROM (SELECT 40 + 2 AS x) AS q").sql()
from sqlglot.executor import execute
assert execute("SELECT a, SUM(b) AS s FROM t GROUP BY a ORDER BY a", tables={"t": [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 2, "b": 1}]}).rows == [(1, 5), (2, 1)]
