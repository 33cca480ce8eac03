"""`Idempotency-Key`: what is sent again has one effect and one answer (seed 004)."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from app.api.repeating import SHOWN_ONCE, SIGNING_IN
from app.api.schema import schema
from app.core import clock
from app.idempotency import jobs
from rest_compat.openapi import document
from tests.contract.routes import DIALECTS
from tests.multipart import File
from tests.world import World

KEY = "project-create-7f3a.1:2_b"
PROJECTS = "/api/v1/{org}/projects"
CREATE = "mutation ($org: String!, $name: String!) { createProject(org: $org, input: {name: $name}) { id name } }"


@pytest.fixture
def later() -> Iterator[Any]:
    """Sets the clock ahead."""
    yield lambda hours: clock.move(timedelta(hours=hours))
    clock.move(timedelta())


async def create(
    world: World, who: str = "ana", name: str = "Launch", key: str = KEY, **options: Any
) -> httpx.Response:
    headers = {"idempotency-key": key, **options.pop("headers", {})}
    return await world.rest(who, "POST", options.pop("path", PROJECTS), {"name": name}, headers=headers)


async def mutate(world: World, name: str, key: str = KEY, document: str = CREATE) -> httpx.Response:
    headers = {**world.headers("ana"), "idempotency-key": key}
    body = {"query": document, "variables": {"org": world.org, "name": name}}
    return await world.client.post("/graphql", headers=headers, json=body)


async def projects(world: World) -> int:
    found: int = await world.owner.fetchval("select count(*) from projects where org_id = $1", world.org_id)
    return found


async def records(world: World) -> int:
    found: int = await world.owner.fetchval(
        "select count(*) from idempotency_records r join users u on u.id = r.user_id where u.email like $1",
        f"%-{world.tag}@example.com",
    )
    return found


async def token(world: World, scope: str = "full") -> dict[str, str]:
    made = await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "Script", "scope": scope})
    return {"authorization": f"Bearer {made.json()['token']}"}


async def test_what_is_sent_again_is_answered_the_same_and_done_once(world: World) -> None:
    first, second = await create(world), await create(world)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert await projects(world) == 1
    assert await world.owner.fetchval("select count(*) from events where org_id = $1", world.org_id) == 1


async def test_forty_at_once_by_rest_have_one_effect_and_equal_answers(world: World) -> None:
    answers = await asyncio.gather(*(create(world) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 39
    assert await projects(world) == 1


async def test_forty_at_once_by_graphql_have_one_effect_and_equal_answers(world: World) -> None:
    answers = await asyncio.gather(*(mutate(world, "Launch") for _ in range(40)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert answers[0].json()["data"]["createProject"]["name"] == "Launch"
    assert sum(answer.headers.get("idempotency-replayed") == "true" for answer in answers) == 39
    assert await projects(world) == 1


async def test_two_credentials_of_a_person_wait_for_each_other_in_the_database(world: World) -> None:
    ways = [{"cookie": "", **await token(world)} for _ in range(2)]
    answers = await asyncio.gather(*(create(world, headers=way) for way in ways * 5))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await projects(world) == 1


async def test_another_request_under_the_same_key_is_refused(world: World) -> None:
    made = await create(world)
    other = await create(world, name="Another")
    elsewhere = await world.rest(
        "ana", "PATCH", f"{PROJECTS}/{made.json()['id']}", {"name": "New"}, headers={"idempotency-key": KEY}
    )
    by_graphql = await mutate(world, "Launch")
    for answer in (other, elsewhere):
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "conflict"
        assert answer.json()["error"]["message"] == "Idempotency-Key was already used for a different request"
    assert by_graphql.json()["errors"][0]["extensions"]["code"] == "CONFLICT"
    assert await projects(world) == 1
    assert await world.owner.fetchval("select name from projects where org_id = $1", world.org_id) == "Launch"


async def test_the_order_of_a_bodys_keys_makes_no_difference(world: World) -> None:
    headers = {"idempotency-key": KEY}
    one = await world.rest("ana", "POST", PROJECTS, {"name": "A", "description": "B"}, headers=headers)
    two = await world.rest("ana", "POST", PROJECTS, {"description": "B", "name": "A"}, headers=headers)
    assert one.status_code == 201
    assert two.content == one.content


async def test_the_same_key_of_another_person_is_another_key(world: World) -> None:
    mine, theirs = await create(world, "ana"), await create(world, "abe")
    assert mine.status_code == theirs.status_code == 201
    assert mine.json()["id"] != theirs.json()["id"]
    assert "idempotency-replayed" not in theirs.headers


async def test_the_same_key_in_another_organization_is_another_key(world: World) -> None:
    made = await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Second"})
    assert made.status_code == 201, made.text
    here = await create(world)
    there = await create(world, path=f"/api/v1/{made.json()['slug']}/projects")
    assert there.status_code == 201
    assert "idempotency-replayed" not in there.headers
    assert here.json()["id"] != there.json()["id"]


async def test_a_refused_write_is_not_kept_and_is_tried_again(world: World) -> None:
    path = f"/api/v1/{{org}}/people/{world.id('bob')}"
    for who, role, status in (("mia", "admin", 403), ("ana", "nonsense", 422)):
        for _ in range(2):
            answer = await world.rest(who, "PATCH", path, {"role": role}, headers={"idempotency-key": KEY})
            assert answer.status_code == status
            assert "idempotency-replayed" not in answer.headers
    assert (await create(world, name="")).status_code == 422
    assert await records(world) == 0
    assert (await create(world)).status_code == 201
    assert await records(world) == 1


async def test_after_a_day_the_key_is_new(world: World, later: Any) -> None:
    first = await create(world)
    later(23.9)
    assert (await create(world)).content == first.content
    later(24.1)
    again = await create(world)
    assert again.status_code == 201
    assert again.json()["id"] != first.json()["id"]
    assert (await create(world)).content == again.content
    assert await projects(world) == 2


@pytest.mark.parametrize("key", ["", "short.7", "x" * 129, "with a space", "umläut-key"])
async def test_what_cannot_be_a_key_is_refused_by_name(world: World, key: str) -> None:
    answer = await world.client.post(
        PROJECTS.replace("{org}", world.org),
        json={"name": "Launch"},
        headers={**world.headers("ana"), "idempotency-key": key.encode()},  # type: ignore[dict-item]
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_request"
    assert answer.json()["error"]["message"].startswith("Idempotency-Key must have 8 to 128 characters")
    assert await projects(world) == 0


async def test_reads_ignore_the_key(world: World) -> None:
    for key in ("?", KEY, KEY):
        answer = await world.rest("ana", "GET", PROJECTS, headers={"idempotency-key": key})
        assert answer.status_code == 200
        assert "idempotency-replayed" not in answer.headers
    document = "query ($org: String!) { organization(slug: $org) { name } }"
    assert (await mutate(world, "", "?", document)).json()["data"]["organization"]["name"] == "Acme"
    assert await records(world) == 0


async def test_neither_the_key_nor_the_request_is_stored(world: World) -> None:
    await create(world, key="nobody-may-read-this")
    row = await world.owner.fetchrow(
        "select r.* from idempotency_records r join users u on u.id = r.user_id where u.email = $1",
        world.people["ana"].email,
    )
    assert row is not None
    assert "nobody-may-read-this" not in repr(dict(row))
    assert (len(row["digest"]), len(row["request"]), str(row["org_id"])) == (32, 32, world.org_id)


async def test_a_token_that_is_shown_once_is_made_once_and_not_kept(world: World) -> None:
    def make() -> Any:
        headers = {"idempotency-key": KEY}
        return world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "Script"}, headers=headers)

    made, again = await make(), await make()
    assert made.status_code == 201
    assert again.status_code == 409
    assert "held a secret" in again.json()["error"]["message"]
    user_id = world.people["ana"].user_id
    assert await world.owner.fetchval("select count(*) from access_tokens where user_id = $1", user_id) == 1
    kept = await world.owner.fetch("select answer from idempotency_records where user_id = $1", user_id)
    assert [row["answer"] for row in kept] == [None]


async def test_who_may_no_longer_come_in_is_not_shown_the_answer_of_before(world: World) -> None:
    made = await create(world, "bob")
    assert made.status_code == 201
    await world.rest("ana", "DELETE", f"/api/v1/{{org}}/people/{world.id('bob')}")
    assert (await create(world, "bob")).status_code == 404


async def test_a_token_for_reading_is_not_shown_the_answer_of_a_write(world: World) -> None:
    await create(world)
    answer = await create(world, headers={"cookie": "", **await token(world, "read")})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "read_only_token"


async def test_an_upload_is_the_same_only_with_the_same_bytes(world: World) -> None:
    vault = (await world.project())["containers"]["vault"]

    def send(content: bytes) -> Any:
        path = f"/api/v1/{{org}}/recordings/{vault}/uploads"
        return world.rest("ana", "POST", path, {"file": File("a.txt", content)}, headers={"idempotency-key": KEY})

    first, same, other = await send(b"Hello"), await send(b"Hello"), await send(b"World")
    assert [answer.status_code for answer in (first, same, other)] == [201, 201, 409]
    assert first.content == same.content
    assert await world.owner.fetchval("select count(*) from stored_files where org_id = $1", world.org_id) == 1


async def test_expired_keys_are_forgotten_and_no_others(world: World, later: Any) -> None:
    await create(world)
    later(20)
    await create(world, name="Second", key="another-key")
    later(26)
    await world.tick(jobs.SWEEP)
    assert await records(world) == 1
    assert (await create(world, name="Second", key="another-key")).headers["idempotency-replayed"] == "true"


async def test_an_operation_in_a_fragment_is_held_to_its_key_too(world: World) -> None:
    head, _, selected = CREATE.partition("{")
    document = f"{head}{{ ...It }} fragment It on Mutation {{{selected}"
    first, second = await mutate(world, "Launch", document=document), await mutate(world, "Launch", document=document)
    assert first.json()["data"]["createProject"]["id"]
    assert second.content == first.content
    assert await projects(world) == 1


def test_signing_in_and_its_kin_are_just_what_the_auth_dialect_does() -> None:
    """Both doors ignore the key there; and what else shows a secret does not have its answer kept."""
    assert schema._schema.mutation_type
    auth = next(each for each in DIALECTS if each.profile.name == "auth")
    there = " ".join(route.operation.text for route in auth.routes)
    names = set(schema._schema.mutation_type.fields)
    assert {name for name in names if f"{name}(" in there or f"{name} " in there} - SHOWN_ONCE <= SIGNING_IN
    assert names >= SIGNING_IN | SHOWN_ONCE
    secret = {
        name
        for name, field in schema._schema.mutation_type.fields.items()
        if isinstance(kind := get_named_type(field.type), GraphQLObjectType)
        and any(
            each.lower().endswith(("token", "secret")) and is_leaf_type(get_named_type(shown.type))
            for each, shown in kind.fields.items()
        )
    }
    assert secret <= SIGNING_IN | SHOWN_ONCE


def test_the_openapi_documents_name_the_header_on_the_writes_that_take_it() -> None:
    named: dict[str, set[bool]] = {}
    for dialect in DIALECTS:
        for path in document(schema._schema, dialect)["paths"].values():
            for method, operation in path.items():
                if method != "servers":
                    has = any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", []))
                    writes = operation["x-graphql-operation"].lstrip().startswith("mutation")
                    named.setdefault(f"{dialect.profile.name} {'write' if writes else 'read'}", set()).add(has)
                    assert not has or {"400", "409"} <= operation["responses"].keys()
    reads = {name: has for name, has in named.items() if name.endswith(" read")}
    assert set(map(frozenset, reads.values())) == {frozenset({False})}
    assert {name: has for name, has in named.items() if name not in reads} == {
        "thicket write": {True},
        "auth write": {False},
        "gipo write": {True, False},
        "kitchen write": {False},
        "thinkex write": {False},
        "tickward write": {True},
    }
