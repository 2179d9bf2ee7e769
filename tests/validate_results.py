"""Holds documents against a JSON Schema: validate_results.py SCHEMA FILE [REFERENCED...], the file being an array of
documents, the referenced those schemas that the first one refers to by their $id.

Prints a line for each document: "ok", or the place and message of an error. Exits 77 where jsonschema can't do it.
"""

import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError as error:
    print(f"{error}: python3-jsonschema 4 or newer is needed")
    sys.exit(77)


def load(path):
    with open(path) as file:
        return json.load(file)


def moved(part, names, prefix):
    """The part with its references to $defs under a prefix, and those to other schemas' names into $defs."""
    if isinstance(part, list):
        return [moved(each, names, prefix) for each in part]
    if not isinstance(part, dict):
        return part
    part = {name: moved(each, names, prefix) for name, each in part.items()}
    target = part.get("$ref", "")
    schema, _, place = target.partition("#")
    if schema in names:
        part["$ref"] = "#/$defs/" + names[schema] + place
    elif target.startswith("#/"):
        part["$ref"] = prefix + target[1:]
    return part


def bundled(schema, others):
    """One schema that holds those it refers to."""
    names = {other["$id"]: f"bundled{place}" for place, other in enumerate(others)}
    whole = moved(schema, names, "#")
    for other in others:
        name = names[other.pop("$id")]
        whole.setdefault("$defs", {})[name] = moved(other, names, f"#/$defs/{name}")
    return whole


schema = bundled(load(sys.argv[1]), [load(path) for path in sys.argv[3:]])
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for document in load(sys.argv[2]):
    error = next(iter(validator.iter_errors(document)), None)
    print("ok" if error is None else f"{error.json_path}: {error.message[:200]!r}")
