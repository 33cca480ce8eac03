"""Compiled statements become somebody by themselves; nothing of that stays on the connection."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import orjson
import pytest
from fastapi import FastAPI

from app.core.db import Database
from app.settings import Settings
from tests.world import World, populate

DOCUMENT = """query ($org: String!) {
  organization(slug: $org) { slug projects { totalCount nodes { name creator { name } } } }
}"""
ROUNDS = 100


async def test_no_row_of_another_organization_is_ever_shown(world: World) -> None:
    await world.project("ana", "Mine")
    theirs = f"/api/v1/{world.other_org}/projects"
    assert (await world.rest("eve", "POST", theirs, {"name": "Theirs"})).status_code == 201

    async def shown(who: str, slug: str) -> object:
        body = {"query": DOCUMENT, "variables": {"org": slug}}
        answer = await world.client.post("/graphql", json=body, headers=world.headers(who))
        return answer.json()["data"]

    def expected(slug: str, project: str, person: str) -> object:
        nodes = [{"name": project, "creator": {"name": person}}]
        return {"organization": {"slug": slug, "projects": {"totalCount": 1, "nodes": nodes}}}

    askers = [("ana", world.org), ("eve", world.other_org), ("eve", world.org), ("nobody", world.org)] * 5
    answers = [
        expected(world.org, "Mine", "Ana"), expected(world.other_org, "Theirs", "Eve"),
        {"organization": None}, {"organization": None},
    ] * 5  # fmt: skip
    for _ in range(ROUNDS):
        assert await asyncio.gather(*(shown(who, slug) for who, slug in askers)) == answers


async def test_a_statement_that_becomes_nobody_reads_nothing(world: World) -> None:
    await world.project("ana", "Mine")
    for _ in range(3):
        assert (await world.gql("ana", DOCUMENT))["organization"]["projects"]["totalCount"] == 1
    assert await world.gql("ana", DOCUMENT, org=world.other_org) == {"organization": None}
    assert world.codes == ["NOT_FOUND"]


WHOLE = """query ($org: String!) {
  organization(slug: $org) {
    id slug name
    membership { id name email }
    people { totalCount nodes { id name email company { name } groups { name } } }
    companies { nodes { id name people { nodes { id } } } }
    groups { nodes { id name members { id } } }
    projects { totalCount nodes { id name joined people { nodes { id } } tools { label container { id title } } } }
    recordings(type: TODO) {
      edges { cursor node { id title creator { id name } parent { id } events { nodes { id } } } }
    }
  }
}"""
VIEWER = "query { viewer { id name email organizations { id slug name } } }"
NODE = "query ($id: ID!) { node(id: $id) { id ... on Todo { title project { name } } ... on Project { name } } }"
MINE = re.compile(r"WHERE r\d+\.id = who\.org_id")
REQUESTS = 2000
FEW = 3


@pytest.fixture
async def worlds(
    compiling: None, owner: "asyncpg.Connection[Any]", app: FastAPI, settings: Settings
) -> AsyncIterator[list[World]]:
    """Organizations that know nothing of each other, with something of every kind in each."""
    made = []
    for name in ("Red", "Green", "Blue"):
        world = await populate(owner, app, settings)
        made.append(world)
        project = await world.project("ana", name)
        todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title=name)
        await world.child("ana", todolist["id"], "todo", title=name)
        await world.rest("ana", "POST", "/api/v1/{org}/companies", {"name": name})
        group = {"name": name, "membership_ids": [world.id("bob")]}
        await world.rest("ana", "POST", "/api/v1/{org}/groups", group)
    yield made
    for world in made:
        await world.close()


@pytest.fixture
async def few(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """All compiled statements share these few connections."""
    assert settings.database_url is not None
    database = Database()
    await database.open(settings.database_url, size=FEW, statement_cache_size=100)
    usual = Database.read

    async def reading(self: Database, sql: str, arguments: Any) -> Any:
        return await usual(database, sql, arguments)

    monkeypatch.setattr(Database, "read", reading)
    yield database
    await database.close()


async def everything_of(worlds: list[World]) -> dict[str, set[str]]:
    """Each world's organization → every id and every address that only its own people may see."""
    known = {}
    for world in worlds:
        tables = ("memberships", "companies", "people_groups", "projects", "recordings", "events")
        ids = {world.org_id, world.org} | {person.email for person in world.people.values() if person.email}
        for table in tables:
            rows = await world.owner.fetch(f"select id::text from {table} where org_id = $1::uuid", world.org_id)
            ids |= {row["id"] for row in rows}
        known[world.org] = ids
    return known


def foreign(text: str, world: World, known: dict[str, set[str]]) -> list[str]:
    """What of other organizations the text holds."""
    return [each for org, ids in known.items() if org != world.org for each in ids if each in text]


async def ask(dice: random.Random, world: World, worlds: list[World]) -> tuple[str, str]:
    """One random request of somebody of this world, for something of any world: the answer and who asked."""
    other = dice.choice(worlds)
    who = dice.choice(("ana", "abe", "bob", "mia", "cleo", "eve", "nobody"))
    document, variables = dice.choice(
        ((WHOLE, {"org": other.org}), (WHOLE, {"org": world.org}), (VIEWER, {}), (NODE, {"id": other.org_id}))
    )
    body = {"query": document, "variables": variables}
    answer = await world.client.post("/graphql", json=body, headers=world.headers(who))
    return orjson.dumps(answer.json().get("data")).decode(), who


async def test_few_connections_serve_random_people_and_show_nobody_a_foreign_row(
    worlds: list[World], few: Database
) -> None:
    known = await everything_of(worlds)
    dice = random.Random(7)
    shown = 0
    for _ in range(REQUESTS // 20):
        asking = [dice.choice(worlds) for _ in range(20)]
        answers = await asyncio.gather(*(ask(dice, world, worlds) for world in asking))
        for world, (text, who) in zip(asking, answers, strict=True):
            assert foreign(text, world, known) == [], who
            shown += world.org in text
    assert shown > REQUESTS / 4


@pytest.mark.parametrize(
    "predicate", ["WHERE true", "WHERE {table}.id <> who.org_id", "WHERE {table}.id = '{foreign}'"]
)
async def test_row_level_security_holds_also_where_the_statement_asks_for_another_organization(
    worlds: list[World], few: Database, monkeypatch: pytest.MonkeyPatch, predicate: str
) -> None:
    """Nothing of the statement's own keeps organizations apart: what it says of them is taken out of it here."""
    known = await everything_of(worlds)
    usual, rewritten = Database.read, []

    async def reading(self: Database, sql: str, arguments: Any) -> Any:
        def other(found: re.Match[str]) -> str:
            table = found.group(0).split()[1].partition(".")[0]
            return predicate.format(table=table, foreign=worlds[2].org_id)

        wrong, times = MINE.subn(other, sql)
        rewritten.append(times)
        row = await usual(self, wrong, arguments)
        found = bytes(row["body"]).decode() if row is not None and row["body"] is not None else ""
        assert foreign(found, asking, known) == []
        return row

    monkeypatch.setattr(Database, "read", reading)
    for asking in (worlds[0], worlds[1], worlds[0]):
        for who in ("ana", "bob", "cleo", "nobody"):
            for _ in range(3):
                body = {"query": WHOLE, "variables": {"org": asking.org}}
                answer = await asking.client.post("/graphql", json=body, headers=asking.headers(who))
                assert foreign(orjson.dumps(answer.json().get("data")).decode(), asking, known) == []
    assert rewritten
    assert set(rewritten) == {1}
