"""Kitchen's dialect beyond the contract's examples: forms, files, custom fields, pages, refusals, what others see."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.api.schema import schema
from app.core.db import Tx
from app.settings import Settings
from tests.contract.scene import Scene
from tests.contract.state import state
from tests.world import World, populate

BASE = "/dialects/kitchen/api/v1"
PLAIN = "/api/v1"


def wish(world: World, **changes: Any) -> dict[str, Any]:
    fields = {
        "title": "New project",
        "name": "John Doe",
        "email": f"john-{world.tag}@example.com",
        "initial_message": "Lorem *Ipsum*",
        "initial_message_format": "markdown",
    }
    return {key: value for key, value in {**fields, **changes}.items() if value is not None}


async def sent(world: World, method: str, path: str, who: str = "ana", **content: Any) -> httpx.Response:
    """A request with a key of this person, on the path that clients of Kitchen use."""
    headers = {**await world.credentials(who, "kitchen"), **content.pop("headers", {})}
    return await world.client.request(method, f"{PLAIN}{path}", headers=headers, **content)


async def begun(world: World, **changes: Any) -> Any:
    answer = await sent(world, "POST", "/projects", json=wish(world, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def field(world: World, name: str, type: str, **fields: Any) -> str:
    answer = await world.rest("ana", "POST", "/api/v1/{org}/custom-fields", {"name": name, "type": type, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_the_seeds_own_form_makes_a_project_with_a_file(world: World) -> None:
    """`-F 'files[]=@"attachment.jpg"' -F 'custom_fields[Project Type]="design"'`: curl sends no quotes."""
    await field(world, "Project Type", "text")
    fields = {**wish(world), "custom_fields[Project Type]": "design", "custom_fields[project type]": "other"}
    files = [("files[]", ("attachment.txt", b"Hello", "image/jpeg")), ("files[]", ("b", b"\x89PNG\r\n\x1a\n", "x/y"))]
    answer = await sent(world, "POST", "/projects", data=fields, files=files)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert "custom_fields" not in made
    message = made["latest_message"]
    assert (message["content"], message["format"], message["type"]) == ("Lorem *Ipsum*", "markdown", "message")
    first, second = message["files"]
    assert first == {
        "id": first["id"],
        "name": "attachment.txt",
        "size": 5,
        "mime_type": "text/plain",
        "extension": "txt",
        "url": first["url"],
        "created_at": first["created_at"],
    }
    assert (second["name"], second["extension"]) == ("b", "")
    assert (await world.client.get(first["url"])).content == b"Hello"
    shown = (await sent(world, "GET", f"/projects/{made['id']}")).json()
    assert [each["value"]["value"] for each in shown["custom_fields"]] == ["design"]


async def test_files_that_lie_elsewhere_are_links_in_the_message(world: World) -> None:
    fields = {**wish(world), "files[]": ["https://example.com/a.pdf", "https://example.com/b.pdf"]}
    made = (await sent(world, "POST", "/projects", data=fields)).json()
    rows = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings?type=message&project_id={made['id']}")).json()
    assert rows[0]["content"].count("<a href=") == 2


@pytest.mark.parametrize("how", ["json", "urlencoded", "multipart"])
async def test_every_write_takes_every_kind_of_body(world: World, how: str) -> None:
    def body(values: dict[str, Any]) -> dict[str, Any]:
        if how == "json":
            return {"json": values}
        return {"data": values} if how == "urlencoded" else {"files": {name: (None, v) for name, v in values.items()}}

    made = await sent(world, "POST", "/projects", **body(wish(world)))
    assert made.status_code == 201, made.text
    path = f"/projects/{made.json()['id']}"
    assert (await sent(world, "PUT", path, **body({"title": '"Quoted"'}))).json()["title"] == '"Quoted"'
    added = await sent(world, "PUT", f"{path}/managers", **body({"user_id": world.id("bob")}))
    assert (added.status_code, added.json()["group"], added.json()["role"]) == (200, "manager", "member")


FIELDS = [
    ("text", {}, "design", "design", "string"),
    ("number", {}, "12.50", "12.5", "int"),
    ("boolean", {}, "1", "true", "bool"),
    ("date", {}, "2026-06-07", "2026-06-07", "date"),
    ("list", {"options": ["S", "L"]}, "L", "L", "string"),
]


@pytest.mark.parametrize(("type", "more", "said", "kept", "native"), FIELDS)
async def test_a_custom_field_of_each_type(
    world: World, type: str, more: Any, said: str, kept: str, native: str
) -> None:
    id = await field(world, "Size", type, description="How large", **more)
    made = await begun(world, custom_fields={"Size": said, "size": "not this one", "Nope": "none such"})
    (shown,) = (await sent(world, "GET", f"/projects/{made['id']}")).json()["custom_fields"]
    assert shown == {
        "id": id,
        "name": "Size",
        "type": type,
        "options": more.get("options"),
        "description": "How large",
        "field_name": f"custom_field_{type}",
        "scope": "project",
        "value": {"id": f"{id}.{made['id']}", "native_type": native, "value": kept},
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }


async def test_a_value_that_does_not_fit_its_field_leaves_nothing_behind(world: World) -> None:
    for name, type in (("Due", "date"), ("Cost", "number")):
        await field(world, name, type)
    before = await state(world.owner, world)
    sent_ = wish(world, custom_fields={"Due": "soon", "Cost": "much"})
    answer = await sent(world, "POST", "/projects", json=sent_)
    errors = {
        "custom_fields.Due": ["The selected custom fields.Due is invalid."],
        "custom_fields.Cost": ["The selected custom fields.Cost is invalid."],
    }
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)
    assert answer.json()["message"].endswith(" is invalid. (and 1 more error)")
    assert await state(world.owner, world) == before


async def test_all_that_is_wrong_is_told_in_laravels_words(world: World) -> None:
    before = await state(world.owner, world)
    answer = await sent(world, "POST", "/projects", json={"title": None, "name": 5, "files": "x", "email": " "})
    assert (answer.status_code, answer.json()) == (
        422,
        {
            "message": "The title field is required. (and 5 more errors)",
            "errors": {
                "title": ["The title field is required."],
                "name": ["The name field must be a string."],
                "email": ["The email field is required."],
                "initial_message": ["The initial message field is required."],
                "initial_message_format": ["The initial message format field is required."],
                "files": ["The files field must be an array."],
            },
        },
    )
    wrong = wish(world, title="x" * 201, email="nobody", files=["ftp://x/y"])
    answer = await sent(world, "POST", "/projects", json=wrong)
    assert answer.json()["errors"] == {
        "title": ["The title field must not be greater than 200 characters."],
        "email": ["The email field must be a valid email address."],
        "files.0": ["The files.0 field must be an http or https address."],
    }
    assert await state(world.owner, world) == before


async def test_pages_are_laravels(world: World) -> None:
    for number in range(3):
        await begun(world, title=f"P{number}")
    page = (await sent(world, "GET", "/projects?per_page=2&page=2")).json()
    assert [each["title"] for each in page["data"]] == ["P0"]
    assert page["meta"] == {
        "current_page": 2,
        "from": 3,
        "last_page": 2,
        "path": f"{world.settings.url}/api/v1/projects",
        "per_page": 2,
        "to": 3,
        "total": 3,
    }
    for query, name, told in (
        ("per_page=0", "per_page", "The per page field must be between 1 and 100."),
        ("per_page=ten", "per_page", "The per page field must be an integer."),
        ("page=0", "page", "The page field must be between 1 and 1000000."),
    ):
        answer = await sent(world, "GET", f"/projects?{query}")
        assert (answer.status_code, answer.json()) == (422, {"message": told, "errors": {name: [told]}})


async def test_archived_projects_are_listed_and_trashed_ones_are_nowhere(world: World) -> None:
    kept, gone = await begun(world, title="Kept"), await begun(world, title="Gone")
    for id, status in ((kept["id"], "archived"), (gone["id"], "trashed")):
        await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{id}/status/{status}")
    listed = (await sent(world, "GET", "/projects")).json()
    assert [(each["title"], each["status"]) for each in listed["data"]] == [("Kept", "archived")]
    assert (await sent(world, "GET", f"/projects/{gone['id']}")).status_code == 404
    assert (await sent(world, "PUT", f"/projects/{gone['id']}/clients", json={"user_id": "x"})).status_code == 404
    refused = await sent(world, "PUT", f"/projects/{kept['id']}", json={"title": "Other"})
    assert (refused.status_code, refused.json()) == (403, {"message": "This action is unauthorized."})


async def test_notes_are_not_counted_and_a_message_of_the_team_is_the_latest_once_it_is_shared(world: World) -> None:
    made = await begun(world)
    tools = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{made['id']}/tools")).json()
    note = await world.child("ana", tools[0]["container_id"], "message", title="Note", content="Among us")
    shown = (await sent(world, "GET", f"/projects/{made['id']}")).json()
    assert (shown["messages_count"], shown["latest_message"]["id"]) == (1, made["latest_message"]["id"])
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/recordings/{note['id']}/visibility", {"visible_to_clients": True})
    shown = (await sent(world, "GET", f"/projects/{made['id']}")).json()
    assert shown["messages_count"] == 2
    latest = shown["latest_message"]
    assert (latest["format"], latest["content"], latest["author"]["group"]) == ("html", "Among us", "manager")
    assert latest["author"]["role"] == "admin"


async def test_what_kitchen_makes_is_there_for_everybody(world: World) -> None:
    made = await begun(world)
    native = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{made['id']}")).json()
    assert (native["name"], native["all_access"], native["clients_enabled"]) == ("New project", False, True)
    board = native["tools"][0]["container_id"]
    (message,) = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings/{board}/children")).json()
    assert (message["title"], message["content"]) == ("Lorem Ipsum", "<p>Lorem <em>Ipsum</em></p>")
    assert message["creator_id"] == made["author"]["id"]
    company = (await world.rest("ana", "POST", "/api/v1/{org}/companies", {"name": "Client Co"})).json()
    await world.rest("ana", "PATCH", f"/api/v1/{{org}}/projects/{made['id']}", {"company_id": company["id"]})
    assert (await sent(world, "GET", f"/projects/{made['id']}")).json()["company"] == {
        "id": company["id"],
        "name": "Client Co",
        "initials": "CC",
        "website": None,
        "email": None,
        "phone_number": None,
        "address": None,
        "created_at": company["created_at"][:19] + "+00:00",
    }


async def test_who_is_put_on_a_project_is_told_who_did_it_and_only_once(world: World) -> None:
    made = await begun(world)
    for _ in range(2):
        answer = await sent(world, "PUT", f"/projects/{made['id']}/clients", data={"user_id": world.id("cleo")})
        assert answer.status_code == 200
    rows = (await world.rest("cleo", "GET", "/api/v1/{org}/my/notifications")).json()["notifications"]
    assert [(row["action"], row["actor_membership_id"], row["project_id"]) for row in rows] == [
        ("added_to_project", world.id("ana"), made["id"])
    ]
    gone = await sent(world, "DELETE", f"/projects/{made['id']}/clients/{world.id('cleo')}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await sent(world, "GET", f"/projects/{made['id']}", "cleo")).status_code == 404


async def test_a_read_only_key_reads_and_writes_nothing(world: World) -> None:
    made = await begun(world)
    fields = {"dialect": "kitchen", "name": "Reader", "permission": "read"}
    key = (await world.rest("ana", "POST", "/api/v1/{org}/api-keys", fields)).json()["token"]
    headers = {"authorization": f"Bearer {key}"}
    before = await state(world.owner, world)
    assert (await world.client.get("/api/v1/projects", headers=headers)).status_code == 200
    for method, path in (("PUT", f"/projects/{made['id']}"), ("POST", "/projects")):
        answer = await world.client.request(method, f"/api/v1{path}", headers=headers, json=wish(world))
        assert (answer.status_code, answer.json()) == (403, {"message": "This action is unauthorized."})
    after = await state(world.owner, world)
    assert {name for name in after if after[name] != before[name]} <= {"api_keys"}


async def test_other_refusals_have_a_message_too(world: World) -> None:
    answers = [
        await sent(world, "PATCH", "/projects"),
        await sent(world, "GET", "/nothing"),
        await sent(world, "PUT", "/projects/x", content=b"{", headers={"content-type": "application/json"}),
    ]
    assert [(each.status_code, each.json()) for each in answers] == [
        (405, {"message": "Method not allowed."}),
        (404, {"message": "Not found."}),
        (400, {"message": "Malformed JSON."}),
    ]
    assert answers[0].headers["allow"] == "GET, HEAD, OPTIONS, POST"


HOSTILE = [
    {"title": {"a": 1}},
    {"title": ["a"]},
    {"custom_fields": "x"},
    {"custom_fields": {"Project Type": {"a": 1}}},
    {"custom_fields": [1]},
    {"files": [{"a": 1}]},
    {"files": ["https://[::1"]},
    {"files": ["https://example.com/"] * 21},
    {"initial_message": "\x00"},
    {"initial_message": "<script></script>", "initial_message_format": "html"},
    {"initial_message": "x" * 50_001},
    {"email": "a@b"},
]


@pytest.mark.parametrize("change", HOSTILE, ids=lambda change: json.dumps(change)[:40])
async def test_bad_input_is_refused_and_leaves_no_trace(world: World, change: dict[str, Any]) -> None:
    await field(world, "Project Type", "text")
    before = await state(world.owner, world)
    answer = await sent(world, "POST", "/projects", json={**wish(world), **change})
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"].startswith("The ")
    assert list(answer.json()["errors"])
    assert await state(world.owner, world) == before


@pytest.mark.parametrize(
    "text", ["# Hello\n\n| a |\n|---|\n| b |", "<b onclick=x>bold</b>", "[x](javascript:alert(1))"]
)
async def test_markdown_is_kept_word_for_word_and_made_safe_for_the_native_side(world: World, text: str) -> None:
    made = await begun(world, initial_message=text)
    assert made["latest_message"]["content"] == text
    rows = (await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings?type=message&project_id={made['id']}")).json()
    assert "onclick" not in rows[0]["content"]
    assert "javascript" not in rows[0]["content"].partition("href")[2]


BUDGETS = {
    "/projects?per_page={size}": 12,
    "/projects/{id}": 13,
    "/messages?per_page={size}": 10,
    "/clients?per_page={size}": 5,
    "/managers?per_page={size}": 5,
    "/projects/{id}/managers?per_page={size}": 6,
}
"""How many statements each read costs by the executor, however many projects there are."""


@pytest.mark.parametrize("path", BUDGETS)
async def test_a_read_costs_as_many_statements_whatever_there_is(
    app: FastAPI, settings: Settings, owner: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    world = await populate(owner, app, settings)
    await Scene(world).id("cf-1")
    for number in range(3):
        files = [("files[]", ("a.txt", b"Hello")), ("files[]", ("b.txt", b"Hello"))]
        fields = {**wish(world, title=f"P{number}"), "custom_fields[Project Type]": "design"}
        made = await sent(world, "POST", "/projects", data=fields, files=files[: number or 1])
        assert made.status_code == 201
    counts: list[int] = []
    end = Tx.end

    async def counted(tx: Tx) -> None:
        counts.append(tx.statements)
        await end(tx)

    monkeypatch.setattr(schema, "plans", None)
    monkeypatch.setattr(Tx, "end", counted)
    for size in (1, 3):
        answer = await sent(world, "GET", path.format(size=size, id=made.json()["id"]))
        assert answer.status_code == 200
    assert counts == [BUDGETS[path]] * 2
    await world.close()
