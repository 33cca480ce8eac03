"""Requests with files or bare text: what `httpx` is given for them.

A file in a test's values is `File(name, bytes)`; a body that is sent as it is, `Raw(text, headers)`.
"""

import json
from typing import Any, NamedTuple


class File(NamedTuple):
    """A file to send."""

    name: str
    content: bytes


class Raw(NamedTuple):
    """A body that is no form and no JSON of ours, and headers that go with it."""

    text: str
    headers: dict[str, str]


MEANT = {"graphql-require-preflight": "1"}


def of_rest(values: Any) -> dict[str, Any]:
    """A body of JSON, or a form where there is a file in it."""
    if values is None:
        return {}
    if isinstance(values, Raw):
        return {"content": values.text.encode(errors="replace"), "headers": values.headers}
    if not isinstance(values, dict) or not any(isinstance(each, File) for each in values.values()):
        return {"json": values}
    files = {name: each for name, each in values.items() if isinstance(each, File)}
    fields = {name: _text(each) for name, each in values.items() if name not in files and each is not None}
    return {"files": files, "data": fields}


def of_graphql(query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The same for `/graphql`: the multipart request specification."""
    files = {name: each for name, each in variables.items() if isinstance(each, File)}
    if not files:
        return {"json": {"query": query, "variables": variables}}
    operations = {"query": query, "variables": {**variables, **dict.fromkeys(files)}}
    places = {name: [f"variables.{name}"] for name in files}
    return {"data": {"operations": json.dumps(operations), "map": json.dumps(places)}, "files": files}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
