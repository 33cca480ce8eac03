"""What Tickward's clients may be answered (openapi.yaml), and whether an answer is that and nothing more.

The document holds facts only: names, types, limits and statuses of the product's public OpenAPI document, of seed 004
and of routes.md 3.6. Every object in it is closed, so that a field which is not declared fails.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from jsonschema import Draft202012Validator, FormatChecker

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
    elif "content" in said:
        assert answer.headers["content-type"] == "application/json"
        check(said["content"]["application/json"]["schema"], answer.json())
    else:
        assert answer.content == b""


def check(schema: dict[str, Any], body: Any) -> None:
    problems = [
        f"{each.json_path}: {each.message}"
        for error in _validator(str(schema)).iter_errors(body)
        for each in (error, *(error.context or ()))
    ]
    assert not problems, "\n".join(problems)


@cache
def _validator(schema: str) -> Draft202012Validator:
    """Of a schema as it is written, with the document's others in reach."""
    whole = {**yaml.safe_load(schema), "components": DOCUMENT["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())
