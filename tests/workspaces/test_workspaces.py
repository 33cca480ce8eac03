"""Workspaces: slugs, templates, states, order, deletion (seed 003; routes.md 3.5)."""

from datetime import datetime
from typing import Any

import pytest

from tests.contract.state import state
from tests.workspaces.doing import ask, done, made, read, slugs
from tests.world import World, _person

NOTE = {
    "id": "item-1",
    "type": "note",
    "name": "Plan",
    "subtitle": "",
    "data": {"field1": "Say hello"},
    "color": "#10B981",
    "layout": {"x": 0, "y": 0, "w": 2, "h": 4.5},
}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Project", "my-project"),
        ("  Caffè -- & Co.  ", "caff-co"),
        ("!!!", "workspace"),
        ("日本", "workspace"),
        ("x" * 60, "x" * 43),
        (f"{'x' * 42} yz", "x" * 42),
    ],
)
async def test_a_slug_is_made_of_the_name(world: World, name: str, slug: str) -> None:
    assert (await made(world, name=name))["slug"] == slug


async def test_no_two_slugs_of_one_owner_are_alike(world: World) -> None:
    assert [(await made(world))["slug"] for _ in range(3)] == ["my-project", "my-project-1", "my-project-2"]
    assert (await made(world, "bob"))["slug"] == "my-project"


async def test_a_slug_follows_the_name_and_nothing_else(world: World) -> None:
    first, second = await made(world), await made(world)
    path = f"/{second['id']}"
    for change in ({"name": "My Project"}, {"name": " my  project "}, {"description": "x", "icon": "rocket"}, {}):
        assert (await done(world, "ana", "PATCH", path, change))["workspace"]["slug"] == "my-project-1"
    assert (await done(world, "ana", "PATCH", path, {"name": "Other"}))["workspace"]["slug"] == "other"
    assert (await done(world, "ana", "PATCH", path, {"name": "My Project"}))["workspace"]["slug"] == "my-project-1"
    assert (await read(world, first["id"]))["slug"] == "my-project"


async def test_a_slug_follows_a_project_that_is_renamed(world: World) -> None:
    """Bob, who renames it, does not see that ana has another one of that name."""
    await made(world, name="Plans")
    workspace = await made(world)
    project = f"/api/v1/{{org}}/projects/{workspace['id']}"
    await world.rest("ana", "PUT", f"{project}/people", {"grant": [world.id("bob")]})
    answer = await world.rest("bob", "PATCH", project, {"name": "Plans"})
    assert answer.status_code == 200, answer.text
    assert (await read(world, workspace["id"]))["slug"] == "plans-1"


@pytest.mark.parametrize("template", [None, "nonsense", 5, {"a": 1}, "BLANK"])
async def test_an_unknown_template_is_blank(world: World, template: Any) -> None:
    workspace = await made(world, template=template)
    assert (workspace["template"], workspace["state"]["items"]) == ("blank", [])


async def test_getting_started_is_a_note_a_quiz_and_flashcards(world: World) -> None:
    workspace = await made(world, template="getting_started")
    assert [item["type"] for item in workspace["state"]["items"]] == ["note", "quiz", "flashcard"]
    assert (await read(world, workspace["id"]))["state"] == workspace["state"]


async def test_a_given_state_is_used_as_it_is(world: World) -> None:
    given = {"workspaceId": "another", "items": [NOTE, {"type": "pdf"}], "view": {"zoom": 1.5}}
    workspace = await made(world, template="getting_started", initialState=given)
    expected = {"workspaceId": workspace["id"], "globalTitle": "My Project", "items": given["items"]}
    assert workspace["state"] == {**expected, "view": {"zoom": 1.5}}
    assert (await read(world, workspace["id"]))["state"] == workspace["state"]
    titled = await made(world, initialState={"globalTitle": "All of it"})
    assert titled["state"] == {"workspaceId": titled["id"], "globalTitle": "All of it", "items": []}


async def test_what_is_not_given_stays_as_it_is(world: World) -> None:
    workspace = await made(world, description="d", icon="rocket", color="purple", is_public=True)
    kept = {key: value for key, value in workspace.items() if key not in ("state", "updatedAt")}
    changed = (await done(world, "ana", "PATCH", f"/{workspace['id']}", {"icon": "star"}))["workspace"]
    assert {key: value for key, value in changed.items() if key != "updatedAt"} == {**kept, "icon": "star"}
    empty = {"description": None, "icon": None, "color": None, "is_public": None}
    emptied = (await done(world, "ana", "PATCH", f"/{workspace['id']}", empty))["workspace"]
    assert [emptied[key] for key in ("description", "icon", "color", "isPublic")] == ["", None, None, False]


async def test_the_list_shows_unseen_shares_then_what_was_opened_then_the_rest(world: World) -> None:
    own = [(await made(world, name=name))["id"] for name in ("Never", "Once", "Lately", "Neither")]
    shared = [(await made(world, "bob", name=name))["id"] for name in ("Old share", "New share", "Seen share")]
    bobs = next(each for each in (await world.rest("bob", "GET", "/api/v1/orgs")).json() if each["role"] == "owner")[
        "slug"
    ]
    guest = {"email": world.people["ana"].email, "role": "client", "project_ids": shared}
    assert (await world.rest("bob", "POST", f"/api/v1/{bobs}/people", guest)).status_code == 201
    opened = "update project_accesses set last_opened_at = $2 where project_id = $1"
    for id, day in ((own[1], "2026-01-01"), (own[2], "2026-01-03"), (shared[2], "2026-01-02")):
        await world.owner.execute(opened, id, datetime.fromisoformat(f"{day}T00:00:00Z"))
    await world.owner.execute(
        "update project_accesses set created_at = created_at - interval '1 day' where project_id = $1", shared[0]
    )
    found = (await done(world, "ana", "GET"))["workspaces"]
    assert [each["name"] for each in found] == [
        "New share", "Old share", "Lately", "Seen share", "Once", "Never", "Neither",
    ]  # fmt: skip
    assert [each["isShared"] for each in found] == [True, True, False, True, False, False, False]
    assert {each["permissionLevel"] for each in found if each["isShared"]} == {"viewer"}
    assert all(("permissionLevel" in each) == ("sharedAt" in each) == each["isShared"] for each in found)


async def test_public_lets_nobody_in(world: World) -> None:
    workspace = await made(world, is_public=True)
    for who in ("bob", "abe", "cleo", "eve"):
        answer = await ask(world, who, "GET", f"/{workspace['id']}")
        assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})
        assert await slugs(world, who) == []


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"name": "Mine"}), ("DELETE", None)])
async def test_outsiders_learn_only_that_it_exists(world: World, owner: Any, method: str, body: Any) -> None:
    """Ruling 3; and every other door knows nothing of it."""
    workspace = await made(world)
    before = await state(owner, world)
    answer = await ask(world, "eve", method, f"/{workspace['id']}", body)
    assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})
    native = await world.rest("eve", "GET", f"/api/v1/{world.other_org}/projects/{workspace['id']}")
    assert native.status_code == 404
    assert await world.gql("eve", "query($id: ID!) { node(id: $id) { id } }", id=workspace["id"]) == {"node": None}
    assert await state(owner, world) == before


async def test_who_is_let_in_changes_nothing_about_it(world: World, owner: Any) -> None:
    workspace = await made(world)
    project = f"/api/v1/{{org}}/projects/{workspace['id']}"
    await world.rest("ana", "PUT", f"{project}/people", {"grant": [world.id("bob"), world.id("cleo")]})
    before = await state(owner, world)
    for who, level in (("bob", "editor"), ("cleo", "viewer")):
        found = await read(world, workspace["id"], who)
        assert (found["permissionLevel"], found["isShared"], found["userId"]) == (
            level, True, world.people["ana"].user_id,
        )  # fmt: skip
        for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
            answer = await ask(world, who, method, f"/{workspace['id']}", body)
            assert (answer.status_code, answer.json()) == (403, {"error": "Access denied"})
    assert await state(owner, world) == before


async def test_who_owns_no_organization_founds_one(world: World) -> None:
    world.people["zoe"] = await _person(world.owner, world.settings, "zoe", f"{world.tag}z")
    workspace = await made(world, "zoe")
    assert workspace["userId"] == world.people["zoe"].user_id
    (organization,) = (await world.rest("zoe", "GET", "/api/v1/orgs")).json()
    assert (organization["name"], organization["role"]) == ("Zoe's organization", "owner")
    await made(world, "zoe")
    assert len((await world.rest("zoe", "GET", "/api/v1/orgs")).json()) == 1


async def test_a_workspace_is_a_project(world: World) -> None:
    workspace = await made(world, description="d", color="blue")
    project = (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{workspace['id']}")).json()
    assert [project[key] for key in ("name", "description", "all_access", "color")] == [
        "My Project",
        "d",
        False,
        "blue",
    ]
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{workspace['id']}/status/archived")
    assert await slugs(world) == []
    assert (await read(world, workspace["id"]))["name"] == "My Project"
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{workspace['id']}/status/trashed")
    assert (await ask(world, "ana", "GET", f"/{workspace['id']}")).status_code == 404


async def test_deleting_leaves_nothing_of_it(world: World, owner: Any) -> None:
    kept, workspace = await made(world), await made(world, template="getting_started")
    people = "/api/v1/{org}/people"
    for name, projects in (("one", [workspace["id"]]), ("both", [workspace["id"], kept["id"]])):
        guest = {"email": f"{name}-{world.tag}@example.com", "role": "client", "project_ids": projects}
        assert (await world.rest("ana", "POST", people, guest)).status_code == 201
    assert await done(world, "ana", "DELETE", f"/{workspace['id']}") == {"success": True}
    assert await slugs(world) == ["my-project"]
    assert (await ask(world, "ana", "GET", f"/{workspace['id']}")).status_code == 404
    for table in ("workspaces", "recordings", "events", "project_accesses", "project_tools"):
        left = await owner.fetchval(f"select count(*) from {table} where project_id = $1", workspace["id"])
        assert left == 0, table
    waiting = await owner.fetch("select email, project_ids from invitations where org_id = $1", world.org_id)
    assert [(row["email"].split("-")[0], [str(id) for id in row["project_ids"]]) for row in waiting] == [
        ("both", [kept["id"]])
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "x" * 201}, "name is longer than 200 characters"),
        ({"name": ["x"]}, "Name is required and must be a string"),
        ({"name": "x", "is_public": "maybe"}, "is_public must be true or false"),
        ({"name": "x", "icon": 5}, "icon must be text"),
        ({"name": "x", "icon": "i" * 101}, "icon is longer than 100 characters"),
        ({"name": "x", "color": "c" * 41}, "color is longer than 40 characters"),
        ({"name": "x", "description": "d" * 10_001}, "description is longer than 10000 characters"),
        ({"name": "x", "initialState": []}, "initialState must be an object"),
        ({"name": "x", "initialState": {"items": {"a": 1}}}, "initialState.items must be a list of objects"),
        ({"name": "x", "initialState": {"items": [1]}}, "initialState.items must be a list of objects"),
        (
            {"name": "x", "initialState": {"items": [{"name": "n" * 1001}]}},
            "initialState.items has a name longer than 1000 characters",
        ),
        ({"name": "x", "initialState": {"items": [{}] * 1001}}, "initialState.items holds more than 1000 items"),
        ({"name": "a\0b"}, None),
        ({"name": "x", "initialState": {"a": "\0"}}, None),
    ],
)
async def test_what_does_not_fit_is_refused(world: World, owner: Any, body: Any, error: str | None) -> None:
    before = await state(owner, world)
    answer = await ask(world, "ana", "POST", "", body)
    assert answer.status_code == 400, answer.text
    assert list(answer.json()) == ["error"]
    assert error is None or answer.json() == {"error": error}
    assert await state(owner, world) == before


async def test_other_refusals_are_one_sentence_too(world: World) -> None:
    wrong = await ask(world, "ana", "PUT")
    assert (wrong.status_code, wrong.json()) == (405, {"error": "Method not allowed"})
    unknown = await ask(world, "ana", "GET", "/a/b/c")
    assert (unknown.status_code, list(unknown.json())) == (404, ["error"])
    form = await world.client.post("/api/workspaces", headers=world.headers("ana"), data={"name": "x"})
    assert (form.status_code, list(form.json())) == (415, ["error"])


async def test_a_token_for_reading_makes_none(world: World) -> None:
    token = (await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "CI", "scope": "read"})).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    document = 'mutation { createWorkspace(input: { name: "x" }) { id } }'
    answer = await world.client.post("/graphql", headers=headers, json={"query": document})
    assert answer.json()["errors"][0]["extensions"]["code"] == "READ_ONLY_TOKEN"
    assert await slugs(world) == []
