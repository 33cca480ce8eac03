"""Which dialect answers: by mount, host, key, path, in this order."""

import pytest

from tests.rest.stand_in import client

UNION = {
    "error": {"type": "missing_api_key", "code": "unauthenticated", "message": "Unauthenticated."},
    "message": "Unauthenticated.",
}


async def test_a_mount_is_never_ambiguous() -> None:
    async with client("", authorization="Bearer tw_ana") as http:
        found = await http.get("/dialects/gipo/api/v1/projects")
        thinkex = await http.get("/dialects/thinkex/api/workspaces")
        native = await http.get("/dialects/thicket/api/v1/acme/projects")
    assert "pagination" in found.json()
    assert "workspaces" in thinkex.json()
    assert native.json()[0]["name"] == "P1"


async def test_an_unknown_mount_is_not_ours() -> None:
    async with client() as http:
        assert (await http.get("/dialects/none/api/v1/projects")).text == "elsewhere"


async def test_the_host_chooses_the_dialect_and_names_the_workspace() -> None:
    async with client("", authorization="Bearer kt_ana", host="acme.kitchen.example:8000") as http:
        answer = await http.delete("/api/v1/projects/1")
        other = await http.get("/health")
    assert answer.status_code == 204
    assert other.text == "elsewhere"


@pytest.mark.parametrize(
    ("key", "status"), [("ba_ana", 200), ("tw_ana", 405), ("kt_ana", 405), ("thicket_pat_ana", 404)]
)
async def test_a_keys_prefix_chooses_the_dialect(key: str, status: int) -> None:
    async with client("", authorization=f"Bearer {key}") as http:
        assert (await http.get("/api/v1/projects")).status_code == status


async def test_a_key_chooses_nothing_outside_its_dialects_base() -> None:
    async with client("", authorization="Bearer ba_ana") as http:
        assert "workspaces" in (await http.get("/api/workspaces")).json()


@pytest.mark.parametrize("path", ["/api/v1/projects", "/api/v1/tasks/1", "/api/v1/capabilities"])
@pytest.mark.parametrize("key", [None, "Bearer other_key", "Basic abc"])
async def test_nobody_knows_whom_a_reserved_word_without_a_known_key_is_for(path: str, key: str | None) -> None:
    async with client("", **({"authorization": key} if key else {})) as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.json()) == (401, UNION)


async def test_a_reserved_word_that_is_a_native_route_is_native() -> None:
    async with client("") as http:
        assert (await http.get("/api/v1/me")).status_code == 200


async def test_a_session_is_no_credential_where_a_reserved_word_stands() -> None:
    async with client() as http:
        answer = await http.get("/api/v1/tasks")
    assert (answer.status_code, answer.json()) == (401, UNION)


async def test_what_is_not_ours_goes_on_to_the_application() -> None:
    async with client() as http:
        for path in ("/", "/graphql", "/health", "/feeds"):
            assert (await http.post(path)).text == "elsewhere"
