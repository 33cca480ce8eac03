"""What depends on the day is told by the clock of who asks, also by a plan that somebody else's request made."""

from tests.world import World

DOCUMENT = """query ($org: String!, $id: ID!) {
  organization(slug: $org) { recording(id: $id) { ... on Dated { overdue } } }
}"""


async def test_a_day_is_over_where_the_viewer_lives(world: World) -> None:
    """There is always a zone where the day is another than in the zone a day away from it."""
    east, west = "Pacific/Kiritimati", "Pacific/Pago_Pago"
    project = await world.project()
    todolist = await world.child("ana", project["containers"]["todoset"], "todolist", title="Tasks")
    await world.owner.execute("update users set time_zone = $1 where id = $2", east, world.people["ana"].user_id)
    await world.owner.execute("update users set time_zone = $1 where id = $2", west, world.people["bob"].user_id)
    due = await world.owner.fetchval("select (now() at time zone $1)::date - 1", east)
    todo = await world.child("ana", todolist["id"], "todo", title="One", due_on=due.isoformat())
    for who, overdue in (("ana", True), ("bob", False)) * 3:
        shown = await world.gql(who, DOCUMENT, id=todo["id"])
        assert shown == {"organization": {"recording": {"overdue": overdue}}}, who
