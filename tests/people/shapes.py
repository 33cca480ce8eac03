"""What answers about people look like."""

from typing import Any

from tests.world import ROLES, World

PEOPLE = "/api/v1/{org}/people"
INVITATIONS = f"{PEOPLE}/invitations"


def shown(world: World, who: str, **other: Any) -> dict[str, Any]:
    """A person as REST shows one, but for the moment of joining."""
    person = world.people[who]
    return {
        "membership_id": person.membership_id,
        "name": person.name,
        "email": person.email,
        "image": None,
        "role": ROLES[who],
        "kind": "person",
        "title": None,
        "company_id": None,
        "company_name": None,
        "out_of_office": None,
        **other,
    }


def without_time(row: dict[str, Any]) -> dict[str, Any]:
    """The row without `created_at`, which it must have."""
    assert row["created_at"].endswith("Z")
    return {key: value for key, value in row.items() if key != "created_at"}


def refused(code: str, message: str, *problem: str) -> dict[str, Any]:
    """The body of a refusal; `problem` is the field and its code."""
    error: dict[str, Any] = {"code": code, "message": message}
    if problem:
        field, reason = problem
        error["details"] = [{"field": field, "code": reason, "message": message}]
    return {"error": error}


FORBIDDEN = refused("forbidden", "Forbidden")
NOT_FOUND = refused("not_found", "Not found")
ONLY_OWNERS = refused("forbidden", "Only an owner can do that")
NEEDS_OWNER = "An organization needs an owner"


async def names(world: World, who: str = "ana") -> list[str]:
    """Whom somebody finds in the directory."""
    return [person["name"] for person in (await world.rest(who, "GET", PEOPLE)).json()]


async def roles(world: World) -> dict[str, str]:
    """Everybody's role, by name."""
    return {person["name"]: person["role"] for person in (await world.rest("ana", "GET", PEOPLE)).json()}


async def on_free_plan(world: World) -> None:
    """From now on the organization has room for 5 members and 3 guests."""
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
