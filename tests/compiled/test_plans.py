"""How many plans there are: one for each shape of a document's variables, whatever they hold, and a bounded number."""

from typing import Any

import pytest

from app.api.compiler import plans as module
from app.api.compiler.plans import Plans
from app.api.schema import schema
from tests.world import World

PAGE = """query ($org: String!, $first: Int, $page: Int, $after: String, $id: ID) {
  organization(slug: $org) {
    recordings(type: TODO, first: $first, page: $page, after: $after, projectId: $id, sort: TITLE, direction: ASC) {
      edges { cursor node { title } }
      pageInfo { hasNextPage }
    }
  }
}"""


@pytest.fixture
def plans(compiling: None, monkeypatch: pytest.MonkeyPatch) -> Plans:
    """A cache with nothing in it."""
    fresh = Plans(schema._schema, schema.plans._config, schema.plans._scalars, schema.plans._names)  # type: ignore[union-attr]
    monkeypatch.setattr(schema, "plans", fresh)
    return fresh


async def titles(world: World, **variables: Any) -> list[str]:
    shown = await world.gql("ana", PAGE, **variables)
    assert world.errors == []
    return [edge["node"]["title"] for edge in shown["organization"]["recordings"]["edges"]]


async def furnish(world: World, most: int) -> list[str]:
    """To-dos called `a`, `b` and so on; their cursors."""
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="Tasks")
    for letter in "abcdefghij"[:most]:
        await world.child("ana", todolist["id"], "todo", title=letter)
    shown = await world.gql("ana", PAGE)
    return [edge["cursor"] for edge in shown["organization"]["recordings"]["edges"]]


async def test_every_cursor_is_answered_by_the_same_plan(world: World, plans: Plans) -> None:
    cursors = await furnish(world, 5)
    shown = [await titles(world, after=cursor, first=2) for cursor in cursors]
    assert shown == [["b", "c"], ["c", "d"], ["d", "e"], ["e"], []]
    assert len(plans._plans) == 1


async def test_sizes_and_numbers_of_pages_share_plans(world: World, plans: Plans) -> None:
    await furnish(world, 10)
    for first in range(6, 11):
        for page in range(2, 5):
            assert await titles(world, first=first, page=page) == list("abcdefghij"[(page - 1) * first :][:first])
    assert len(plans._plans) == 1


async def test_an_id_that_is_null_has_another_plan_than_one_that_is_left_to_its_default(
    world: World, plans: Plans
) -> None:
    await furnish(world, 2)
    document = PAGE.replace("$id: ID", f'$id: ID = "{world.org_id}"')
    for variables, most in (({}, 0), ({"id": None}, 2), ({}, 0), ({"id": None}, 2), ({}, 0), ({"id": None}, 2)):
        shown = await world.gql("ana", document, **variables)
        assert len(shown["organization"]["recordings"]["edges"]) == most
    assert len(plans._plans) == 2


async def test_a_document_has_a_bounded_number_of_plans(
    world: World, plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_OF_ONE", 4)
    flags = [f"f{number}" for number in range(4)]
    fields = " ".join(f"{flag}: name @include(if: ${flag})" for flag in flags)
    document = (
        f"query ($org: String!, {', '.join(f'${flag}: Boolean!' for flag in flags)})"
        f" {{ organization(slug: $org) {{ slug {fields} }} }}"
    )
    for number in range(16):
        variables = {flag: bool(number >> place & 1) for place, flag in enumerate(flags)}
        expected = {"slug": world.org} | {flag: "Acme" for flag in flags if variables[flag]}
        for _ in range(3):
            assert await world.gql("ana", document, **variables) == {"organization": expected}
    assert len(plans._plans) == 4


async def test_a_plan_knows_nothing_of_who_made_it(world: World, plans: Plans) -> None:
    """Who asks comes with every request, so one plan answers everybody, each with what is theirs."""
    mine = {"organization": {"slug": world.org, "projects": {"totalCount": 1}}}
    document = "query ($org: String!) { organization(slug: $org) { slug projects { totalCount } } }"
    await world.project("ana", "Secret", all_access=False)
    for _ in range(3):
        assert await world.gql("ana", document) == mine
    (plan,) = [plans._plans.get(key) for key in list(plans._plans)]
    assert plan is not None
    ana = world.people["ana"]
    secrets = (ana.user_id, ana.membership_id, ana.cookie, ana.email, world.org, world.org_id)
    assert not [secret for secret in secrets if secret in plan.sql or secret in repr(plan.sources)]
    hers = {"organization": {"slug": world.org, "projects": {"totalCount": 0}}}
    assert await world.gql("bob", document) == hers
    assert await world.gql("eve", document) == {"organization": None}
    assert await world.gql("eve", document, org=world.other_org) == {
        "organization": {"slug": world.other_org, "projects": {"totalCount": 0}}
    }
    assert await world.gql("ana", document) == mine
    assert len(plans._plans) == 1


ONE = "query ($org: String!, $id: ID!) { organization(slug: $org) { recording(id: $id) { __typename title } } }"


async def test_a_thing_that_was_found_before_is_looked_for_among_its_own_type(world: World, plans: Plans) -> None:
    """The type only chooses the statement: who sees it, and what it is, PostgreSQL says anew."""
    project = await world.project("ana", "Secret", all_access=False)
    containers = project["containers"]
    shown = {"__typename": "Todoset", "title": "To-dos"}
    for _ in range(4):
        assert await world.gql("ana", ONE, id=containers["todoset"]) == {"organization": {"recording": shown}}
    of_any, of_todosets = [plans._plans.get(key) for key in list(plans._plans)]
    assert of_any is not None
    assert of_todosets is not None
    assert (of_any.tells, of_todosets.tells) == (("id",), ())
    assert ("'Message'" in of_any.sql, "'Message'" in of_todosets.sql) == (True, False)
    assert await world.gql("bob", ONE, id=containers["todoset"]) == {"organization": {"recording": None}}
    assert world.codes == ["NOT_FOUND"]
    plans._types.put(containers["vault"], "todoset", 1)
    shown = {"__typename": "Vault", "title": "Docs & Files"}
    assert await world.gql("ana", ONE, id=containers["vault"]) == {"organization": {"recording": shown}}
    todoset = {"id": containers["todoset"]}
    for _ in range(4):  # known as what nobody comments on
        assert await world.gql("ana", ONE.replace("recording(", "commentable("), **todoset) == {
            "organization": {"commentable": None}
        }
        assert world.codes == ["NOT_FOUND"]
