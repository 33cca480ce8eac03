"""The thin thread through every layer: a project, a list and a to-do, seen through both doors."""

from tests.world import World


async def test_what_rest_makes_graphql_shows(world: World) -> None:
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="Launch tasks")
    todo = await world.child("ana", todolist["id"], "todo", title="Write copy", due_on="2026-06-15")
    document = "query($org: String!, $id: ID!) { organization(slug: $org) { recording(id: $id) { title dueOn } } }"
    data = await world.gql("bob", document, id=todo["id"])
    assert data == {"organization": {"recording": {"title": "Write copy", "dueOn": "2026-06-15"}}}
