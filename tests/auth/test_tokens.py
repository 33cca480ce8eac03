"""Personal access tokens (routes.md 3.2.11)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.secret import digest
from tests.world import World

Later = Callable[[timedelta], None]

TOKENS = "/api/v1/me/tokens"
SESSION_REQUIRED = {"error": {"code": "session_required", "message": "Sign in with a session to manage tokens"}}
UNAUTHENTICATED = {"error": {"code": "unauthenticated", "message": "Authentication required"}}


async def make(world: World, who: str = "ana", **fields: Any) -> dict[str, Any]:
    answer = await world.rest(who, "POST", TOKENS, {"name": "CI", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_token_is_shown_once(world: World, owner: Any) -> None:
    made = await make(world, scope="read", expires_at=None)
    assert made == {
        "id": made["id"],
        "name": "CI",
        "token_prefix": made["token"][:16],
        "scope": "read",
        "last_used_at": None,
        "expires_at": None,
        "revoked_at": None,
        "created_at": made["created_at"],
        "token": made["token"],
    }
    assert made["token"].startswith("thicket_pat_")
    assert len(made["token"]) == 52
    listed = (await world.rest("ana", "GET", TOKENS)).json()
    assert listed == [{**{key: value for key, value in made.items() if key != "token"}, "vocabulary": None}]
    row = await owner.fetchrow("select * from access_tokens where id = $1", made["id"])
    assert row["digest"] == digest(made["token"])
    assert made["token"] not in str(dict(row))


async def test_tokens_are_listed_the_latest_first_and_to_their_owner_alone(world: World) -> None:
    first, second = await make(world, name="one"), await make(world, name="two", vocabulary="2026-08-21")
    await make(world, who="bob")
    listed = (await world.rest("ana", "GET", TOKENS)).json()
    assert [(each["id"], each["vocabulary"]) for each in listed] == [
        (second["id"], "2026-08-21"),
        (first["id"], None),
    ]


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"name": None}, {"field": "name", "code": "required", "message": "name is required"}),
        ({"name": " "}, {"field": "name", "code": "blank", "message": "name can't be blank"}),
        ({"scope": "admin"}, {"field": "scope", "code": "invalid_value", "message": "scope must be full or read"}),
        (
            {"expires_at": "2020-01-01T00:00:00Z"},
            {"field": "expires_at", "code": "out_of_range", "message": "expires_at must be in the future"},
        ),
        (
            {"vocabulary": "old"},
            {"field": "vocabulary", "code": "invalid_value", "message": 'vocabulary must be null or "2026-08-21"'},
        ),
    ],
)
async def test_a_refused_token_is_not_made(world: World, fields: dict[str, Any], row: dict[str, str]) -> None:
    answer = await world.rest("ana", "POST", TOKENS, {"name": "CI", **fields})
    assert (answer.status_code, answer.json()) == (
        422,
        {"error": {"code": "invalid", "message": row["message"], "details": [row]}},
    )
    assert (await world.rest("ana", "GET", TOKENS)).json() == []


async def test_a_token_has_its_owners_rights(world: World) -> None:
    token = (await make(world))["token"]
    answer = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "identity": {"id": world.people["ana"].user_id},
            "organizations": [
                {
                    "id": world.org_id,
                    "name": "Acme",
                    "slug": world.org,
                    "href": f"http://thicket.example/api/v1/{world.org}",
                    "membership_id": world.id("ana"),
                    "role": "owner",
                    "membership_kind": "person",
                }
            ],
            "scope": "full",
            "expires_at": None,
        },
    )


async def test_the_authorization_of_a_session_has_no_end(world: World) -> None:
    body = (await world.rest("cleo", "GET", "/api/v1/authorization")).json()
    assert (body["scope"], body["expires_at"]) == ("full", None)
    assert [each["role"] for each in body["organizations"]] == ["client"]


async def test_a_token_outranks_a_cookie(world: World) -> None:
    token = (await make(world, who="bob"))["token"]
    answer = await world.rest("ana", "GET", "/api/v1/authorization", headers=bearer(token))
    assert answer.json()["identity"] == {"id": world.people["bob"].user_id}


@pytest.mark.parametrize("token", ["thicket_pat_unknown", "Eb1G6Wr7Qz205dQ3WsqnbKKKjiaWNy7F", "\xe9"])
async def test_an_unknown_token_is_nobodys_even_beside_a_cookie(world: World, owner: Any, token: str) -> None:
    answer = await world.rest(
        "ana", "GET", "/api/v1/authorization", headers={"authorization": f"Bearer {token}".encode("latin-1")}
    )
    assert (answer.status_code, answer.json()) == (401, UNAUTHENTICATED)
    assert await owner.fetchval("select count(*) from rate_buckets where key like $1", f"%{digest(token).hex()}%") == 0


async def test_a_read_token_reads_and_does_not_write(world: World) -> None:
    token = (await make(world, scope="read"))["token"]
    body = (await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))).json()
    assert body["scope"] == "read"
    answer = await world.rest("nobody", "POST", "/api/v1/{org}/projects", {"name": "Launch"}, headers=bearer(token))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only_token")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", TOKENS, None), ("POST", TOKENS, {"name": "more"}), ("DELETE", f"{TOKENS}/{{id}}", None)],
)
async def test_a_token_does_not_manage_tokens(world: World, method: str, path: str, body: Any) -> None:
    made = await make(world)
    answer = await world.rest("nobody", method, path.format(id=made["id"]), body, headers=bearer(made["token"]))
    assert (answer.status_code, answer.json()) == (403, SESSION_REQUIRED)
    assert [each["revoked_at"] for each in (await world.rest("ana", "GET", TOKENS)).json()] == [None]


@pytest.mark.parametrize(("method", "path"), [("GET", TOKENS), ("POST", TOKENS), ("GET", "/api/v1/authorization")])
async def test_nobody_has_no_tokens(world: World, method: str, path: str) -> None:
    answer = await world.rest("nobody", method, path)
    assert (answer.status_code, answer.json()) == (401, UNAUTHENTICATED)


async def test_a_revoked_token_opens_nothing_at_once_and_stays_listed(world: World) -> None:
    made = await make(world)
    for _ in range(2):
        answer = await world.rest("ana", "DELETE", f"{TOKENS}/{made['id']}")
        assert (answer.status_code, answer.content) == (204, b"")
    (listed,) = (await world.rest("ana", "GET", TOKENS)).json()
    assert listed["revoked_at"] is not None
    answer = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(made["token"]))
    assert answer.status_code == 401


@pytest.mark.parametrize("id", ["nonsense", "00000000-0000-7000-8000-000000000000"])
async def test_an_unknown_token_cannot_be_revoked(world: World, id: str) -> None:
    answer = await world.rest("ana", "DELETE", f"{TOKENS}/{id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


async def test_nobody_revokes_the_token_of_somebody_else(world: World) -> None:
    made = await make(world, who="bob")
    answer = await world.rest("ana", "DELETE", f"{TOKENS}/{made['id']}")
    assert answer.status_code == 404
    assert [each["revoked_at"] for each in (await world.rest("bob", "GET", TOKENS)).json()] == [None]


async def test_a_token_ends_when_it_was_to_end(world: World, later: Later) -> None:
    ends = datetime.now(UTC) + timedelta(hours=1)
    token = (await make(world, expires_at=ends.isoformat()))["token"]
    answer = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
    assert answer.json()["expires_at"] == f"{ends:%Y-%m-%dT%H:%M:%S}.{ends.microsecond // 1000:03d}Z"
    later(timedelta(hours=1, seconds=1))
    answer = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
    assert answer.status_code == 401


async def test_the_last_use_is_noted_to_the_minute(world: World, owner: Any, later: Later) -> None:
    made = await make(world)

    async def used() -> Any:
        await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(made["token"]))
        return await owner.fetchval("select last_used_at from access_tokens where id = $1", made["id"])

    first = await used()
    assert first is not None
    later(timedelta(seconds=30))
    assert await used() == first
    later(timedelta(seconds=61))
    assert await used() > first


async def test_a_token_may_be_used_fifty_times_in_ten_seconds(world: World, later: Later) -> None:
    token = (await make(world))["token"]
    for left in range(49, -1, -1):
        answer = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
        assert answer.status_code == 200
        assert (answer.headers["x-ratelimit-limit"], answer.headers["x-ratelimit-remaining"]) == ("50", str(left))
    resets = int(answer.headers["x-ratelimit-reset"])
    assert 0 < resets - datetime.now(UTC).timestamp() <= 11
    refused = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
    assert (refused.status_code, refused.json()) == (
        429,
        {"error": {"code": "rate_limited", "message": "Too many requests"}},
    )
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert refused.headers["x-ratelimit-remaining"] == "0"
    later(timedelta(seconds=11))
    answer = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (200, "49")


async def test_a_session_is_not_counted(world: World) -> None:
    answer = await world.rest("ana", "GET", "/api/v1/authorization")
    assert "x-ratelimit-limit" not in answer.headers


CREATE = """mutation ($input: CreateAccessTokenInput!) {
  createAccessToken(input: $input) { token accessToken { id name scope tokenPrefix vocabulary } } }"""


async def test_graphql_makes_lists_and_revokes_tokens(world: World) -> None:
    data = await world.gql("ana", CREATE, input={"name": "CI", "scope": "READ", "vocabulary": "2026-08-21"})
    made = data["createAccessToken"]
    assert made["accessToken"] == {
        "id": made["accessToken"]["id"],
        "name": "CI",
        "scope": "READ",
        "tokenPrefix": made["token"][:16],
        "vocabulary": "2026-08-21",
    }
    assert await world.gql("ana", "{ accessTokens { id revokedAt } }") == {
        "accessTokens": [{"id": made["accessToken"]["id"], "revokedAt": None}]
    }
    data = await world.gql(
        "ana", "mutation ($id: ID!) { revokeAccessToken(id: $id) { revokedAt } }", id=made["accessToken"]["id"]
    )
    assert data["revokeAccessToken"]["revokedAt"] is not None


async def test_graphql_counts_the_same_requests(world: World) -> None:
    token = (await make(world))["token"]
    answer = await world.client.post("/graphql", json={"query": "{ authorization { scope } }"}, headers=bearer(token))
    assert answer.json() == {"data": {"authorization": {"scope": "FULL"}}}
    assert answer.headers["x-ratelimit-remaining"] == "49"
    rest = await world.rest("nobody", "GET", "/api/v1/authorization", headers=bearer(token))
    assert rest.headers["x-ratelimit-remaining"] == "48"


@pytest.mark.parametrize(
    "document",
    [
        "{ sessions { token } }",
        "{ accounts { id } }",
        'mutation { updateUser(input: {name: "Eve"}) { status } }',
        "mutation { revokeSessions }",
        'mutation { changePassword(input: {currentPassword: "x", newPassword: "yyyyyyyy"}) { token } }',
    ],
)
async def test_a_token_does_not_manage_the_account(world: World, document: str) -> None:
    token = (await make(world))["token"]
    answer = await world.client.post("/graphql", json={"query": document}, headers=bearer(token))
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["SESSION_REQUIRED"]
