import csv
import io

rows = [[str(i), f"name {i}", f"{i * 1.5:.2f}", 'say "hi", now' if i % 5 == 0 else "plain text", "2024-01-01"] for i in range(8000)]
buffer = io.StringIO()
csv.writer(buffer).writerows(rows)
text = buffer.getvalue()
with_header = "id,name,price,note,date\r\n" + text


def write():
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(row)
    return len(out.getvalue())


def write_dicts():
    out = io.StringIO()
    writer = csv.DictWriter(out, ["a", "b", "c"])
    writer.writeheader()
    for i in range(5000):
        writer.writerow({"a": i, "b": "text", "c": i / 2})
    return len(out.getvalue())


measure("reader", lambda: sum(len(row) for row in csv.reader(io.StringIO(text))))
measure("reader of lines", lambda: sum(len(row) for row in csv.reader(text.splitlines())))
measure("DictReader", lambda: sum(len(row["note"]) for row in csv.DictReader(io.StringIO(with_header))))
measure("writer", write)
measure("DictWriter", write_dicts)
