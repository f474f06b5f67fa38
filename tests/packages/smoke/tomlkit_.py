import tomllib

import tomlkit

text = '# top\ntitle = "x" # note\n\n[a.b]\nnumbers = [ 1, 2,\n  3 ]\nwhen = 2024-02-29T10:00:00Z\n\n[[list]]\nn = 1\n'
document = tomlkit.parse(text)
assert tomlkit.dumps(document) == text
document["a"]["b"]["numbers"].append(4)
document["title"] = "y"
document.add("new", tomlkit.table().add("k", True))
again = tomllib.loads(tomlkit.dumps(document))
assert again["a"]["b"]["numbers"] == [1, 2, 3, 4] and again["new"] == {"k": True} and "# top" in tomlkit.dumps(document)
