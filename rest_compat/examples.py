"""Examples for the OpenAPI document: made up from its schemas, or taken from the dialect's `examples.json`."""

from functools import cache
from typing import Any

import orjson

from rest_compat.profile import Profile

Json = dict[str, Any]
DEEPEST = 6


@cache
def written(profile: Profile) -> Json:
    """`{operationId: {"request": …, "response": …}}`, as far as somebody wrote some."""
    path = profile.folder / "examples.json"
    found: Json = orjson.loads(path.read_bytes()) if path.is_file() else {}
    return found


def made_up(schema: Json, named: Json, key: str = "", depth: int = 0) -> Any:
    """A value that the schema allows. `named` are the schemas that it may refer to; `key` is where the value stands."""
    if "$ref" in schema:
        return made_up(named[schema["$ref"].rsplit("/", 1)[-1]], named, key, depth)
    given = [schema[known] for known in ("default", "const") if known in schema]
    given += [schema[known][0] for known in ("examples", "enum") if schema.get(known)]
    if given:
        return given[0]
    if "anyOf" in schema:
        return None if _nullable(schema) and depth > DEEPEST else made_up(schema["anyOf"][0], named, key, depth)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = "null" if depth > DEEPEST else kind[0]
    return _of_kind(kind, schema, named, key, depth)


def _of_kind(kind: Any, schema: Json, named: Json, key: str, depth: int) -> Any:
    match kind:
        case "object":
            properties = schema.get("properties", {})
            kept = properties if depth <= DEEPEST else schema.get("required", [])
            return {name: made_up(properties[name], named, name, depth + 1) for name in kept}
        case "array":
            return [] if depth > DEEPEST else [made_up(schema["items"], named, key, depth + 1)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "string":
            return _text(schema, key)
    return None if kind == "null" else {}


def _nullable(schema: Json) -> bool:
    return {"type": "null"} in schema["anyOf"]


def _text(schema: Json, key: str) -> str:
    text = key.replace("_", " ").capitalize() or "Text"
    least, most = schema.get("minLength", 0), schema.get("maxLength", len(text) + 100)
    return text.ljust(least, ".")[:most]
