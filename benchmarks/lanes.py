"""The requests that are compared: 50 to-dos with their people, asked for by one member of each organization in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson

from app.core.secret import derived_token, signature
from benchmarks import data
from benchmarks.load import Answer

DOCUMENT = """
query Todos($org: String!) {
  organization(slug: $org) {
    recordings(type: TODO, first: 50) {
      nodes {
        id type projectId parentId status title content position dueOn startsOn startsAt endsAt allDay recurrence
        completed completedAt completedById creatorId creator { name image } visibleToClients pinnedAt scheduledAt
        categoryId approvalStatus commentsClosed commentCount lastCommentAt assignees { id } mentioned { id }
        contentAttachments color onHold createdAt updatedAt
      }
      totalCount
    }
  }
}
"""


@dataclass(frozen=True)
class Lane:
    """One way to ask a peer for the list."""

    name: str
    peer: str
    request: Callable[[str, str], bytes]
    """Of an organization's slug and a session cookie."""
    read: Callable[[Answer], Any]
    """What the answer says, the same for all ways."""

    def requests(self, cookies: dict[str, str]) -> Sequence[bytes]:
        return [self.request(slug, cookie) for slug, cookie in cookies.items()]


def rest(slug: str, cookie: str) -> bytes:
    return _http(f"GET /api/v1/{slug}/recordings?type=todo&per_page=50", cookie)


def graphql(slug: str, cookie: str) -> bytes:
    body = orjson.dumps({"query": DOCUMENT, "variables": {"org": slug}})
    return _http("POST /graphql", cookie, "Content-Type: application/json", f"Content-Length: {len(body)}") + body


def _http(what: str, cookie: str, *headers: str) -> bytes:
    always = (f"{what} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json")
    return "\r\n".join([*always, f"Cookie: better-auth.session_token={cookie}", *headers, "", ""]).encode()


def read_rest(answer: Answer) -> Any:
    return {"total": int(answer.header("x-total-count") or -1), "rows": orjson.loads(answer.body)}


def read_graphql(answer: Answer) -> Any:
    listed = orjson.loads(answer.body)["data"]["organization"]["recordings"]
    return {"total": listed["totalCount"], "rows": [_as_rest(node) for node in listed["nodes"]]}


def _as_rest(node: dict[str, Any]) -> dict[str, Any]:
    row = {"".join(f"_{c.lower()}" if c.isupper() else c for c in name): value for name, value in node.items()}
    creator, assignees, mentioned = row.pop("creator"), row.pop("assignees"), row.pop("mentioned")
    return row | {
        "meta": {},
        "type": row["type"].lower(),
        "status": row["status"].lower(),
        "creator_name": creator["name"],
        "creator_image": creator["image"],
        "assignee_ids": [person["id"] for person in assignees],
        "mentioned_membership_ids": [person["id"] for person in mentioned],
    }


def difference(given: Any, wanted: Any) -> str:
    """Where two lists part, for people."""
    for number, (one, other) in enumerate(zip(given["rows"], wanted["rows"], strict=False)):
        fields = [name for name in {**one, **other} if one.get(name, ...) != other.get(name, ...)]
        if fields:
            name = fields[0]
            return f"Row {number}, {', '.join(fields)}: {one.get(name, ...)!r} and {other.get(name, ...)!r}"
    return f"{len(given['rows'])} of {given['total']} rows, and {len(wanted['rows'])} of {wanted['total']}"


LIMIT = Lane("limit: asyncpg, JSON by PostgreSQL", "bare", rest, read_rest)
LANES = (
    LIMIT,
    Lane("Thicket REST", "thicket", rest, read_rest),
    Lane("Thicket GraphQL", "thicket", graphql, read_graphql),
    Lane("by hand: FastAPI and SQLModel", "handwritten", rest, read_rest),
)


async def cookies(server_url: str) -> dict[str, str]:
    """The session cookie of one member of each organization, by its slug."""
    owner = await asyncpg.connect(data.on_database(server_url))
    rows = await owner.fetch(
        "select o.slug, s.id::text from sessions s join memberships m on m.user_id = s.user_id"
        " join organizations o on o.id = m.org_id order by o.slug"
    )
    await owner.close()
    tokens = {row["slug"]: derived_token(data.SECRET, "session", row["id"]) for row in rows}
    return {slug: quote(f"{token}.{signature(data.SECRET, token)}", safe="") for slug, token in tokens.items()}
