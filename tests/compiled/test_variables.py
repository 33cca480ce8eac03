"""A plan that is known does not take variables that do not fit: they are refused as the executor refuses them."""

from typing import Any

import pytest

from tests.world import World

DOCUMENT = """query ($org: String!, $id: ID, $first: Int) {
  organization(slug: $org) { name recordings(type: TODO, projectId: $id, first: $first) { nodes { title } } }
}"""


@pytest.mark.parametrize("change", [{"org": 5}, {"org": None}, {"org": ["x"]}, {"id": {"a": 1}}, {"first": "x"}])
async def test_a_variable_that_does_not_fit_is_refused(world: World, change: dict[str, Any]) -> None:
    project = await world.project()
    variables = {"org": world.org, "id": project["id"], "first": 5}
    for _ in range(3):
        shown = await world.gql("ana", DOCUMENT, **variables)
        assert shown == {"organization": {"name": "Acme", "recordings": {"nodes": []}}}
    for _ in range(3):
        assert await world.gql("ana", DOCUMENT, **(variables | change)) is None
        assert world.codes == ["INVALID"]
