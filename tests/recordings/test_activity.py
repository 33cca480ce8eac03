"""What happened lately (routes.md 3.2.13)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.recordings.deeds import NOT_FOUND, answer, done, refusal, share, with_cleo
from tests.world import World


async def happened(world: World, who: str = "ana", query: str = "") -> list[tuple[str, str | None]]:
    """What was done, and to what, newest first."""
    return [(row["action"], row["recording_title"]) for row in await done(world, who, "GET", f"activity{query}")]


async def launch(world: World) -> tuple[dict[str, Any], dict[str, Any]]:
    """A project, and a message in it that ana posted and bob commented on."""
    project = await world.project()
    message = await world.child("ana", project["containers"]["message_board"], "message", title="Kick-off")
    await done(world, "bob", "POST", f"recordings/{message['id']}/comments", {"content": "Hello & welcome"})
    return project, message


async def test_the_newest_comes_first_with_who_and_where(world: World) -> None:
    project, message = await launch(world)
    rows = await done(world, "ana", "GET", f"activity?project_id={project['id']}")
    assert [row["action"] for row in rows] == ["created", "created", "project_created"]
    comment, posted, founded = rows
    assert comment | {"id": "", "created_at": "", "recording_id": ""} == {
        "id": "", "action": "created", "detail": None, "created_at": "", "actor_id": world.id("bob"),
        "actor_name": "Bob", "project_id": project["id"], "project_name": "Launch", "recording_id": "",
        "recording_type": "comment", "recording_title": None, "excerpt": "Hello & welcome",
    }  # fmt: skip
    assert (posted["recording_id"], posted["recording_title"], posted["excerpt"]) == (message["id"], "Kick-off", None)
    assert (founded["recording_id"], founded["recording_type"], founded["excerpt"]) == (None, None, None)


async def test_filters_narrow_it(world: World) -> None:
    project, _ = await launch(world)
    await world.project("bob", "Other")
    assert await happened(world, "ana", f"?project_id={project['id']}&actor_id={world.id('bob')}") == [
        ("created", None)
    ]
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert await happened(world, "ana", f"?since={later}") == []
    assert await happened(world, "ana", "?project_id=none") == []
    assert await refusal(world, "ana", "GET", "activity?since=soon") == (
        422, "since must be an RFC 3339 date and time", "since",
    )  # fmt: skip


async def test_clients_hear_only_of_what_is_shared_with_them(world: World) -> None:
    project, message = await launch(world)
    await with_cleo(world, project)
    assert all(title is None for _, title in await happened(world, "cleo"))
    await share(world, message["id"])
    assert ("created", "Kick-off") in await happened(world, "cleo")


async def test_nobody_hears_of_what_he_does_not_see(world: World) -> None:
    """A draft is no news at all."""
    project = await world.project("ana", "Private", all_access=False)
    await world.child("ana", project["containers"]["message_board"], "message", title="Secret")
    await world.child("ana", (await world.project())["containers"]["message_board"], "message", title="Draft",
                      status="drafted")  # fmt: skip
    assert {title for _, title in await happened(world, "bob")} == {None}
    assert "Secret" in {title for _, title in await happened(world, "ana")}
    assert await answer(world, "eve", "GET", "activity") == (404, NOT_FOUND)


async def test_it_goes_as_far_back_as_the_plan(world: World) -> None:
    await launch(world)
    await world.owner.execute(
        "update events set created_at = now() - interval '31 days' where org_id = $1 and action = 'project_created'",
        world.org_id,
    )
    assert ("project_created", None) in await happened(world)
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    assert ("project_created", None) not in await happened(world)
    assert ("project_created", None) not in await happened(world, "ana", "?since=2020-01-01T00:00:00Z")
    assert ("created", "Kick-off") in await happened(world)
