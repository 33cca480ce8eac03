"""A small organization to test in, and its people's ways in: the REST door and the GraphQL door."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import asyncpg
import httpx
from fastapi import FastAPI

from app.core.ids import new_id
from app.core.jobs import DECLARED, enqueue
from app.core.secret import derived_token, digest, signature
from app.core.worker import Tally, Worker
from app.settings import Settings
from tests.multipart import MEANT, File, of_graphql, of_rest

ROLES = {"ana": "owner", "abe": "admin", "bob": "member", "mia": "member", "cleo": "client"}
COOKIE = "better-auth.session_token"
KEYED = {"gipo": "ba_", "kitchen": "kt_", "tickward": "tw_"}
"""The dialects that are spoken with a key, and how each one's begin."""
KEY_NAME = "of the tests"
KEY_LASTS = 40
"""Requests until another key is made: fewer than are allowed at once."""


@dataclass
class Person:
    """Somebody with an account and, but for `nobody`, a signed-in session."""

    name: str
    user_id: str = ""
    membership_id: str = ""
    email: str = ""
    cookie: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    """Dialect → a key for it, in the organization that the person is in."""
    used: dict[str, int] = field(default_factory=dict)
    """Dialect → how often a key for it was asked for."""


@dataclass
class World:
    """Two organizations: the one under test with a person of every role, and eve's, who is a stranger."""

    app: FastAPI
    settings: Settings
    owner: "asyncpg.Connection[Any]"
    tag: str
    """What makes this world's slugs and addresses its own."""
    org: str
    org_id: str
    other_org: str
    other_org_id: str
    people: dict[str, Person]
    client: httpx.AsyncClient
    errors: list[dict[str, Any]] = field(default_factory=list)

    async def close(self) -> None:
        await self.client.aclose()

    async def work(self) -> Tally:
        """Do every job that is due by now, and what it leaves behind; the tests' servers do none by themselves."""
        return await Worker(self.settings, self.app.state.database).run_due()

    async def tick(self, cron: str) -> Tally:
        """Let the tick of a cron come now, and do what is due."""
        assert DECLARED[cron].every
        async with self.app.state.database.transaction(writes=True) as tx:
            await enqueue(tx, cron, {})
        return await self.work()

    def headers(self, who: str) -> dict[str, str]:
        cookie = self.people[who].cookie
        return {"cookie": f"{COOKIE}={cookie}"} if cookie else {}

    async def credentials(self, who: str, dialect: str) -> dict[str, str]:
        """The headers with which somebody comes in where that dialect is spoken."""
        person = self.people[who]
        if dialect not in KEYED or not person.membership_id:
            return {} if dialect in KEYED else self.headers(who)
        used = person.used[dialect] = person.used.get(dialect, 0) + 1
        if dialect not in person.keys or used % KEY_LASTS == 0:
            token = person.keys[dialect] = f"{KEYED[dialect]}{secrets.token_hex(20)}"
            await self.owner.execute(
                "insert into api_keys (id, org_id, membership_id, works_in_id, dialect, name, token_prefix, digest,"
                " permission, created_at, last_used_at)"
                " select $1, org_id, id, org_id, $3, $4, $5, $6, 'full', $7, $7 from memberships where id = $2",
                new_id(), person.membership_id, dialect, KEY_NAME, token[:7], digest(token), datetime.now(UTC),
            )  # fmt: skip
        return {"authorization": f"Bearer {person.keys[dialect]}"}

    async def rest(self, who: str, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """One request to the REST door; `{org}` in the path is this world's organization.

        Below `/dialects/{name}/` with the person's key, where that dialect wants one.
        """
        dialect = path.split("/")[2] if path.startswith("/dialects/") else "thicket"
        sent = of_rest(json)
        headers = {**await self.credentials(who, dialect), **sent.pop("headers", {}), **options.pop("headers", {})}
        path = path.replace("{org}", self.org)
        return await self.client.request(method, path, headers=headers, **sent, **options)

    async def gql(self, who: str, document: str, **variables: Any) -> Any:
        """The `data` of one operation; its errors are in `errors`. `$org` is given unless said otherwise."""
        if "$org" in document:
            variables.setdefault("org", self.org)
        headers = {**self.headers(who), **MEANT}
        answer = await self.client.post("/graphql", headers=headers, **of_graphql(document, variables))
        body = answer.json()
        self.errors = body.get("errors", [])
        return body.get("data")

    @property
    def codes(self) -> list[str]:
        """The codes of the last GraphQL answer's errors."""
        return [error["extensions"]["code"] for error in self.errors]

    def id(self, who: str) -> str:
        """Somebody's membership id."""
        return self.people[who].membership_id

    async def join(self, name: str, role: str) -> Person:
        """One more person in the organization under test, signed in."""
        person = self.people[name] = await _person(self.owner, self.settings, name, self.tag)
        await _membership(self.owner, person, self.org_id, role)
        return person

    async def project(self, who: str = "ana", name: str = "Launch", **fields: Any) -> dict[str, Any]:
        """A new project, with `containers`: the container's id by tool."""
        answer = await self.rest(who, "POST", "/api/v1/{org}/projects", {"name": name, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        tools = (await self.rest(who, "GET", f"/api/v1/{{org}}/projects/{made['id']}/tools")).json()
        made["containers"] = {tool["tool"]: tool["container_id"] for tool in tools}
        return made

    async def upload(self, who: str, parent: str, file: File, **fields: Any) -> dict[str, Any]:
        """A new upload in a folder."""
        path = f"/api/v1/{{org}}/recordings/{parent}/uploads"
        answer = await self.rest(who, "POST", path, {"file": file, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def child(self, who: str, parent: str, type: str, **fields: Any) -> dict[str, Any]:
        """A new recording under a parent."""
        answer = await self.rest(who, "POST", f"/api/v1/{{org}}/recordings/{parent}/children", {"type": type, **fields})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


async def populate(
    owner: "asyncpg.Connection[Any]", app: FastAPI, settings: Settings, roles: Mapping[str, str] = ROLES
) -> World:
    """Fresh people and organizations, straight into the tables: quicker than signing up six times."""
    tag = uuid.uuid4().hex[:12]
    people = {name: await _person(owner, settings, name, tag) for name in (*roles, "eve")}
    orgs = {}
    for slug, members in {"acme": roles, "other": {"eve": "owner"}}.items():
        org_id = orgs[slug] = new_id()
        now = datetime.now(UTC)
        await owner.execute(
            "insert into organizations (id, name, slug, tier, billing_status, restrict_project_edits,"
            " restrict_content_actions, created_at, updated_at, personal_user_id)"
            " values ($1, $2, $3, 'pro', 'active', false, false, $4, $4, $5)",
            org_id, slug.title(), f"{slug}-{tag}", now, _founder(people, members),
        )  # fmt: skip
        for name, role in members.items():
            await _membership(owner, people[name], org_id, role)
    people["nobody"] = Person("nobody")
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.url)
    slugs = f"acme-{tag}", f"other-{tag}"
    return World(app, settings, owner, tag, slugs[0], orgs["acme"], slugs[1], orgs["other"], people, client)


def _founder(people: Mapping[str, Person], members: Mapping[str, str]) -> str | None:
    """Whose personal organization it is: its first owner's."""
    return next((people[name].user_id for name, role in members.items() if role == "owner"), None)


async def _membership(owner: "asyncpg.Connection[Any]", person: Person, org_id: str, role: str) -> None:
    person.membership_id = new_id()
    await owner.execute(
        "insert into memberships (id, org_id, user_id, role, name, email, created_at, updated_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $7)",
        person.membership_id, org_id, person.user_id, role, person.name, person.email, datetime.now(UTC),
    )  # fmt: skip


async def _person(owner: "asyncpg.Connection[Any]", settings: Settings, name: str, tag: str) -> Person:
    now = datetime.now(UTC)
    person = Person(name.title(), user_id=new_id(), email=f"{name}-{tag}@example.com")
    await owner.execute(
        "insert into users (id, name, email, email_verified, created_at, updated_at) values ($1, $2, $3, true, $4, $4)",
        person.user_id, person.name, person.email, now,
    )  # fmt: skip
    session_id = new_id()
    token = derived_token(settings.secret, "session", session_id)
    await owner.execute(
        "insert into sessions (id, user_id, digest, remembered, ip_address, user_agent, expires_at, created_at,"
        " updated_at) values ($1, $2, $3, true, '', '', $4, $5, $5)",
        session_id, person.user_id, digest(token), now + timedelta(days=7), now,
    )  # fmt: skip
    person.cookie = quote(f"{token}.{signature(settings.secret, token)}", safe="")
    return person
