"""Several fields at the root of a query, and things that are found by their id alone, are one statement too."""

from typing import Any

import pytest

from app.core.db import Database
from tests.world import World


@pytest.fixture
def statements(compiling: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements of compiled queries that were answered."""
    taken: list[str] = []
    read = Database.read

    async def reading(self: Database, sql: str, arguments: Any) -> Any:
        row = await read(self, sql, arguments)
        if sql.startswith("WITH"):  # no announcement of what was made before
            taken.append(sql)
        return row

    monkeypatch.setattr(Database, "read", reading)
    return taken


async def thrice(world: World, who: str, document: str, **variables: Any) -> Any:
    """The answer, which is the same by the executor, when it is compiled, and from then on."""
    answers = []
    for _ in range(3):
        answers.append((await world.gql(who, document, **variables), world.codes))
    assert answers[0] == answers[1] == answers[2]
    return answers[0]


async def test_the_viewer_beside_the_organization_twice_is_one_statement(world: World, statements: list[str]) -> None:
    document = """query ($org: String!) {
      __typename
      me: viewer { name organizations(first: 5) { slug role } organizationCount }
      organization(slug: $org) { role }
      again: organization(slug: $org) { soleOwner viewerCanInvite }
    }"""
    shown, codes = await thrice(world, "bob", document)
    assert codes == []
    assert shown == {
        "__typename": "Query",
        "me": {"name": "Bob", "organizations": [{"slug": world.org, "role": "MEMBER"}], "organizationCount": 1},
        "organization": {"role": "MEMBER"},
        "again": {"soleOwner": False, "viewerCanInvite": False},
    }
    assert len(statements) == 2


async def test_two_organizations_at_once_are_refused_as_ever(world: World, statements: list[str]) -> None:
    document = """query ($org: String!, $other: String!) {
      organization(slug: $org) { name } other: organization(slug: $other) { name }
    }"""
    _, codes = await thrice(world, "ana", document, other=world.other_org)
    assert codes == ["BAD_REQUEST"]
    assert statements == []


async def test_anything_is_found_by_its_id(world: World, statements: list[str]) -> None:
    project = await world.project("ana", "Hidden", all_access=False)
    document = """query ($id: ID!) {
      node(id: $id) { __typename id ... on Project { name } ... on Person { role } ... on Vault { title } }
    }"""
    vault = project["containers"]["vault"]
    named = await title(world, vault)
    statements.clear()
    found = {"__typename": "Project", "id": project["id"], "name": "Hidden"}
    assert await thrice(world, "ana", document, id=project["id"].upper()) == ({"node": found}, [])
    shown = {"__typename": "Vault", "id": vault, "title": named}
    assert await thrice(world, "ana", document, id=vault) == ({"node": shown}, [])
    person = {"__typename": "Person", "id": world.id("cleo"), "role": "CLIENT"}
    assert await thrice(world, "bob", document, id=world.id("cleo")) == ({"node": person}, [])
    assert len(statements) == 8
    for who, id in (("bob", project["id"]), ("eve", project["id"]), ("ana", world.other_org_id)):
        assert await thrice(world, who, document, id=id) == ({"node": None}, [])
    assert (await thrice(world, "nobody", document, id=project["id"]))[1] == ["UNAUTHENTICATED"]


async def title(world: World, id: str) -> str:
    answer = await world.rest("ana", "GET", f"/api/v1/{{org}}/recordings/{id}")
    return str(answer.json()["title"])


async def test_every_project_is_shown_to_owners_alone_and_only_where_they_ask(
    world: World, statements: list[str]
) -> None:
    await world.project("bob", "Secret", all_access=False)
    statements.clear()
    document = "query ($org: String!) { organization(slug: $org) { allProjects { nodes { name joined } } } }"
    shown = {"organization": {"allProjects": {"nodes": [{"name": "Secret", "joined": False}]}}}
    assert await thrice(world, "ana", document) == (shown, [])
    assert len(statements) == 2
    assert (await thrice(world, "abe", document))[1] == ["FORBIDDEN"]
    usual = document.replace("allProjects", "projects")
    assert await thrice(world, "ana", usual) == ({"organization": {"projects": {"nodes": []}}}, [])


async def test_what_is_asked_beside_every_project_is_as_wide_whichever_stands_first(
    world: World, statements: list[str]
) -> None:
    await world.project("bob", "Secret", all_access=False)
    statements.clear()
    lists = ["mine: projects { nodes { name } }", "allProjects { nodes { name } }"]
    seen = {"nodes": [{"name": "Secret"}]}
    for both in (lists, lists[::-1]):
        document = "query ($org: String!) { organization(slug: $org) { " + " ".join(both) + " } }"
        assert await thrice(world, "ana", document) == ({"organization": {"mine": seen, "allProjects": seen}}, [])
        assert (await thrice(world, "abe", document))[1] == ["FORBIDDEN"]
    assert len(statements) == 4
    left_out = """query ($org: String!) {
      organization(slug: $org) { allProjects @include(if: false) { nodes { name } } projects { nodes { name } } }
    }"""
    assert await thrice(world, "abe", left_out) == ({"organization": {"projects": {"nodes": []}}}, [])


async def test_a_mutation_does_not_widen_what_it_may_touch(world: World) -> None:
    document = 'mutation { createOrganization(input: {name: "Widened"}) { allProjects { nodes { name } } } }'
    assert await world.gql("ana", document) is None
    assert world.codes == ["BAD_REQUEST"]
    listed = await world.gql("ana", "{ viewer { organizations { name } } }")
    assert "Widened" not in [each["name"] for each in listed["viewer"]["organizations"]]
