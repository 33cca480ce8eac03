"""Compiled statements become somebody by themselves; nothing of that stays on the connection."""

import asyncio

from tests.world import World

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
