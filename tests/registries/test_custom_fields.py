"""Custom fields of five types, and what projects say in them (seed 002, ruling 6)."""

from typing import Any

import pytest

from tests.world import World

FIELDS = "/api/v1/{org}/custom-fields"


async def make(world: World, type: str, name: str = "Size", **fields: Any) -> dict[str, Any]:
    answer = await world.rest("ana", "POST", FIELDS, {"name": name, "type": type, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def say(world: World, project: str, *said: tuple[str, str | None], who: str = "ana") -> Any:
    values = [{"field_id": id, "value": value} for id, value in said]
    return await world.rest(who, "PUT", f"/api/v1/{{org}}/projects/{project}/custom-fields", {"values": values})


async def shown(world: World, project: str, who: str = "ana") -> list[tuple[str, str, str]]:
    answer = await world.rest(who, "GET", f"/api/v1/{{org}}/projects/{project}/custom-fields")
    return [(row["name"], row["type"], row["value"]) for row in answer.json()]


@pytest.mark.parametrize(
    ("type", "options", "given", "kept"),
    [
        ("text", None, " design \n", "design"),
        ("number", None, "012.50", "12.5"),
        ("number", None, "1e3", "1000"),
        ("boolean", None, "Yes", "true"),
        ("boolean", None, "0", "false"),
        ("date", None, "2026-06-07", "2026-06-07"),
        ("list", ["S", "L"], "L", "L"),
    ],
)
async def test_a_value_of_each_type_is_kept_in_one_spelling(
    world: World, type: str, options: list[str] | None, given: str, kept: str
) -> None:
    field = await make(world, type, options=options)
    assert (field["type"], field["options"], field["description"]) == (type, options, "")
    project = (await world.project())["id"]
    answer = await say(world, project, (field["id"], given))
    assert answer.status_code == 200
    assert [(row["field_id"], row["value"]) for row in answer.json()] == [(field["id"], kept)]
    assert await shown(world, project) == [("Size", type, kept)]


@pytest.mark.parametrize(
    ("type", "options", "given"),
    [
        ("text", None, "x" * 10_001),
        ("number", None, "twelve"),
        ("number", None, "NaN"),
        ("number", None, "1e99999999"),
        ("number", None, "9" * 31),
        ("boolean", None, "maybe"),
        ("date", None, "07.06.2026"),
        ("date", None, "2026-02-30"),
        ("list", ["S", "L"], "XL"),
    ],
)
async def test_a_value_that_does_not_fit_its_type_changes_nothing(
    world: World, type: str, options: list[str] | None, given: str
) -> None:
    field, other = await make(world, type, options=options), await make(world, "text", "Other")
    project = (await world.project())["id"]
    answer = await say(world, project, (other["id"], "fits"), (field["id"], given))
    assert answer.status_code == 422
    problems = [(row["field"], row["code"]) for row in answer.json()["error"]["details"]]
    assert problems == [("values.1.value", "invalid_value")]
    assert await shown(world, project) == []


async def test_fields_that_are_not_given_keep_what_they_say_and_null_says_nothing(world: World) -> None:
    one, two, three = [await make(world, "text", name) for name in ("b", "A", "c")]
    project = (await world.project())["id"]
    await say(world, project, (one["id"], "1"), (two["id"], "2"), (three["id"], "3"))
    await say(world, project, (one["id"], None), (three["id"], "33"))
    assert await shown(world, project, "bob") == [("A", "text", "2"), ("c", "text", "33")]


async def test_an_unknown_field_is_refused(world: World) -> None:
    field = await make(world, "text")
    project = (await world.project())["id"]
    answer = await say(world, project, (field["id"], "x"), ("nonsense", "y"))
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json()["error"]["details"]] == ["values.1.field_id"]
    assert await shown(world, project) == []


async def test_clients_say_nothing_in_custom_fields(world: World) -> None:
    field = await make(world, "text")
    project = (await world.project())["id"]
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{project}/people", {"grant": [world.id("cleo")]})
    assert (await say(world, project, (field["id"], "x"), who="cleo")).status_code == 403
    assert await shown(world, project, "cleo") == []


async def test_capital_letters_tell_names_of_fields_apart(world: World) -> None:
    await make(world, "text", "Size")
    await make(world, "text", "size")
    again = await world.rest("ana", "POST", FIELDS, {"name": "Size", "type": "text"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "duplicate")
    assert len((await world.rest("ana", "GET", FIELDS)).json()) == 2


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"type": "list"}, ("options", "required")),
        ({"type": "list", "options": ["a", "a"]}, ("options", "conflict")),
        ({"type": "list", "options": [" "]}, ("options", "blank")),
        ({"type": "list", "options": [str(n) for n in range(101)]}, ("options", "too_long")),
        ({"type": "text", "options": ["a"]}, ("options", "invalid_value")),
        ({"type": "color"}, ("type", "invalid_value")),
    ],
)
async def test_a_field_that_does_not_fit_is_not_made(
    world: World, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    answer = await world.rest("ana", "POST", FIELDS, {"name": "Size", **fields})
    assert answer.status_code == 422
    assert [(row["field"], row["code"]) for row in answer.json()["error"]["details"]] == [problem]
    assert (await world.rest("ana", "GET", FIELDS)).json() == []


async def test_a_list_may_change_its_options_and_projects_keep_their_values(world: World) -> None:
    field = await make(world, "list", options=["S", "L"])
    project = (await world.project())["id"]
    await say(world, project, (field["id"], "S"))
    changed = (await world.rest("abe", "PATCH", f"{FIELDS}/{field['id']}", {"options": ["M"]})).json()
    assert changed["options"] == ["M"]
    assert await shown(world, project) == [("Size", "list", "S")]


async def test_what_projects_say_goes_with_the_field(world: World) -> None:
    field = await make(world, "text")
    project = (await world.project())["id"]
    await say(world, project, (field["id"], "x"))
    assert (await world.rest("ana", "DELETE", f"{FIELDS}/{field['id']}")).status_code == 204
    assert await shown(world, project) == []
