"""Tags and types of tasks: two registries with the same rules (ruling 6)."""

from typing import Any

import pytest

from tests.world import World

BOTH = pytest.mark.parametrize("path", ["/api/v1/{org}/tags", "/api/v1/{org}/task-types"])


async def make(world: World, path: str, **fields: Any) -> dict[str, Any]:
    answer = await world.rest("ana", "POST", path, {"name": "backend", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@BOTH
async def test_a_label_is_made_changed_and_removed(world: World, path: str) -> None:
    made = await make(world, path, color="#2563EB")
    assert {**made, "id": "", "created_at": "", "updated_at": ""} == {
        "id": "",
        "name": "backend",
        "color": "#2563eb",
        "created_at": "",
        "updated_at": "",
    }
    changed = (await world.rest("ana", "PATCH", f"{path}/{made['id']}", {"name": "front end"})).json()
    assert (changed["id"], changed["name"], changed["color"]) == (made["id"], "front end", "#2563eb")
    assert (await world.rest("ana", "GET", path)).json() == [changed]
    gone = await world.rest("ana", "DELETE", f"{path}/{made['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await world.rest("ana", "GET", path)).json() == []
    assert (await world.rest("ana", "DELETE", f"{path}/{made['id']}")).status_code == 404


@BOTH
async def test_labels_are_listed_by_name_and_paged(world: World, path: str) -> None:
    for name in ("b", "A", "c"):
        await make(world, path, name=name)
    answer = await world.rest("cleo", "GET", f"{path}?per_page=2")
    assert [each["name"] for each in answer.json()] == ["A", "b"]
    assert answer.headers["x-total-count"] == "3"
    assert [each["color"] for each in answer.json()] == ["#64748b", "#64748b"]


@BOTH
async def test_no_two_labels_have_one_name(world: World, path: str) -> None:
    first, second = await make(world, path), await make(world, path, name="other")
    again = await world.rest("ana", "POST", path, {"name": " Backend "})
    taken = await world.rest("ana", "PATCH", f"{path}/{second['id']}", {"name": "BACKEND"})
    for answer in (again, taken):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "duplicate")
    own = await world.rest("ana", "PATCH", f"{path}/{first['id']}", {"name": "Backend"})
    assert own.json()["name"] == "Backend"
    assert [each["name"] for each in (await world.rest("ana", "GET", path)).json()] == ["Backend", "other"]


@BOTH
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, ("name", "blank")),
        ({"name": "x" * 101}, ("name", "too_long")),
        ({"color": "blue"}, ("color", "invalid_format")),
        ({"color": "#2563ebff"}, ("color", "invalid_format")),
    ],
)
async def test_a_label_that_does_not_fit_is_not_made(
    world: World, path: str, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    answer = await world.rest("ana", "POST", path, {"name": "backend", **fields})
    assert answer.status_code == 422
    assert [(row["field"], row["code"]) for row in answer.json()["error"]["details"]] == [problem]
    assert (await world.rest("ana", "GET", path)).json() == []


async def test_changing_a_registry_leaves_word(world: World) -> None:
    tag = await make(world, "/api/v1/{org}/tags")
    await world.rest("abe", "DELETE", f"/api/v1/{{org}}/tags/{tag['id']}")
    events = (await world.rest("ana", "GET", "/api/v1/{org}/activity")).json()
    assert [(row["action"], row["detail"]) for row in events] == [
        ("tag_deleted", {"id": tag["id"], "name": "backend"}),
        ("tag_created", {"id": tag["id"], "name": "backend"}),
    ]
