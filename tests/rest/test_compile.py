"""Documents become routes, or the server does not start and says why."""

from dataclasses import replace
from pathlib import Path

import pytest
from graphql import OperationType

from rest_compat.compile import Route, compile_dialect
from rest_compat.language import RouteDoesNotFit
from rest_compat.mount import compiled
from rest_compat.table import build, find, segments
from tests.rest.stand_in import PROFILES, schema


def routes(folder: Path, text: str) -> list[Route]:
    (folder / "made.graphql").write_text(text)
    return compile_dialect(schema._schema, replace(PROFILES[0], folder=folder))


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(RouteDoesNotFit) as raised:
        routes(folder, text)
    return str(raised.value)


def test_an_unknown_field_is_named_with_its_file_and_route(tmp_path: Path) -> None:
    text = 'query One @http(method: GET, path: "/one") { viewer { nope } }'
    assert (
        refusal(tmp_path, text)
        == "made.graphql: GET /one (One): Cannot query field 'nope' on type 'Person'. Did you mean 'name'?"
    )


def test_a_misspelt_directive_argument_is_told(tmp_path: Path) -> None:
    text = 'query One @http(metod: GET, path: "/one") { viewer { id } }'
    said = refusal(tmp_path, text)
    assert "made.graphql: ? /one (One): " in said
    assert "Unknown argument 'metod' on directive '@http'" in said


def test_text_that_is_no_graphql_is_told_with_its_line(tmp_path: Path) -> None:
    assert refusal(tmp_path, "query One {\n  viewer {").startswith("made.graphql:2: Syntax Error")


def test_get_never_runs_a_mutation(tmp_path: Path) -> None:
    text = 'mutation Gone($id: ID!) @http(method: GET, path: "/gone/{id}") { deleteProject(id: $id) }'
    assert refusal(tmp_path, text) == (
        "made.graphql: GET /gone/{id} (Gone): GET only with a query: reading must not change anything"
    )


def test_a_path_parameter_without_a_variable_is_told(tmp_path: Path) -> None:
    text = 'query One @http(method: GET, path: "/one/{id}") { viewer { id } }'
    assert refusal(tmp_path, text) == "made.graphql: GET /one/{id} (One): no variable for the path's id"


def test_two_routes_cannot_claim_the_same_requests(tmp_path: Path) -> None:
    text = """
    query One($a: ID!) @http(method: GET, path: "/people/{a}") { viewer(token: $a) { id } }
    query Two($b: ID!) @http(method: GET, path: "/people/{b}") { viewer(token: $b) { id } }
    """
    assert refusal(tmp_path, text) == (
        "made.graphql: GET /api/v1/people/{b} (Two): "
        "GET /api/v1/people/{a} (One) in made.graphql claims the same requests"
    )


def test_the_same_operation_name_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "first.graphql").write_text('query One @http(method: GET, path: "/one") { viewer { id } }')
    text = 'query One @http(method: GET, path: "/two") { viewer { id } }'
    assert refusal(tmp_path, text) == "made.graphql: One is defined in first.graphql already"


def test_an_operation_needs_a_route(tmp_path: Path) -> None:
    assert refusal(tmp_path, "query One { viewer { id } }") == "made.graphql: One: the operation has no @http"


def test_a_fragment_that_nobody_uses_is_told(tmp_path: Path) -> None:
    text = 'fragment F on Person { id } query One @http(method: GET, path: "/one") { viewer { id } }'
    assert refusal(tmp_path, text) == "rest_compat/thicket: no operation uses the fragment F"


def test_every_wrong_document_is_told_at_once(tmp_path: Path) -> None:
    text = """
    query One @http(method: GET, path: "/one") { viewer { nope } }
    query Two @http(method: GET, path: "/two") { viewer { never } }
    """
    assert refusal(tmp_path, text).count("\n") == 1


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        ("viewer @flatten { id name } id: viewer { name }", "two fields of Query land on 'id'"),
        ("viewer { id @flatten }", "'id' is no object: @flatten and @pluck want one"),
        ("viewer @pluck { id name }", "@pluck wants exactly one selected field"),
        ("viewer { id @body } other: viewer { id @body }", "two fields are marked with @body"),
        ('viewer { id @wire(as: "loud") }', "the dialect has no encoder 'loud' for @wire"),
        ('keyOrganization { recordings { id @header(name: "X") } }', "'id' is inside a list: its directive wants"),
        ("keyOrganization { projects { nodes { creator { id @required } } } }", "'id' is inside a list"),
        ('viewer { name meta: name id @nest(in: "meta") }', "two fields of Person land on 'meta'"),
    ],
)
def test_a_selection_that_cannot_be_shaped_is_told(tmp_path: Path, selection: str, said: str) -> None:
    text = f'query One @http(method: GET, path: "/one") {{ {selection} }}'
    assert refusal(tmp_path, text).startswith(f"made.graphql: GET /one (One): {said}")


def test_a_redirect_needs_a_location(tmp_path: Path) -> None:
    text = 'query One @http(method: GET, path: "/one", status: 302) { viewer { id } }'
    assert refusal(tmp_path, text).endswith('status 302 wants a field with @header(name: "Location")')


def test_graphql_runs_the_operation_with_the_wires_keys_and_without_our_directives(tmp_path: Path) -> None:
    text = """
    query One($org: String!) @http(method: GET, path: "/{org}/one") {
      organization(slug: $org) {
        recordings @body { dueOn: title ... on Todolist @nest(in: "meta") { totalCount } }
      }
    }
    """
    (route,) = routes(tmp_path, text)
    assert route.operation.kind is OperationType.QUERY
    assert route.operation.text == (
        "query One($org: String!) {\n"
        "  organization(slug: $org) {\n"
        "    recordings {\n"
        "      due_on: title\n"
        "      ... on Todolist {\n"
        "        meta__total_count: totalCount\n"
        "      }\n"
        "    }\n"
        "  }\n"
        "}"
    )


def test_a_nested_fragment_is_put_in_place_and_stays_as_it_is_elsewhere(tmp_path: Path) -> None:
    text = """
    fragment F on Person { id name }
    query One @http(method: GET, path: "/one") { viewer @body { ...F ...F @nest(in: "again") } }
    """
    (route,) = routes(tmp_path, text)
    assert route.operation.text == (
        "query One {\n  viewer {\n    ...F\n"
        "    ... on Person {\n      again__id: id\n      again__name: name\n    }\n  }\n}\n\n"
        "fragment F on Person {\n  id\n  name\n}"
    )


def test_an_answer_that_needs_no_shaping_is_not_touched(tmp_path: Path) -> None:
    (route,) = routes(tmp_path, 'query One @http(method: GET, path: "/one") { viewer { id name } }')
    assert route.converts[None] is None
    assert route.body == ("viewer",)


def test_an_aliased_root_field_makes_an_envelope(tmp_path: Path) -> None:
    (route,) = routes(tmp_path, 'query One @http(method: GET, path: "/one") { viewer: viewer { id } }')
    assert route.body == ()


def test_one_operation_may_have_two_paths(tmp_path: Path) -> None:
    text = 'query One @http(method: GET, path: "/one") @http(method: GET, path: "/old-one") { viewer { id } }'
    assert [(each.name, each.path) for each in routes(tmp_path, text)] == [
        ("One", "/api/v1/one"),
        ("One2", "/api/v1/old-one"),
    ]


def test_a_variable_that_says_nothing_is_described_by_what_it_fills() -> None:
    (create,) = [each for each in compiled(schema._schema, PROFILES)[0].routes if each.name == "CreateProject"]
    assert {each.wire: each.description for each in create.parameters} == {
        "org": "The organization's slug.",
        "title": "What it is called.",
        "description": "What it is about.",
        "is_open": "Everybody sees it.",
    }


def test_literal_segments_win_over_parameters() -> None:
    table = build(compiled(schema._schema, PROFILES)[0].routes)
    found = find(table, segments(b"/api/v1/acme/recordings/all"))
    assert found is not None
    assert [route.name for route in found.routes["GET"]] == ["AllRecordings"]
    other = find(table, segments(b"/api/v1/acme/recordings/al%2Fl/"))
    assert other is not None
    (patch,) = other.routes["PATCH"]
    assert other.parameters(patch) == {"org": "acme", "id": "al/l"}
    assert find(table, segments(b"/api/v1/acme/recordings/a/b")) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("streamed: true", "what is streamed is read by GET, and has a media type"),
        ('media: "text/csv", status: 204', "a media type is for a success that no handler makes"),
    ],
)
def test_kinds_of_answers_that_do_not_go_together_are_told(tmp_path: Path, said: str, why: str) -> None:
    text = f'query One @http(method: GET, path: "/one", {said}) {{ viewer {{ id }} }}'
    assert refusal(tmp_path, text) == f"made.graphql: GET /one (One): {why}"
