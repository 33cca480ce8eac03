"""Reads routes.txt: the contract's examples, each request with its answers.

== 3.2.2 Projects                   a section
# GQL project(id)                   a remark
@Tool = {"tool": …}                 an object that answers name: `{"@": "Tool", "label": "x"}` is it, a field replaced
> GET /api/v1/acme/projects/prj-1   a request, with its body if it has one
< 200 {"@": "Project"}              its answer
~ as bob                            who asks for the next answer; the owner, ada, if it is not said
~ given shared, mem-cat             what there is besides what the request names
~ and PUT /api/… {"name": "x"}      what ada did just before
~ at /api/…                         another path than the request's
~ send {"name": " "}                another body than the request's; `~ send text/plain` sends it as that
                                    (a body with a `file` is a form, and the file one of FILES in scene.py)
~ header Origin: https://…          one more header
~ skip because …                    the answer is not replayed, and why
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "routes.txt"


@dataclass
class Conditions:
    """What holds for one answer."""

    who: str = "ada"
    given: list[str] = field(default_factory=list)
    before: list[tuple[str, str, Any]] = field(default_factory=list)
    path: str | None = None
    body: Any = None
    other_body: bool = False
    kind: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    skip: str | None = None


@dataclass
class Exchange:
    """One request and one of its answers."""

    line: int
    section: str
    method: str
    path: str
    json: Any
    status: int
    body: Any
    has_body: bool
    conditions: Conditions

    @property
    def title(self) -> str:
        return f"{self.line}: {self.method} {self.path} {self.status}"


def read(file: Path = FILE) -> list[Exchange]:
    """Every exchange, in the file's order."""
    lines = file.read_text().splitlines()
    objects = {
        name.strip(): json.loads(text)
        for name, _, text in (line[1:].partition("=") for line in lines if line.startswith("@"))
    }
    return list(_exchanges(lines, objects))


def _exchanges(lines: list[str], objects: dict[str, Any]) -> Iterator[Exchange]:
    section, request, conditions = "", ("", "", None), Conditions()
    for number, line in enumerate(lines, 1):
        mark, _, rest = line.partition(" ")
        match mark:
            case "==":
                section = rest
            case ">":
                request, conditions = _request(rest), Conditions()
            case "~":
                _condition(conditions, *rest.split(" ", 1))
            case "<":
                status, _, text = rest.partition(" ")
                body = expanded(json.loads(text), objects) if text else None
                method, path, sent = request
                path = conditions.path or path
                sent = conditions.body if conditions.other_body else sent
                yield Exchange(number, section, method, path, sent, int(status), body, bool(text), conditions)
                conditions = Conditions()
            case _:
                assert not mark or mark.startswith(("#", "@")), f"routes.txt:{number}: {line}"


def _request(text: str) -> tuple[str, str, Any]:
    method, path, body = [*text.split(" ", 2), ""][:3]
    return method, path, json.loads(body) if body else None


def _condition(found: Conditions, word: str, rest: str) -> None:
    match word:
        case "as":
            found.who = rest
        case "given":
            found.given += [each.strip() for each in rest.split(",")]
        case "and":
            found.before.append(_request(rest))
        case "at":
            found.path = rest
        case "send" if "/" in rest.split("{")[0]:
            found.kind = rest
        case "send":
            found.body, found.other_body = json.loads(rest), True
        case "header":
            name, _, value = rest.partition(": ")
            found.headers[name] = value
        case "skip":
            found.skip = rest
        case _:
            raise AssertionError(f"unknown condition: {word}")


def expanded(value: Any, objects: dict[str, Any]) -> Any:
    """The value with every `{"@": name, …}` written out."""
    if isinstance(value, list):
        return [expanded(each, objects) for each in value]
    if not isinstance(value, dict):
        return value
    fields = {key: expanded(each, objects) for key, each in value.items() if key != "@"}
    if "@" not in value:
        return fields
    base = expanded(objects[value["@"]], objects)
    return {**base, **fields} if isinstance(base, dict) else base
