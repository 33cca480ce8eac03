"""Requests with files: what `httpx` is given for them. A file in a test's values is `File(name, bytes)`."""

import json
from typing import Any, NamedTuple


class File(NamedTuple):
    """A file to send."""

    name: str
    content: bytes


MEANT = {"graphql-require-preflight": "1"}


def of_rest(values: Any) -> dict[str, Any]:
    """A body of JSON, or a form where there is a file in it."""
    if values is None:
        return {}
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
