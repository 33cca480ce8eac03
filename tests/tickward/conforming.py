"""What Tickward's clients may be answered (openapi.yaml), and whether an answer is that and nothing more.

An answer is held against the document that we serve as well: it says the same, or what people read there is wrong.

The document holds facts only: names, types, limits and statuses of the product's public OpenAPI document, of seed 004
and of routes.md 3.6. Every object in it is closed, so that a field which is not declared fails.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import orjson
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from app.api.schema import schema
from rest_compat.openapi import document
from tests.contract.routes import DIALECTS

BASE = re.compile(r"^(/dialects/tickward)?/api/v1")
DOCUMENT: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "openapi.yaml").read_text())
PLACES = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in DOCUMENT["paths"]]
"""The longest first would be wrong: what has no parameter comes first in the document, as `/projects/preview`."""
METHODS = ("get", "post", "patch", "delete")
REFUSAL = {"$ref": "#/components/schemas/ErrorResponse"}


def operations() -> set[tuple[str, str]]:
    """Method and path of all that the document describes."""
    return {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item}


def conform(answer: httpx.Response) -> None:
    """Raise AssertionError where the answer is none that the document has for this request.

    What the document does not know, a path or a method, is refused in the shape of all refusals.
    """
    request = answer.request
    path = BASE.sub("", request.url.path)
    known = next((item for pattern, item in PLACES if pattern.fullmatch(path)), None)
    operation = DOCUMENT["paths"][known].get(request.method.lower()) if known else None
    if operation is None:
        assert answer.status_code in (404, 405), f"{request.method} {path} is not in the document"
        check(REFUSAL, answer.json())
        return
    said = operation["responses"].get(str(answer.status_code))
    assert said, f"{request.method} {known} does not answer {answer.status_code}"
    if "$ref" in said:
        check(REFUSAL, answer.json())
        check({"$ref": "#/components/schemas/Error"}, answer.json(), served())
    elif "content" in said:
        assert answer.headers["content-type"] == "application/json"
        check(said["content"]["application/json"]["schema"], answer.json())
        ours = served()["paths"][known][request.method.lower()]["responses"][str(answer.status_code)]
        check(ours["content"]["application/json"]["schema"], answer.json(), served())
    else:
        assert answer.content == b""


def check(schema: dict[str, Any], body: Any, document: dict[str, Any] = DOCUMENT) -> None:
    problems = [
        f"{each.json_path}: {each.message}"
        for error in _validator(str(schema), document is DOCUMENT).iter_errors(body)
        for each in (error, *(error.context or ()))
    ]
    assert not problems, "\n".join(problems)


@cache
def _validator(schema: str, public: bool) -> Draft202012Validator:
    """Of a schema as it is written, with the others of the public document, or of ours, in reach."""
    whole = {**yaml.safe_load(schema), "components": (DOCUMENT if public else served())["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


@cache
def served() -> dict[str, Any]:
    """The document that we serve, every object of it closed."""
    dialect = next(each for each in DIALECTS if each.profile.name == "tickward")
    found: dict[str, Any] = _closed(orjson.loads(orjson.dumps(document(schema._schema, dialect))))
    return found


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: _closed(value) for key, value in node.items()}
    return {**found, "additionalProperties": False} if "properties" in found and "type" in found else found


def untyped(node: Any, path: str = "") -> list[str]:
    """Where a schema below says nothing of its value."""
    if isinstance(node, list):
        return [each for number, child in enumerate(node) for each in untyped(child, f"{path}/{number}")]
    if not isinstance(node, dict):
        return []
    properties = node.get("properties", {}) if "type" in node else {}
    silent = [f"{path}/{name}" for name, value in properties.items() if not value.keys() - {"description"}]
    return silent + [each for name, child in node.items() for each in untyped(child, f"{path}/{name}")]
