"""`node(id:)` finds anything that its viewer may see, and nothing else."""

import pytest

from tests.world import World

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"


async def test_a_node_is_shown_as_what_it_is(world: World) -> None:
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="Tasks")
    expected = {
        world.org_id: "Organization",
        world.id("bob"): "Person",
        project["id"]: "Project",
        project["containers"]["card_table"]: "CardTable",
        todolist["id"]: "Todolist",
    }
    for id, name in expected.items():
        assert await world.gql("bob", NODE, id=id) == {"node": {"__typename": name, "id": id}}


@pytest.mark.parametrize("who", ["eve", "cleo"])
async def test_a_node_that_one_may_not_see_is_null(world: World, who: str) -> None:
    project = await world.project()
    for id in (project["id"], project["containers"]["vault"], "nonsense"):
        assert await world.gql(who, NODE, id=id) == {"node": None}
        assert world.errors == []


async def test_two_nodes_of_two_organizations_are_one_too_many(world: World) -> None:
    beta = await world.gql("ana", 'mutation { createOrganization(input: {name: "Beta"}) { id } }')
    document = "query ($a: ID!, $b: ID!) { a: node(id: $a) { id } b: node(id: $b) { id } }"
    await world.gql("ana", document, a=world.org_id, b=beta["createOrganization"]["id"])
    assert world.codes == ["BAD_REQUEST"]
