"""API keys: made once, hashed, bound to one organization and one dialect, ended for good (rulings 4, 6 and 11)."""

from typing import Any

import pytest

from app.core.secret import digest
from tests.world import World

KEYS = "/api/v1/{org}/api-keys"
UNION = {
    "error": {"type": "missing_api_key", "code": "unauthenticated", "message": "Unauthenticated."},
    "message": "Unauthenticated.",
}
OURS = '{ organization(slug: "~") { slug } }'
REFUSALS = {
    "gipo": (401, {"error": {"code": "UNAUTHORIZED", "message": "Missing or invalid API key"}}),
    "kitchen": (401, {"message": "Unauthenticated."}),
}


async def make(world: World, dialect: str, who: str = "ana", **fields: Any) -> dict[str, Any]:
    answer = await world.rest(who, "POST", KEYS, {"dialect": dialect, "name": "Script", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def trash(world: World, token: str, path: str, project: str) -> tuple[int, Any]:
    """What deleting a project by that key is answered."""
    answer = await world.client.delete(f"{path}/projects/{project}", headers=bearer(token))
    return answer.status_code, answer.json() if answer.content else None


async def looked(world: World, token: str, path: str, project: str) -> tuple[int, Any]:
    """What asking for a project by that key is answered, where it is refused."""
    answer = await world.client.get(f"{path}/projects/{project}", headers=bearer(token))
    return answer.status_code, answer.json()


KNOCKED = {"gipo": trash, "kitchen": looked}
"""Dialect → a request of its own."""


async def opened(world: World, token: str, document: str = OURS, **variables: Any) -> Any:
    """What the key finds at `/graphql`, or the code of the refusal."""
    answer = await world.client.post(
        "/graphql", headers=bearer(token), json={"query": document, "variables": variables}
    )
    body = answer.json()
    return body["errors"][0]["extensions"]["code"] if "errors" in body else body["data"]


@pytest.mark.parametrize(("dialect", "prefix"), [("gipo", "ba_"), ("kitchen", "kt_"), ("tickward", "tw_")])
async def test_a_key_is_shown_once_and_kept_as_a_hash(world: World, owner: Any, dialect: str, prefix: str) -> None:
    made = await make(world, dialect, permission="read", expires_at=None)
    assert made == {
        "id": made["id"],
        "dialect": dialect,
        "name": "Script",
        "permission": "read",
        "token_prefix": made["token"][:7],
        "last_used_at": None,
        "expires_at": None,
        "revoked_at": None,
        "created_at": made["created_at"],
        "token": made["token"],
    }
    assert made["token"].startswith(prefix)
    assert len(made["token"]) == 43
    listed = (await world.rest("ana", "GET", KEYS)).json()
    assert listed == [{key: value for key, value in made.items() if key != "token"}]
    row = await owner.fetchrow("select * from api_keys where id = $1", made["id"])
    assert row["digest"] == digest(made["token"])
    assert made["token"] not in str(dict(row))


async def test_people_see_their_own_keys_and_managers_everybodys(world: World) -> None:
    first, second = await make(world, "gipo", "bob"), await make(world, "kitchen", "mia")
    shown = {who: [key["id"] for key in (await world.rest(who, "GET", KEYS)).json()] for who in ("bob", "mia", "abe")}
    assert shown == {"bob": [first["id"]], "mia": [second["id"]], "abe": [second["id"], first["id"]]}
    foreign = await world.rest("bob", "DELETE", f"{KEYS}/{second['id']}")
    assert foreign.status_code == 404
    assert (await world.rest("abe", "DELETE", f"{KEYS}/{second['id']}")).status_code == 204
    assert await opened(world, first["token"]) == {"organization": {"slug": world.org}}
    assert await opened(world, second["token"]) == "INVALID_KEY"


@pytest.mark.parametrize(
    ("fields", "row"),
    [
        ({"name": " "}, {"field": "name", "code": "blank", "message": "name can't be blank"}),
        (
            {"dialect": "thinkex"},
            {"field": "dialect", "code": "invalid_value", "message": "dialect must be gipo, kitchen or tickward"},
        ),
        (
            {"permission": "write"},
            {"field": "permission", "code": "invalid_value", "message": "permission must be full or read"},
        ),
        (
            {"expires_at": "2020-01-01T00:00:00Z"},
            {"field": "expires_at", "code": "out_of_range", "message": "expires_at must be in the future"},
        ),
    ],
)
async def test_a_refused_key_is_not_made(world: World, fields: dict[str, Any], row: dict[str, str]) -> None:
    answer = await world.rest("ana", "POST", KEYS, {"dialect": "gipo", "name": "Script", **fields})
    assert (answer.status_code, answer.json()["error"]["details"]) == (422, [row])
    assert (await world.rest("ana", "GET", KEYS)).json() == []


async def test_only_a_session_makes_and_revokes_keys(world: World) -> None:
    token = (await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "CI"})).json()["token"]
    key = await make(world, "gipo")
    make_one = 'mutation($org: String!) { createApiKey(org: $org, input: {dialect: GIPO, name: "x"}) { token } }'
    revoke = "mutation($org: String!, $id: ID!) { revokeApiKey(org: $org, id: $id) { id } }"
    for secret in (token, key["token"]):
        assert await opened(world, secret, make_one, org=world.org) == "SESSION_REQUIRED"
        assert await opened(world, secret, revoke, org=world.org, id=key["id"]) == "SESSION_REQUIRED"
    assert [row["revoked_at"] for row in (await world.rest("ana", "GET", KEYS)).json()] == [None]


async def test_a_key_opens_its_dialect_by_mount_and_by_itself(world: World) -> None:
    key = (await make(world, "gipo"))["token"]
    first, second = await world.project("ana", "One"), await world.project("ana", "Two")
    assert await trash(world, key, "/api/v1", first["id"]) == (204, None)
    assert await trash(world, key, "/dialects/gipo/api/v1", second["id"]) == (204, None)
    shown = (await world.rest("ana", "GET", "/api/v1/{org}/projects")).json()
    assert [each["name"] for each in shown] == ["Workspace"]


@pytest.mark.parametrize("dialect", ["gipo", "kitchen"])
async def test_another_dialects_key_a_token_and_a_session_open_no_mount(world: World, dialect: str) -> None:
    other = (await make(world, {"gipo": "kitchen", "kitchen": "gipo"}[dialect]))["token"]
    token = (await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "CI"})).json()["token"]
    project = (await world.project())["id"]
    mount = f"/dialects/{dialect}/api/v1"
    for secret in (other, token, "ba_unknown", "kt_unknown", ""):
        assert await KNOCKED[dialect](world, secret, mount, project) == REFUSALS[dialect]
    method = {"gipo": "DELETE", "kitchen": "GET"}[dialect]
    by_session = await world.client.request(method, f"{mount}/projects/{project}", headers=world.headers("ana"))
    assert (by_session.status_code, by_session.json()) == REFUSALS[dialect]
    assert (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{project}")).json()["status"] == "active"


async def test_the_hosts_workspace_has_to_be_the_keys(world: World) -> None:
    key = (await make(world, "kitchen"))["token"]
    project = (await world.project())["id"]
    url = f"/api/v1/projects/{project}"
    answers = []
    for workspace in (world.other_org, "nowhere", world.org):
        headers = {**bearer(key), "host": f"{workspace}.kitchen.thicket.example"}
        answers.append((await world.client.get(url, headers=headers)).status_code)
    assert answers == [404, 404, 200]
    lacking = await world.client.get(url, headers={"host": f"{world.org}.kitchen.thicket.example"})
    assert (lacking.status_code, lacking.json()) == REFUSALS["kitchen"]


@pytest.mark.parametrize("credential", ["none", "session", "unknown"])
async def test_a_plain_path_of_several_dialects_refuses_for_all_of_them(world: World, credential: str) -> None:
    headers = {"none": {}, "session": world.headers("ana"), "unknown": bearer("xx_1")}[credential]
    answer = await world.client.get("/api/v1/projects", headers=headers)
    assert (answer.status_code, answer.json()) == (401, UNION)


async def test_a_key_with_a_dialects_prefix_that_is_bad_gets_that_dialects_refusal(world: World) -> None:
    assert await trash(world, "ba_unknown", "/api/v1", world.org_id) == REFUSALS["gipo"]
    assert await looked(world, "kt_unknown", "/api/v1", world.org_id) == REFUSALS["kitchen"]


async def test_a_key_sees_its_organization_only(world: World) -> None:
    key = (await make(world, "gipo"))["token"]
    founded = (await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Second"})).json()
    document = "query($slug: String!) { organization(slug: $slug) { slug } }"
    assert await opened(world, key, document, slug=founded["slug"]) == "NOT_FOUND"
    assert await opened(world, key, document, slug=world.org) == {"organization": {"slug": world.org}}
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert await opened(world, key, node, id=founded["id"]) in ("NOT_FOUND", {"node": None})
    mine = await opened(world, key, "{ viewer { organizations { slug } } }")
    assert mine == {"viewer": {"organizations": [{"slug": world.org}]}}
    found = 'mutation { createOrganization(input: {name: "Third"}) { slug } }'
    assert await opened(world, key, found) == "FORBIDDEN"
    assert len((await world.rest("ana", "GET", "/api/v1/orgs")).json()) == 2


async def test_a_key_never_sees_more_than_its_maker(world: World) -> None:
    hidden = (await world.project("ana", "Secret", all_access=False))["id"]
    keys = {who: (await make(world, "gipo", who))["token"] for who in ("ana", "bob")}
    assert (await trash(world, keys["bob"], "/api/v1", hidden))[0] == 404
    assert (await trash(world, keys["ana"], "/api/v1", hidden))[0] == 204


async def test_a_read_only_key_reads_and_writes_nothing(world: World) -> None:
    key = (await make(world, "gipo", permission="read"))["token"]
    project = (await world.project())["id"]
    assert await opened(world, key) == {"organization": {"slug": world.org}}
    refused = {"error": {"code": "FORBIDDEN", "message": "You do not have permission to do this"}}
    assert await trash(world, key, "/api/v1", project) == (403, refused)
    assert (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{project}")).json()["status"] == "active"


async def test_a_key_ends_when_it_is_revoked_and_stays_in_the_list(world: World) -> None:
    key = await make(world, "gipo")
    assert await opened(world, key["token"]) == {"organization": {"slug": world.org}}
    for _ in range(2):
        assert (await world.rest("ana", "DELETE", f"{KEYS}/{key['id']}")).status_code == 204
    assert await opened(world, key["token"]) == "INVALID_KEY"
    (listed,) = (await world.rest("ana", "GET", KEYS)).json()
    assert listed["revoked_at"] is not None
    assert listed["last_used_at"] is not None


async def test_a_key_ends_when_it_expires(world: World, owner: Any) -> None:
    key = await make(world, "gipo", expires_at="2099-01-01T00:00:00Z")
    assert await opened(world, key["token"]) == {"organization": {"slug": world.org}}
    await owner.execute("update api_keys set expires_at = now() - interval '1 second' where id = $1", key["id"])
    assert await opened(world, key["token"]) == "INVALID_KEY"


async def test_the_keys_of_who_is_removed_end_with_the_membership(world: World) -> None:
    key = await make(world, "gipo", "bob")
    assert (await world.rest("ana", "DELETE", f"/api/v1/{{org}}/people/{world.id('bob')}")).status_code == 200
    assert await opened(world, key["token"]) == "INVALID_KEY"
    (listed,) = (await world.rest("ana", "GET", KEYS)).json()
    assert listed["revoked_at"] is not None


async def test_a_tickward_key_works_in_its_makers_personal_organization(world: World) -> None:
    founded = (await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Second"})).json()
    path = f"/api/v1/{founded['slug']}/api-keys"
    made = {
        dialect: (await world.rest("ana", "POST", path, {"dialect": dialect, "name": "x"})).json()["token"]
        for dialect in ("tickward", "gipo")
    }
    assert await opened(world, made["tickward"]) == {"organization": {"slug": world.org}}
    assert await opened(world, made["gipo"]) == {"organization": {"slug": founded["slug"]}}
    bobs = await make(world, "tickward", "bob")
    assert await opened(world, bobs["token"]) == {"organization": {"slug": world.org}}


async def test_a_session_means_the_personal_organization(world: World) -> None:
    assert await world.gql("ana", OURS) == {"organization": {"slug": world.org}}
    assert await world.gql("eve", OURS) == {"organization": {"slug": world.other_org}}
    await world.gql("bob", OURS)
    assert world.codes == ["NOT_FOUND"]


async def test_what_a_key_does_says_so(world: World) -> None:
    key = await make(world, "kitchen")
    await opened(world, key["token"], 'mutation { createTag(org: "~", input: {name: "by key"}) { id } }')
    await world.rest("ana", "POST", "/api/v1/{org}/tags", {"name": "by hand"})
    document = "query($org: String!) { organization(slug: $org) { activity { nodes { action apiKeyId } } } }"
    events = (await world.gql("ana", document))["organization"]["activity"]["nodes"]
    assert [(each["action"], each["apiKeyId"]) for each in events] == [
        ("tag_created", None),
        ("tag_created", key["id"]),
        ("api_key_created", None),
    ]


@pytest.mark.parametrize("path", ["/api/workspaces", "/dialects/thinkex/api/workspaces"])
async def test_a_dialect_of_sessions_knows_no_keys_and_no_tokens(world: World, path: str) -> None:
    token = (await world.rest("ana", "POST", "/api/v1/me/tokens", {"name": "CI"})).json()["token"]
    for secret in ((await make(world, "gipo"))["token"], token):
        answer = await world.client.get(path, headers=bearer(secret))
        assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})
    answer = await world.client.get(path, headers={**world.headers("ana"), **bearer(token)})
    assert answer.status_code == 200


async def test_making_and_revoking_leave_word(world: World) -> None:
    key = await make(world, "kitchen", "bob", permission="read")
    await world.rest("ana", "DELETE", f"{KEYS}/{key['id']}")
    events = (await world.rest("ana", "GET", "/api/v1/{org}/activity")).json()
    detail = {"api_key_id": key["id"], "name": "Script", "dialect": "kitchen", "permission": "read"}
    assert [(row["action"], row["detail"]) for row in events] == [
        ("api_key_revoked", detail),
        ("api_key_created", detail),
    ]


@pytest.mark.parametrize(("dialect", "most"), [("gipo", "50"), ("kitchen", "50"), ("tickward", "120")])
async def test_a_key_is_counted_and_told_how_much_is_left(world: World, dialect: str, most: str) -> None:
    key = (await make(world, dialect))["token"]
    for left in (1, 2):
        answer = await world.client.post("/graphql", headers=bearer(key), json={"query": OURS})
        shown = [answer.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining")]
        assert shown == [most, str(int(most) - left)]
        assert int(answer.headers["x-ratelimit-reset"]) > 0


async def test_a_key_that_is_used_too_often_waits_at_every_door(world: World, owner: Any) -> None:
    key, other = (await make(world, "gipo"))["token"], (await make(world, "gipo"))["token"]
    project = (await world.project())["id"]
    await opened(world, key)
    bucket = f"key:{digest(key).hex()}"
    await owner.execute("update rate_buckets set hits = 50 where key = $1", bucket)
    url = f"/api/v1/projects/{project}"
    answer = await world.client.delete(url, headers=bearer(key))
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(answer.headers["retry-after"]) <= 10
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert await opened(world, key) == "RATE_LIMITED"
    assert (await world.rest("ana", "GET", f"/api/v1/{{org}}/projects/{project}")).json()["status"] == "active"
    assert (await world.client.delete(url, headers=bearer(other))).status_code == 204


@pytest.mark.parametrize(
    ("mutation", "code"),
    [
        ('createOrganization(input: {name: "Third"}) { id }', "FORBIDDEN"),
        ('acceptInvitation(token: "x") { id }', "FORBIDDEN"),
        ('updatePreferences(input: {timezone: "Europe/Paris"}) { timezone }', "FORBIDDEN"),
        ('createAccessToken(input: {name: "x"}) { token }', "SESSION_REQUIRED"),
        ('updateUser(input: {name: "Somebody"}) { status }', "SESSION_REQUIRED"),
        (
            'changePassword(input: {currentPassword: "pass-1", newPassword: "longer pass"}) { token }',
            "SESSION_REQUIRED",
        ),
        ("revokeSessions", "SESSION_REQUIRED"),
    ],
)
async def test_a_key_does_nothing_that_is_its_makers_alone(world: World, mutation: str, code: str) -> None:
    key = (await make(world, "gipo"))["token"]
    assert await opened(world, key, f"mutation {{ {mutation} }}") == code


async def test_the_own_organization_has_a_short_address(world: World) -> None:
    headers = {"idempotency-key": "make-it-once"}
    made = [
        (await world.rest("ana", "POST", "/api/v1/~/projects", {"name": "Mine"}, headers=headers)).json()["id"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    listed = [(await world.rest("ana", "GET", f"/api/v1/{slug}/projects")).json() for slug in ("~", world.org)]
    assert [each["id"] for each in listed[0]] == [made[0]]
    assert listed[0] == listed[1]
    both = 'query($slug: String!) { a: organization(slug: "~") { slug } b: organization(slug: $slug) { slug } }'
    found = await world.gql("ana", both, slug=world.org)
    assert found == {"a": {"slug": world.org}, "b": {"slug": world.org}}
    for who in ("bob", "nobody"):
        assert (await world.rest(who, "GET", "/api/v1/~/projects")).status_code == {"bob": 404, "nobody": 401}[who]
