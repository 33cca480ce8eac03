"""Which dialect a request means, line by line of routes.md 3.0, on the server as it is."""

from typing import Any

import pytest

from tests.world import World

UNION = {
    "error": {"type": "missing_api_key", "code": "unauthenticated", "message": "Unauthenticated."},
    "message": "Unauthenticated.",
}
NATIVE = {"error": {"code": "unauthenticated", "message": "Authentication required"}}
GIPO = {"error": {"code": "UNAUTHORIZED", "message": "Missing or invalid API key"}}
KITCHEN = {"message": "Unauthenticated."}
THINKEX = {"error": "Unauthorized"}

RESERVED = (
    "projects workspaces tasks subtasks time-entries members task-types tags clients managers messages companies sync "
    "webhooks billing cli auth public feeds admin api graphql health"
)
"""Words that are no organization's slug, but for those that have routes of our own."""


async def asked(world: World, path: str, **headers: str) -> tuple[int, Any]:
    answer = await world.client.get(path, headers=headers)
    return answer.status_code, answer.json()


async def test_a_mount_refuses_in_its_dialects_words(world: World) -> None:
    assert await asked(world, "/dialects/gipo/api/v1/projects") == (401, GIPO)
    assert await asked(world, "/dialects/kitchen/api/v1/projects") == (401, KITCHEN)
    assert await asked(world, "/dialects/thinkex/api/workspaces") == (401, THINKEX)
    assert await asked(world, f"/dialects/thicket/api/v1/{world.org}/projects") == (401, NATIVE)
    status, body = await asked(world, "/dialects/tickward/api/v1/projects")
    assert (status, body["error"]["type"]) == (401, "missing_api_key")


async def test_a_host_is_kitchens_whatever_the_key(world: World) -> None:
    host = f"{world.org}.kitchen.thicket.example"
    for headers in ({}, {"authorization": "Bearer ba_unknown"}, {"authorization": "Bearer tw_unknown"}):
        assert await asked(world, "/api/v1/projects", host=host, **headers) == (401, KITCHEN)


async def test_a_keys_prefix_tells_on_plain_paths_however_bad_the_key(world: World) -> None:
    assert await asked(world, "/api/v1/projects", authorization="Bearer ba_unknown") == (401, GIPO)
    assert await asked(world, "/api/v1/projects", authorization="Bearer kt_unknown") == (401, KITCHEN)
    status, body = await asked(world, "/api/v1/projects", authorization="Bearer tw_unknown")
    assert (status, body["error"]["type"]) == (403, "invalid_api_key")
    status, body = await asked(world, "/api/v1/projects", authorization="Bearer thicket_pat_unknown")
    assert (status, body["error"]["code"]) == (404, "not_found")


async def test_paths_that_nobody_else_has_need_no_credential_to_be_known(world: World) -> None:
    assert await asked(world, "/api/workspaces") == (401, THINKEX)
    assert (await asked(world, "/api/v1/capabilities"))[0] == 200
    assert (await asked(world, "/api/v1/openapi.json"))[1]["openapi"] == "3.1.0"
    for path in ("/api/v1/orgs", "/api/v1/me/tokens", "/api/v1/authorization", f"/api/v1/{world.org}/projects"):
        assert await asked(world, path) == (401, NATIVE)


@pytest.mark.parametrize("word", RESERVED.split())
async def test_a_reserved_word_without_a_known_key_is_refused_for_everybody(world: World, word: str) -> None:
    for headers in ({}, {"authorization": "Bearer unknown"}, world.headers("ana")):
        assert await asked(world, f"/api/v1/{word}", **headers) == (401, UNION)
        assert await asked(world, f"/api/v1/{word}/1", **headers) == (401, UNION)
