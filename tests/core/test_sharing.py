"""What is loaded once for several fields is loaded for each of them, also when one that waits for it is given up."""

import pytest

from app.api.schema import schema
from tests.world import World

DOCUMENT = """query ($org: String!) {
  refused: organization(slug: $org) { projects(after: "nonsense") { totalCount nodes { id } } }
  counted: organization(slug: $org) { projects { totalCount } }
}"""


async def test_a_refused_field_takes_nothing_from_those_that_wait_for_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "plans", None)
    await world.project()
    shown = await world.gql("ana", DOCUMENT)
    assert shown == {"refused": None, "counted": {"projects": {"totalCount": 1}}}
    assert world.codes == ["INVALID"]
