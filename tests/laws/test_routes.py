"""Law 8, the facade's part: every route is documented, exemplified and judged, and nothing of the schema forgotten."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from app.api.schema import schema
from rest_compat.coverage import coordinates, reached
from rest_compat.dispatch import Dialect
from rest_compat.openapi import document
from tests.contract.examples import EXAMPLES
from tests.contract.matrix import MATRIX, PRINCIPALS
from tests.contract.routes import DIALECTS, NATIVE, OURS, ROUTES
from tests.laws.source import ROOT

LISTED = ROOT / "rest_compat" / "graphql_only.txt"


def graphql_only() -> dict[str, str]:
    """Coordinate, or pattern of some → the reason why no native route reaches it: that of the comment above it."""
    found: dict[str, str] = {}
    reason = ""
    for line in LISTED.read_text().splitlines():
        if line.startswith("# "):
            reason = line.removeprefix("# ")
        elif line.strip():
            assert reason, f"{line} has no reason"
            assert line not in found, f"{line} stands there twice"
            found[line] = reason
        else:
            reason = ""
    return found


def test_every_route_has_an_example() -> None:
    assert set(EXAMPLES) ^ set(ROUTES) == set()


def test_every_route_has_its_row_in_the_matrix() -> None:
    assert set(MATRIX) ^ set(ROUTES) == set()
    assert {name for name, row in MATRIX.items() if set(row) != set(PRINCIPALS)} == set()


def unreached() -> set[str]:
    return coordinates(schema._schema) - reached(schema._schema, OURS.values())


def test_every_field_of_the_schema_is_reached_by_rest_or_listed_with_a_reason() -> None:
    """What is new wants a route, or a line and a reason in rest_compat/graphql_only.txt."""
    patterns = graphql_only()
    assert sorted(each for each in unreached() if not any(fnmatchcase(each, pattern) for pattern in patterns)) == []


def test_the_list_of_what_rest_lacks_has_nothing_stale() -> None:
    missing = unreached()
    assert [pattern for pattern in graphql_only() if not any(fnmatchcase(each, pattern) for each in missing)] == []


def test_a_pattern_of_what_rest_lacks_hides_nothing_that_rest_has() -> None:
    """So a field that gets a route leaves the list, and a pattern means only what nobody reaches."""
    found = reached(schema._schema, OURS.values()) & coordinates(schema._schema)
    wide = {
        pattern: [each for each in found if fnmatchcase(each, pattern)] for pattern in graphql_only() if "*" in pattern
    }
    assert {pattern: hidden for pattern, hidden in wide.items() if hidden} == {}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.profile.name)
def test_every_route_is_in_the_openapi_document(dialect: Dialect) -> None:
    written = document(schema._schema, dialect)
    validate(written)
    found = {
        (method.upper(), path)
        for path, entry in written["paths"].items()
        for method in entry
        if method in ("get", "put", "post", "delete", "patch")
    }
    base = dialect.profile.base
    assert found == {
        (route.method, route.path.removeprefix(base) if route.in_base else route.path) for route in dialect.routes
    }


def test_a_native_path_is_snake_case_and_names_its_organization_first() -> None:
    free = {"/orgs", "/authorization", "/files/{token}", "/feeds/{token}.ics"}
    free |= {"/invitations/{token}", "/invitations/{token}/accept"}
    free |= {"/api/billing/prices", "/api/billing/webhook"}
    for route in NATIVE.values():
        path = route.path.removeprefix("/api/v1")
        assert path in free or path.startswith(("/{org}/", "/me/"))
        assert re.fullmatch(r"(/([a-z]+([_-][a-z]+)*|\{[a-z_]+\}))+(\.ics)?", path)


def test_the_documents_are_where_they_belong() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix() for path in Path(ROOT / "rest_compat").rglob("*.graphql")}
    assert folders == {"rest_compat", *(each.profile.folder.relative_to(ROOT).as_posix() for each in DIALECTS)}
