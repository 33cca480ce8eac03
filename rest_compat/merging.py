"""One OpenAPI document of two dialects that are spoken at the same address (domain.md 4, ruling 20)."""

from typing import Any

from rest_compat.profile import Profile

Json = dict[str, Any]
REFERRED = ("schemas", "responses")
"""Components that are referred to by where they stand."""


def merged(own: Json, guest: Json, profile: Profile) -> Json:
    """The document with a guest's routes beside its own; `profile` is the guest's. No path may be in both.

    A component of the guest's has its name before its own, where there is one of that name already; its sections and
    credentials always have. Each of its operations says which credential it wants.
    """
    renamed = {kind: _clashes(own, guest, profile, kind) for kind in REFERRED}
    places = {
        f"#/components/{kind}/{old}": f"#/components/{kind}/{new}"
        for kind, names in renamed.items()
        for old, new in names.items()
    }
    kept, came = own["components"], guest["components"]
    components = {
        kind: kept[kind] | {renamed[kind].get(name, name): _moved(each, places) for name, each in came[kind].items()}
        for kind in REFERRED
    }
    schemes = {_of(profile, name): scheme for name, scheme in came["securitySchemes"].items()}
    wanted = [{_of(profile, name): scopes for name, scopes in each.items()} for each in guest["security"]]
    paths = {path: _entry(_moved(entry, places), profile, wanted) for path, entry in guest["paths"].items()}
    told = f"{own['info']['description']}\n\nBesides, the {profile.title}. {guest['info']['description']}"
    return {
        **own,
        "info": {**own["info"], "description": told},
        "tags": [*own["tags"], *({**tag, "name": _of(profile, tag["name"])} for tag in guest["tags"])],
        "paths": own["paths"] | paths,
        "components": {**components, "securitySchemes": kept["securitySchemes"] | schemes},
    }


def _clashes(own: Json, guest: Json, profile: Profile, kind: str) -> dict[str, str]:
    """Names of the guest's that are taken, and what takes their place."""
    taken = own["components"][kind].keys() & guest["components"][kind].keys()
    return {name: f"{profile.name.capitalize()}{name}" for name in sorted(taken)}


def _of(profile: Profile, name: str) -> str:
    return f"{profile.name}-{name}"


def _entry(entry: Json, profile: Profile, wanted: list[Json]) -> Json:
    """What is at a path of the guest's: its operations, in the guest's sections and with its credentials."""
    operations = {
        method: {"security": wanted, **operation, "tags": [_of(profile, tag) for tag in operation["tags"]]}
        for method, operation in entry.items()
        if method != "servers"
    }
    return entry | operations


def _moved(node: Any, places: dict[str, str]) -> Any:
    """The same, referring to where things stand now."""
    if isinstance(node, list):
        return [_moved(each, places) for each in node]
    if not isinstance(node, dict):
        return node
    return {key: places.get(value, value) if key == "$ref" else _moved(value, places) for key, value in node.items()}
