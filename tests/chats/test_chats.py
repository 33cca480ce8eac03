"""Direct chats: the same people find the same one, and nobody else finds anything (routes.md 3.2.4)."""

import asyncio
from typing import Any

import pytest

from tests.notifications.bell import mention, told
from tests.recordings.deeds import API, NOT_FOUND, answer, children, done, refusal, seen, status, with_cleo
from tests.world import World


async def chat(world: World, who: str, *names: str) -> dict[str, Any]:
    made: dict[str, Any] = await done(world, who, "POST", "chats", {"membership_ids": [world.id(n) for n in names]})
    return made


async def chats(world: World, who: str, query: str = "") -> list[list[str]]:
    """The participants of somebody's chats, in the order of the list."""
    rows = await done(world, who, "GET", f"chats{query}")
    return [[person["name"] for person in row["participants"]] for row in rows]


async def test_the_same_people_find_the_same_chat_whoever_asks_and_in_whichever_order(world: World) -> None:
    made = await chat(world, "ana", "bob", "mia")
    for who, names in (("ana", ("mia", "bob")), ("bob", ("ana", "mia")), ("mia", ("ana", "bob", "mia"))):
        assert (await chat(world, who, *names))["id"] == made["id"]
    assert made["meta"]["participant_ids"] == [world.id(name) for name in ("ana", "bob", "mia")]
    assert (await chat(world, "ana", "bob"))["id"] != made["id"]
    assert await chats(world, "mia") == [["Ana", "Bob", "Mia"]]


async def test_ones_own_id_alone_is_a_chat_with_oneself(world: World) -> None:
    made = await chat(world, "ana", "ana")
    assert made["meta"]["participant_ids"] == [world.id("ana")]
    assert (await chat(world, "ana", "ana"))["id"] == made["id"]


async def test_two_who_ask_at_once_get_one_chat(world: World) -> None:
    made = await asyncio.gather(*(chat(world, *pair) for pair in (("ana", "bob"), ("bob", "ana")) * 4))
    assert len({each["id"] for each in made}) == 1
    assert await chats(world, "ana") == [["Ana", "Bob"]]


@pytest.mark.parametrize("who", ["ana", "abe", "cleo"])
async def test_who_is_not_in_it_finds_neither_chat_nor_lines_owners_neither(world: World, who: str) -> None:
    made = await chat(world, "bob", "mia")
    line = await world.child("bob", made["id"], "chat_line", content="Between us")
    for id in (made["id"], line["id"]):
        for method, path, body in (
            ("GET", f"recordings/{id}", None),
            ("GET", f"recordings/{id}/children", None),
            ("GET", f"recordings/{id}/events", None),
            ("PATCH", f"recordings/{id}", {"title": "Mine"}),
            ("PUT", f"recordings/{id}/status/archived", None),
            ("POST", f"recordings/{id}/children", {"type": "chat_line", "content": "Hello"}),
            ("POST", f"recordings/{id}/cheers", {"content": "x"}),
            ("DELETE", f"recordings/{id}", None),
        ):
            assert await answer(world, who, method, path, body) == (404, NOT_FOUND)
    for type in ("dm", "chat_line"):
        assert await done(world, who, "GET", f"recordings?type={type}") == []
    assert await chats(world, who) == []
    assert await world.gql(who, "query($id: ID!) { node(id: $id) { id } }", id=line["id"]) == {"node": None}
    assert [row["content"] for row in await children(world, "mia", made["id"])] == ["Between us"]


async def test_nothing_of_it_is_in_anybodys_events(world: World) -> None:
    made = await chat(world, "bob", "mia")
    line = await world.child("bob", made["id"], "chat_line", content="Between us")
    await done(world, "bob", "DELETE", f"recordings/{line['id']}")
    rows = await world.owner.fetch("select action, recording_id::text from events where org_id = $1", world.org_id)
    assert [tuple(row) for row in rows] == [("created", made["id"]), ("line_deleted", made["id"])]
    activity = await world.rest("ana", "GET", f"{API}/activity")
    assert activity.json() == []


async def test_search_finds_its_lines_for_who_is_in_it_alone(world: World) -> None:
    made = await chat(world, "bob", "cleo")
    line = await world.child("bob", made["id"], "chat_line", content="Rhubarb")
    found = {who: await done(world, who, "GET", "search?q=rhubarb") for who in ("ana", "abe", "bob", "cleo", "mia")}
    assert {who: [row["id"] for row in rows] for who, rows in found.items() if rows} == {
        "bob": [line["id"]],
        "cleo": [line["id"]],
    }


async def test_who_is_not_in_it_cannot_be_drawn_in(world: World) -> None:
    """Neither by a mention nor as a subscriber."""
    made = await chat(world, "bob", "cleo")
    html = mention(world, "mia", "cleo")
    line = await world.child("bob", made["id"], "chat_line", content_html=html)
    assert line["mentioned_membership_ids"] == [world.id("cleo")]
    body = {"add": [world.id("mia")]}
    assert await status(world, "bob", "PUT", f"recordings/{made['id']}/subscribers", body) == 422
    assert await told(world) == {"cleo": ["mentioned"]}


async def test_where_something_was_said_last_comes_first_with_the_line(world: World) -> None:
    first = await chat(world, "ana", "bob")
    await chat(world, "ana", "mia")
    assert await chats(world, "ana") == [["Ana", "Mia"], ["Ana", "Bob"]]
    await world.child("bob", first["id"], "chat_line", content_html="<p>See <b>this</b> &amp; that</p>")
    assert await chats(world, "ana") == [["Ana", "Bob"], ["Ana", "Mia"]]
    (row, other) = await done(world, "ana", "GET", "chats")
    assert (row["last_line"]["preview"], other["last_line"]) == ("See this & that", None)


async def test_a_line_pings_everybody_else_once_while_unread(world: World) -> None:
    made = await chat(world, "ana", "bob", "mia")
    for text in ("one", "two"):
        await world.child("ana", made["id"], "chat_line", content=text)
    shown = await done(world, "bob", "GET", "my/notifications")
    assert [(row["action"], row["bundle_count"], row["recording_id"]) for row in shown["notifications"]] == [
        ("pinged", 2, made["id"])
    ]
    assert await told(world) == {"bob": ["pinged"], "mia": ["pinged"]}


async def test_an_archived_chat_leaves_the_list_takes_no_lines_and_is_back_when_asked_for(world: World) -> None:
    made = await chat(world, "ana", "bob")
    await done(world, "bob", "PUT", f"recordings/{made['id']}/status/archived")
    assert (await chats(world, "ana"), await chats(world, "ana", "?status=archived")) == ([], [["Ana", "Bob"]])
    body = {"type": "chat_line", "content": "Hello"}
    assert await status(world, "ana", "POST", f"recordings/{made['id']}/children", body) == 422
    assert (await chat(world, "ana", "bob"))["status"] == "active"
    assert await status(world, "ana", "POST", f"recordings/{made['id']}/children", body) == 201
    said = await refusal(world, "bob", "PUT", f"recordings/{made['id']}/status/trashed")
    assert said == (422, "A direct chat cannot be trashed, only archived", "status")


async def test_only_the_author_edits_a_line_and_only_the_author_or_an_admin_in_it_deletes_one(world: World) -> None:
    made = await chat(world, "bob", "mia")
    line = await world.child("bob", made["id"], "chat_line", content="Hm")
    assert await status(world, "mia", "PATCH", f"recordings/{line['id']}", {"content": "Ha"}) == 403
    assert await status(world, "mia", "DELETE", f"recordings/{line['id']}") == 403
    assert await status(world, "bob", "DELETE", f"recordings/{line['id']}") == 200
    assert await seen(world, "mia", line["id"]) is None


async def test_clients_write_to_whom_they_share_a_project_with_and_to_owners_and_admins(world: World) -> None:
    assert await status(world, "cleo", "POST", "chats", {"membership_ids": [world.id("bob")]}) == 404
    assert await status(world, "cleo", "POST", "chats", {"membership_ids": [world.id("abe")]}) == 201
    await with_cleo(world, await world.project())
    made = await chat(world, "cleo", "bob")
    line = await world.child("cleo", made["id"], "chat_line", content="Hello")
    assert (await seen(world, "bob", line["id"]))["content"] == "Hello"
    assert [row["content"] for row in await children(world, "cleo", made["id"])] == ["Hello"]


async def test_people_of_a_company_that_closed_its_door_cannot_be_written_to(world: World) -> None:
    company = await done(world, "ana", "POST", "companies", {"name": "Quiet", "is_client": False})
    await done(world, "ana", "PATCH", f"companies/{company['id']}", {"dms_disabled": True})
    await done(world, "ana", "PATCH", f"people/{world.id('mia')}", {"company_id": company["id"]})
    said = await refusal(world, "bob", "POST", "chats", {"membership_ids": [world.id("mia")]})
    assert said[:2] == (403, "People of this company cannot be written to directly")
    assert await chats(world, "bob") == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 422),
        ({"membership_ids": []}, 422),
        ({"membership_ids": "bob"}, 422),
        ({"membership_ids": ["nobody"]}, 404),
        ({"membership_ids": [f"00000000-0000-7000-8000-{number:012d}" for number in range(51)]}, 422),
    ],
)
async def test_a_chat_with_nobody_is_refused(world: World, body: Any, code: int) -> None:
    assert await status(world, "ana", "POST", "chats", body) == code
    assert await chats(world, "ana") == []


async def test_a_strangers_id_is_not_found(world: World) -> None:
    assert await answer(world, "ana", "POST", "chats", {"membership_ids": [world.id("eve")]}) == (404, NOT_FOUND)


async def test_who_was_removed_leaves_the_chat_readable_and_cannot_be_written_to_anew(world: World) -> None:
    made = await chat(world, "ana", "bob")
    await world.child("bob", made["id"], "chat_line", content="Bye")
    await done(world, "ana", "DELETE", f"people/{world.id('bob')}")
    assert [row["content"] for row in await children(world, "ana", made["id"])] == ["Bye"]
    assert await status(world, "ana", "POST", "chats", {"membership_ids": [world.id("bob")]}) == 404
