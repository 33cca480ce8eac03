"""Projects (routes.md 3.2.2)."""

from typing import Any

import pytest

from tests.recordings.deeds import answer, done, refusal, status, with_cleo
from tests.world import World

UNKNOWN = "01890000-0000-7000-8000-000000000000"


def shown(world: World, **other: Any) -> dict[str, Any]:
    """A new project of ana's, without its id and times."""
    return {
        "name": "Launch",
        "description": None,
        "status": "active",
        "all_access": True,
        "clients_enabled": False,
        "client_company_name": None,
        "folder_id": None,
        "color": None,
        "logo": None,
        "starts_on": None,
        "ends_on": None,
        "show_activity": True,
        "is_template": False,
        "is_sample": False,
        "starred": True,
        "creator_id": world.id("ana"),
        **other,
    }


def lasting(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("id", "created_at", "updated_at")}


async def names(world: World, who: str, query: str = "") -> list[str]:
    return [row["name"] for row in await done(world, who, "GET", f"projects{query}")]


async def test_a_new_project_is_shown_with_the_tools_that_are_switched_on(world: World) -> None:
    body = {"name": " Launch  now ", "description": "Q3", "all_access": False}
    code, made = await answer(world, "ana", "POST", "projects", body)
    assert code == 201
    tools = made.pop("tools")
    assert lasting(made) == shown(world, name="Launch now", description="Q3", all_access=False)
    assert [(tool["tool"], tool["label"], tool["enabled"], tool["position"]) for tool in tools] == [
        ("message_board", "Message Board", True, 0),
        ("todoset", "To-dos", True, 1),
        ("vault", "Docs & Files", True, 2),
        ("schedule", "Schedule", True, 3),
        ("card_table", "Card Table", True, 4),
        ("chat", "Chat", True, 5),
    ]
    assert await done(world, "ana", "GET", "projects") == [made]
    assert await done(world, "ana", "GET", f"projects/{made['id']}") == {**made, "tools": tools}


async def test_all_the_team_sees_a_project_unless_it_is_closed(world: World) -> None:
    await world.project(name="Open")
    await world.project(name="Closed", all_access=False)
    assert await names(world, "ana") == ["Closed", "Open"]
    for who, expected in (("abe", ["Open"]), ("mia", ["Open"]), ("cleo", [])):
        assert await names(world, who) == expected


async def test_starred_projects_come_first_then_by_name(world: World) -> None:
    for who, name in (("bob", "b"), ("ana", "c"), ("ana", "A"), ("bob", "D")):
        await world.project(who, name=name)
    assert await names(world, "ana") == ["A", "c", "b", "D"]
    assert await names(world, "bob") == ["b", "D", "A", "c"]


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({}, "name", "required"),
        ({"name": None}, "name", "required"),
        ({"name": " "}, "name", "blank"),
        ({"name": "x" * 201}, "name", "too_long"),
        ({"name": 5}, "name", None),
        ({"name": "x", "all_access": "yes"}, "all_access", None),
        ({"name": "x", "description": "x" * 10_001}, "description", "too_long"),
    ],
)
async def test_a_new_project_needs_a_name(world: World, body: Any, field: str, reason: str | None) -> None:
    code, made = await answer(world, "ana", "POST", "projects", body)
    assert (code, made["error"]["code"], made["error"]["details"][0]["field"]) == (422, "invalid", field)
    if reason:
        assert made["error"]["details"][0]["code"] == reason
    assert await names(world, "ana") == []


async def test_clients_make_no_projects(world: World) -> None:
    assert await answer(world, "cleo", "POST", "projects", {"name": "x"}) == (
        403,
        {"error": {"code": "forbidden", "message": "Clients cannot create projects"}},
    )
    assert await names(world, "ana") == []


async def test_only_what_is_given_is_changed(world: World) -> None:
    project = await world.project(description="Q3")
    path = f"projects/{project['id']}"
    changed = await done(world, "bob", "PATCH", path, {"name": "Launch 2"})
    assert lasting(changed) == shown(world, name="Launch 2", description="Q3", starred=False)
    changed = await done(world, "ana", "PATCH", path, {"description": None, "color": "red", "show_activity": False})
    assert lasting(changed) == shown(world, name="Launch 2", color="red", show_activity=False)
    assert await done(world, "ana", "PATCH", path, {}) == changed


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"starts_on": "2026-06-01"}, "ends_on"),
        ({"ends_on": "2026-06-01"}, "starts_on"),
        ({"starts_on": "2026-06-02", "ends_on": "2026-06-01"}, "ends_on"),
        ({"starts_on": "soon", "ends_on": "2026-06-01"}, "starts_on"),
        ({"all_access": None}, "all_access"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(world: World, body: Any, field: str) -> None:
    project = await world.project()
    code, _, named = await refusal(world, "ana", "PATCH", f"projects/{project['id']}", body)
    assert (code, named) == (422, field)
    assert lasting(await done(world, "ana", "GET", f"projects/{project['id']}")) == {
        **shown(world), "tools": (await done(world, "ana", "GET", f"projects/{project['id']}"))["tools"],
    }  # fmt: skip


async def test_a_project_has_both_days_or_none(world: World) -> None:
    project = await world.project()
    path = f"projects/{project['id']}"
    changed = await done(world, "ana", "PATCH", path, {"starts_on": "2026-06-01", "ends_on": "2026-06-01"})
    assert (changed["starts_on"], changed["ends_on"]) == ("2026-06-01", "2026-06-01")
    changed = await done(world, "ana", "PATCH", path, {"starts_on": None, "ends_on": None})
    assert (changed["starts_on"], changed["ends_on"]) == (None, None)


async def test_who_closes_a_project_to_the_team_stays_on_it(world: World) -> None:
    project = await world.project("ana")
    changed = await done(world, "bob", "PATCH", f"projects/{project['id']}", {"all_access": False})
    assert changed["all_access"] is False
    assert [await names(world, who) for who in ("ana", "bob", "mia")] == [["Launch"], ["Launch"], []]


async def test_a_projects_life(world: World) -> None:
    project = await world.project()
    path = f"projects/{project['id']}"
    for wanted in ("archived", "trashed", "archived", "active"):
        for _ in range(2):
            assert (await done(world, "bob", "PUT", f"{path}/status/{wanted}"))["status"] == wanted
        for listed in ("active", "archived", "trashed"):
            expected = ["Launch"] if listed == wanted else []
            assert await names(world, "ana", f"?status={listed}") == expected
        assert (await done(world, "ana", "GET", path))["status"] == wanted


@pytest.mark.parametrize("path", ["projects?status=foo", "projects/{id}/status/paused"])
async def test_other_words_are_no_status(world: World, path: str) -> None:
    project = await world.project()
    message = "status must be active, archived or trashed"
    method = "GET" if "?" in path else "PUT"
    assert await answer(world, "ana", method, path.replace("{id}", project["id"])) == (
        422,
        {
            "error": {
                "code": "invalid",
                "message": message,
                "details": [{"field": "status", "code": "invalid_value", "message": message}],
            }
        },
    )


@pytest.mark.parametrize("gone", ["archived", "trashed"])
async def test_a_project_that_is_gone_cannot_be_changed(world: World, gone: str) -> None:
    project = await world.project()
    path = f"projects/{project['id']}"
    await done(world, "ana", "PUT", f"{path}/status/{gone}")
    for method, side, body in (
        ("PATCH", "", {"name": "x"}),
        ("PUT", "/tools/chat", {"enabled": False}),
        ("PUT", "/people", {"membership_ids": []}),
    ):
        code, message, _ = await refusal(world, "ana", method, path + side, body)
        assert (code, message) == (403, f"Project is {gone}")
    assert (await done(world, "ana", "GET", path))["name"] == "Launch"


@pytest.mark.parametrize("who", ["cleo", "eve", "nobody"])
async def test_who_does_not_see_a_project_finds_none(world: World, who: str) -> None:
    project = await world.project()
    expected = 401 if who == "nobody" else 404
    for method, side, body in (
        ("GET", "", None),
        ("PATCH", "", {"name": "x"}),
        ("PUT", "/status/trashed", None),
        ("GET", "/tools", None),
        ("PUT", "/tools/chat", {"enabled": False}),
        ("GET", "/people", None),
        ("PUT", "/people", {"membership_ids": []}),
    ):
        assert await status(world, who, method, f"projects/{project['id']}{side}", body) == expected, side
    row = await done(world, "ana", "GET", f"projects/{project['id']}")
    assert (row["name"], row["status"], len(row["tools"])) == ("Launch", "active", 6)


async def test_clients_change_nothing_of_a_project(world: World) -> None:
    project = await world.project()
    await with_cleo(world, project)
    for method, side, body in (
        ("PATCH", "", {"name": "x"}),
        ("PUT", "/status/trashed", None),
        ("PUT", "/tools/clientside", {"enabled": False}),
        ("PUT", "/people", {"membership_ids": []}),
    ):
        assert await status(world, "cleo", method, f"projects/{project['id']}{side}", body) == 403, side
    assert await names(world, "cleo") == ["Launch"]


@pytest.mark.parametrize("id", [UNKNOWN, "prj-1", "'; drop table projects; --"])
async def test_an_id_that_names_nothing_is_not_found(world: World, id: str) -> None:
    assert await answer(world, "ana", "GET", f"projects/{id}") == (
        404,
        {"error": {"code": "not_found", "message": "Not found"}},
    )


async def test_owners_list_every_project(world: World) -> None:
    await world.project("bob", name="Private", all_access=False)
    await world.project("ana", name="Mine")
    data = await world.gql(
        "ana", "query($org: String!) { organization(slug: $org) { allProjects { nodes { name joined } } } }"
    )
    assert data["organization"]["allProjects"]["nodes"] == [
        {"name": "Mine", "joined": True},
        {"name": "Private", "joined": False},
    ]
    await world.gql("abe", "query($org: String!) { organization(slug: $org) { allProjects { totalCount } } }")
    assert world.codes == ["FORBIDDEN"]
    assert await names(world, "ana") == ["Mine"]
