import json

records = [{"id": i, "name": f"user {i}", "email": f"user{i}@example.org", "active": i % 3 == 0, "score": i * 1.25,
            "tags": ["alpha", "beta", "gamma"][: i % 4], "address": {"street": f"{i} Main Street", "zip": f"{10000 + i}", "geo": [i / 7, -i / 3]},
            "manager": None} for i in range(1500)]
text = json.dumps(records)
pretty = json.dumps(records, indent=2)
unicode_text = json.dumps([{"städt": "Überlingen \u2603 " * 3, "line": "tab\tquote\" \n" * 4} for _ in range(1500)])
numbers = json.dumps([[i * j for j in range(50)] for i in range(300)] + [i / 3 for i in range(3000)])

measure("loads", lambda: len(json.loads(text)))
measure("loads indented", lambda: len(json.loads(pretty)))
measure("loads escapes", lambda: len(json.loads(unicode_text)))
measure("loads numbers", lambda: len(json.loads(numbers)))
measure("dumps", lambda: len(json.dumps(records)))
measure("dumps indent", lambda: len(json.dumps(records, indent=2)))
measure("dumps sorted", lambda: len(json.dumps(records, sort_keys=True, separators=(",", ":"))))
measure("dumps no ascii", lambda: len(json.dumps(records, ensure_ascii=False)))
