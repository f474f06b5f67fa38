import datetime
import yaml

text = """
name: test
list: [1, 2.5, null, yes, ~]
nested:
  - {a: 1, b: &x [x, y]}
  - *x
when: 2024-02-29
folded: >
  one
  two
literal: |
  a
   b
"""
data = yaml.safe_load(text)
assert data["list"] == [1, 2.5, None, True, None] and data["nested"][0]["b"] is data["nested"][1]
assert data["when"] == datetime.date(2024, 2, 29) and data["folded"] == "one two\n" and data["literal"] == "a\n b\n"
assert yaml.safe_load(yaml.safe_dump(data, sort_keys=False, allow_unicode=True)) == data
try:
    yaml.safe_load("a: [1, 2\nb: 3")
except yaml.YAMLError as error:
    assert error.problem_mark.line == 1
else:
    raise AssertionError
assert list(yaml.safe_load_all("--- 1\n--- 2\n")) == [1, 2]
assert not yaml.__with_libyaml__ or "yaml._yaml"
