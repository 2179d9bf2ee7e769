"""Holds documents against a JSON Schema: validate_results.py SCHEMA FILE, the file being an array of documents.

Prints a line for each: "ok", or the place and message of an error. Exits 77 where jsonschema can't do it.
"""

import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError as error:
    print(f"{error}: python3-jsonschema 4 or newer is needed")
    sys.exit(77)

with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
with open(sys.argv[2]) as file:
    documents = json.load(file)
for document in documents:
    error = next(iter(validator.iter_errors(document)), None)
    print("ok" if error is None else f"{error.json_path}: {error.message[:200]!r}")
