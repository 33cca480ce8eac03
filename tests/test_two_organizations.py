"""Somebody else's is nobody's: every door answers an id of another organization just as one that never was.

Wherever a request takes an id (path, query or body), an id that exists elsewhere gives the very same status and body.
"""

import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from graphql import get_named_type, is_list_type
from graphql.type import get_nullable_type

from app.settings import Settings
from rest_compat.compile import Parameter
from tests.contract.examples import EXAMPLES, Values, request_of
from tests.contract.routes import NATIVE, ROUTES
from tests.contract.scene import NEVER, Scene
from tests.contract.state import state
from tests.world import populate

FOREIGN = (
    "org-1", "mem-eve", "prj-1", "todo-1", "list-1", "board-1", "msg-1", "com-1", "card-1", "col-doing", "evt-1",
    "line-1", "doc-1", "upl-1", "cmp-1", "grp-1", "inv-1", "tok-1", "key-1", "tag-1", "typ-1", "cf-1", "chr-1",
    "tme-1",
)  # fmt: skip
"""Of everything that has an id, one in the other organization."""


@pytest.fixture(scope="module")
async def ours(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    """Ana's organization, with what every example wants."""
    scene = Scene(await populate(owner, app, settings))
    for name in ROUTES:
        await EXAMPLES[name].prepare(scene)
    return scene


@pytest.fixture(scope="module")
async def theirs(ours: Scene) -> Scene:
    """Eve's organization, in the same world, with one of everything."""
    scene = Scene(ours.world, who="eve", slug=ours.world.other_org)
    scene.ids |= {"org-1": ours.world.other_org_id, "mem-bob": ours.world.id("eve")}
    for name in FOREIGN:
        await scene.id(name)
    return scene


REQUEST = re.compile(r"(req|corr)_[0-9a-f]{24}")
"""What a dialect calls a single request by."""


def takes_ids(parameter: Parameter) -> bool:
    return get_named_type(parameter.type).name == "ID"


LOOKED_AT = {name: route for name, route in ROUTES.items() if route.profile.name != "auth"}
SLOTS = sorted((name, each.wire) for name, route in LOOKED_AT.items() for each in route.parameters if takes_ids(each))


MEANT = {
    ("SetProjectPeople", "grant"): {"membership_ids": None},
    ("SetProjectPeople", "revoke"): {"membership_ids": None},
    ("BatchRecordings", "parent_id"): {"action": "move"},
}
"""What else the request says, so that the slot is looked at."""


def with_id(name: str, wire: str, values: Values, id: str) -> Values:
    """The values, with the id alone in one slot."""
    (parameter,) = [each for each in ROUTES[name].parameters if each.wire == wire]
    value = [id] if is_list_type(get_nullable_type(parameter.type)) else id
    changed = {**values, **MEANT.get((name, wire), {}), wire: value}
    return {key: each for key, each in changed.items() if each is not None}


async def asked(scene: Scene, name: str, wire: str, id: str) -> httpx.Response:
    """The owner's request with this id in one slot; the id itself taken out of what is answered."""
    values = {"org": scene.slug, **await scene.filled(EXAMPLES[name].values)}
    request = request_of(ROUTES[name], with_id(name, wire, values, id))
    return await scene.rest("ana", request.method, request.path, request.json)


@pytest.mark.parametrize(("name", "wire"), SLOTS, ids=lambda each: each)
async def test_a_foreign_id_is_an_id_that_never_was(
    ours: Scene, theirs: Scene, owner: Any, name: str, wire: str
) -> None:
    never = await asked(ours, name, wire, NEVER)
    if never.status_code < 400:
        assert (name, wire) in HARMLESS
    before = await state(owner, ours.world)
    for kind in FOREIGN:
        id = await theirs.id(kind)
        answer = await asked(ours, name, wire, id)
        assert answer.status_code == never.status_code, f"{kind}: {answer.text}"
        assert REQUEST.sub("", answer.text.replace(id, NEVER)) == REQUEST.sub("", never.text), kind
        assert dict(answer.headers).keys() == dict(never.headers).keys(), kind
    assert await state(owner, ours.world) == before


HARMLESS = {
    ("KitchenListMessages", "project_id"),
    ("ChangeSubscribers", "remove"),
    ("GetCalendar", "projects"),
    *(("GipoListTasks", name) for name in ("workspaceId", "stageId", "projectId", "taskTypeId", "assigneeId")),
    *(("GipoListTimeEntries", name) for name in ("userId", "taskId", "subtaskId", "projectId")),
    ("ListActivity", "actor_id"),
    ("ListActivity", "project_id"),
    ("ListRecordings", "project_id"),
    *(("ListTimeEntries", name) for name in ("membership_id", "card_id", "step_id", "project_id")),
    ("Search", "creator_id"),
    ("Search", "project_id"),
    ("SetProjectPeople", "revoke"),
}
"""Slots in which an unknown id is no mistake: a filter that finds nothing, a list of who shall not be there."""


@pytest.mark.parametrize("name", sorted(name for name, route in NATIVE.items() if "{org}" in route.path))
async def test_a_foreign_organization_is_one_that_never_was(ours: Scene, theirs: Scene, owner: Any, name: str) -> None:
    """Even with ids of its own, and a body that fits."""
    values = await theirs.filled(EXAMPLES[name].values)
    bodies = []
    before = await state(owner, ours.world)
    for slug in (theirs.slug, "nowhere-k3j9qz", "ACME", "%00", "me"):
        request = request_of(NATIVE[name], {**values, "org": slug})
        answer = await ours.rest("ana", request.method, request.path, request.json)
        bodies.append((answer.status_code, answer.text))
    assert set(bodies[:4]) == {(404, '{"error":{"code":"not_found","message":"Not found"}}')}
    assert bodies[4][0] in (404, 405)
    assert await state(owner, ours.world) == before


NODE = "query($id: ID!) { node(id: $id) { __typename id } }"


@pytest.mark.parametrize("kind", FOREIGN)
async def test_node_finds_nothing_foreign(ours: Scene, theirs: Scene, kind: str) -> None:
    found = []
    for id in (await theirs.id(kind), NEVER):
        data = await ours.world.gql("ana", NODE, id=id)
        found.append((data, [{**error, "path": None} for error in ours.world.errors]))
    assert found[0] == found[1]


@pytest.mark.parametrize("field", ["project", "recording", "person", "company", "group"])
@pytest.mark.parametrize("kind", FOREIGN)
async def test_an_organizations_field_finds_nothing_foreign(ours: Scene, theirs: Scene, field: str, kind: str) -> None:
    document = f"query($org: String!, $id: ID!) {{ organization(slug: $org) {{ {field}(id: $id) {{ __typename }} }} }}"
    found = []
    for id in (await theirs.id(kind), NEVER):
        data = await ours.world.gql("ana", document, id=id)
        found.append((data, ours.world.errors))
    assert found[0] == found[1]
    assert (found[0][0] or {}).get("organization", {}).get(field) is None


async def test_one_operation_enters_one_organization(ours: Scene, theirs: Scene) -> None:
    document = "query($a: String!, $b: String!) { a: organization(slug: $a) { id } b: organization(slug: $b) { id } }"
    data = await ours.world.gql("ana", document, a=ours.slug, b=theirs.slug)
    assert ours.world.codes == ["NOT_FOUND"] or "BAD_REQUEST" in ours.world.codes
    assert theirs.world.other_org_id not in str(data)
