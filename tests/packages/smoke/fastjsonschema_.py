import fastjsonschema
from pyrsistent import freeze, pmap, pvector

validate = fastjsonschema.compile({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["name"], "properties": {
    "name": {"type": "string", "pattern": "^[a-z]+$"}, "age": {"type": "integer", "minimum": 0, "default": 7},
    "tags": {"type": "array", "items": {"$ref": "#/definitions/tag"}, "uniqueItems": True}}, "definitions": {"tag": {"enum": ["x", "y"]}}})
assert validate({"name": "ann", "tags": ["x"]}) == {"name": "ann", "age": 7, "tags": ["x"]}
for wrong, message in (({}, "data must contain ['name'] properties"), ({"name": "A"}, "data.name must match pattern ^[a-z]+$"), ({"name": "a", "age": -1}, "data.age must be bigger than or equal to 0"),
                       ({"name": "a", "tags": ["z"]}, "data.tags[0] must be one of ['x', 'y']")):
    try:
        validate(wrong)
    except fastjsonschema.JsonSchemaValueException as error:
        assert error.message == message, error.message
    else:
        raise AssertionError(wrong)
vector = pvector(range(1000)).set(500, "x")
assert vector[500] == "x" and len(vector.append(1)) == 1001 and freeze({"a": [1]}) == pmap({"a": pvector([1])})
