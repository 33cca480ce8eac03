"""The OpenAPI documents: valid, complete, and true of what the routes answer."""

from typing import Any

import jsonschema
import orjson
import pytest
from openapi_spec_validator import validate

from rest_compat.coverage import coordinates, reached
from rest_compat.listing import table
from rest_compat.mount import compiled
from rest_compat.openapi import document
from tests.rest.stand_in import PROFILES, client, schema

DIALECTS = {each.profile.name: each for each in compiled(schema._schema, PROFILES)}


def written(name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(orjson.dumps(document(schema._schema, DIALECTS[name])))
    return found


def strict(node: Any) -> Any:
    """The schema, refusing keys that it does not name."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: strict(value) for key, value in node.items()}
    return {**found, "additionalProperties": False} if "properties" in found else found


@pytest.mark.parametrize("name", DIALECTS)
def test_a_document_is_valid(name: str) -> None:
    validate(written(name))


@pytest.mark.parametrize("name", DIALECTS)
def test_every_operation_has_a_summary_an_id_a_tag_and_its_graphql(name: str) -> None:
    found = written(name)
    tags = {tag["name"] for tag in found["tags"] if tag["description"]}
    operations = [each for path in found["paths"].values() for key, each in path.items() if key != "servers"]
    assert sorted(each["operationId"] for each in operations) == sorted(each.name for each in DIALECTS[name].routes)
    for each in operations:
        assert each["summary"]
        assert set(each["tags"]) <= tags
        assert f" {each['operationId']}" in each["x-graphql-operation"]
        assert any(status.startswith("4") for status in each["responses"])


@pytest.mark.parametrize("name", DIALECTS)
def test_no_component_is_unused(name: str) -> None:
    found = written(name)
    text = orjson.dumps(found).decode()
    for kind in ("schemas", "responses"):
        for each in found["components"][kind]:
            assert f'"#/components/{kind}/{each}"' in text


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/acme/projects", "/{org}/projects"),
        ("/acme/projects/1", "/{org}/projects/{id}"),
        ("/acme/recordings/all", "/{org}/recordings/all"),
        ("/acme/recordings/30", "/{org}/recordings/{id}"),
        ("/acme/names", "/{org}/names"),
        ("/me", "/me"),
    ],
)
async def test_an_answer_is_what_the_document_says(path: str, route: str) -> None:
    found = written("thicket")
    schema_ = found["paths"][route]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    async with client() as http:
        answer = await http.get(f"/api/v1{path}")
    whole = strict({**schema_, "components": found["components"]})
    jsonschema.Draft202012Validator(whole).validate(answer.json())


def test_every_example_is_what_its_schema_says() -> None:
    found = written("thicket")
    for path in found["paths"].values():
        for method, operation in path.items():
            if method == "servers":
                continue
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for content in (each.get("content", {}).get("application/json") for each in bodies):
                if content:
                    whole = {**content["schema"], "components": found["components"]}
                    jsonschema.Draft202012Validator(whole).validate(content["example"])


def test_a_request_tells_its_limits_and_defaults() -> None:
    found = written("thicket")["paths"]
    body = found["/{org}/projects"]["post"]["requestBody"]
    assert body["required"] is True
    assert body["content"]["application/json"]["schema"] == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "What it is called."},
            "description": {"type": ["string", "null"], "description": "What it is about."},
            "is_open": {"type": ["boolean", "null"], "description": "Everybody sees it."},
        },
        "required": ["title"],
    }
    status = next(each for each in found["/{org}/projects"]["get"]["parameters"] if each["name"] == "status")
    assert status == {
        "name": "status",
        "in": "query",
        "required": False,
        "schema": {"type": ["string", "null"], "enum": ["active", "archived", "trashed", None], "default": "active"},
        "description": "Where they are",
    }


def test_a_patch_field_that_takes_no_null_says_so() -> None:
    patch = written("thicket")["paths"]["/{org}/recordings/{id}"]["patch"]
    properties = patch["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert properties["title"]["type"] == "string"
    assert properties["due_on"]["type"] == ["string", "null"]


def test_types_with_different_keys_are_named_variants() -> None:
    schemas = written("thicket")["components"]["schemas"]
    assert schemas["Recording"]["anyOf"] == [
        {"$ref": "#/components/schemas/RecordingMessage"},
        {"$ref": "#/components/schemas/RecordingTodo"},
        {"$ref": "#/components/schemas/RecordingTodolist"},
        {"$ref": "#/components/schemas/RecordingUpload_"},
    ]
    assert schemas["RecordingTodo"]["properties"]["type"]["const"] == "todo"
    assert "due_on" not in schemas["RecordingMessage"]["properties"]
    assert schemas["RecordingTodolist"]["properties"]["meta"]["required"] == ["total_count"]


def test_a_public_route_asks_for_no_credential() -> None:
    found = written("thicket")["paths"]
    assert found["/me"]["get"]["security"] == []
    assert found["/feeds/{token}.ics"]["servers"] == [{"url": "/"}]
    assert "security" not in found["/{org}/projects"]["get"]


def test_answers_that_are_no_json_say_what_they_are() -> None:
    found = written("thicket")["paths"]
    feed = found["/feeds/{token}.ics"]["get"]["responses"]
    assert feed["200"]["content"] == {"text/calendar": {"schema": {"type": "string"}}}
    assert ("304" in feed, "206" in feed) == (True, False)
    file = found["/{org}/uploads/{id}/file"]["get"]["responses"]
    binary = {"application/octet-stream": {"schema": {"contentMediaType": "application/octet-stream"}}}
    assert (file["200"]["content"], file["206"]["content"]) == (binary, binary)
    assert {"304", "404", "416"} <= set(file)


async def test_the_document_is_public_and_cached() -> None:
    async with client("") as http:
        answer = await http.get("/api/v1/openapi.json")
        again = await http.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
        gipo = await http.get("/dialects/gipo/api/v1/openapi.json")
    assert (answer.status_code, answer.json()["openapi"], answer.json()["info"]["title"]) == (
        200,
        "3.1.0",
        "Thicket API",
    )
    assert (again.status_code, again.content) == (304, b"")
    assert gipo.json()["info"]["title"] == "Gipo API"


async def test_the_explorer_loads_scripts_from_here_alone() -> None:
    async with client("") as http:
        page = await http.get("/api/v1/explorer")
        start = await http.get("/api/v1/explorer/start.js")
        script = await http.get("/api/v1/explorer/swagger-ui-bundle.js")
        other = await http.get("/api/v1/explorer/core.py")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.text.count("<script") == page.text.count('<script src="/api/v1/explorer/')
    assert '"url":"/api/v1/openapi.json"' in start.text
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert other.status_code == 404


async def test_a_dialects_explorer_stays_below_its_mount() -> None:
    mount = "/dialects/gipo/api/v1"
    async with client("") as http:
        page = await http.get(f"{mount}/explorer")
        start = await http.get(f"{mount}/explorer/start.js")
        script = await http.get(f"{mount}/explorer/swagger-ui-bundle.js")
    assert page.text.count("<script") == page.text.count(f'<script src="{mount}/explorer/') == 2
    assert f'"url":"{mount}/openapi.json"' in start.text
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"


def test_every_coordinate_that_the_documents_use_is_told() -> None:
    everything = coordinates(schema._schema)
    native = reached(schema._schema, DIALECTS["thicket"].routes)
    assert {"Todo.id", "Message.assignees", "Organization.projects(first:)", "RecordingPatch.dueOn"} <= native
    assert {each for each in everything - native if each.startswith("Organization.")} == {
        "Organization.projects(after:)",
    }
    assert "CreateProjectInput.spaces" not in native


def test_the_listing_has_a_line_for_every_route() -> None:
    lines = table(DIALECTS.values()).splitlines()
    assert len(lines) == sum(len(each.routes) for each in DIALECTS.values())
    assert lines[0].split() == ["gipo", "GET", "/api/v1/projects", "GipoListProjects", "projects.graphql"]


def test_dialects_are_compiled_apart() -> None:
    assert {each.path for each in DIALECTS["thinkex"].routes} == {"/api/workspaces", "/api/workspaces/{id}"}
