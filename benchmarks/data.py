"""The data set: 50 organizations with 40 people, 20 projects and 4,000 recordings each; 200,000 recordings in all.

Everything follows from one seed: two loads on two machines hold the same rows. A load is told from others by a
fingerprint of this file and of the migrations, kept as the database's comment.
"""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import asyncpg
from pydantic_core import PydanticUndefined
from sqlmodel import SQLModel

from app import migrate
from app.auth.model import Session, User
from app.core.secret import derived_token, digest
from app.orgs.model import Organization
from app.people.model import Membership
from app.projects.model import Project, ProjectAccess, ProjectTool, Tool
from app.recordings.model import Assignment, Recording

ORGANIZATIONS, PEOPLE, PROJECTS = 50, 40, 20
DATABASE, SERVER_ROLE, SERVER_PASSWORD = "thicket_benchmarks", "thicket_benchmarks", "on loopback only"
UNBOUND_ROLE = "thicket_benchmarks_unbound"
"""Has the server's rights, and is not bound by row-level security."""
SECRET = "a secret that benchmarks may share"
OWNING, ASKING = 0, 5
"""Which of an organization's people takes its data along, and which sends all other requests: an ordinary member, who
is not on every project."""

PER_PROJECT = {
    "todolist": 10, "todo": 80, "message": 20, "document": 10, "schedule_entry": 5, "card_column": 3, "card": 4,
    "comment": 60,
}  # fmt: skip
"""With its 8 containers a project holds 200 recordings."""
CONTAINERS = {
    "message": Tool.MESSAGE_BOARD,
    "todolist": Tool.TODOSET,
    "document": Tool.VAULT,
    "schedule_entry": Tool.SCHEDULE,
    "card_column": Tool.CARD_TABLE,
}
DISCUSSED = ("todo", "message", "document")
WORDS = [
    "anchor", "basket", "candle", "desk", "engine", "forest", "garden", "harbour", "island", "journey", "kettle",
    "ladder", "meadow", "needle", "orchard", "paper", "quarry", "river", "saddle", "timber", "umbrella", "valley",
    "window", "yarn", "zenith", "budget", "contract", "draft", "estimate", "invoice",
]  # fmt: skip
RARE = "quince"
"""A word that stands in two to-dos of each organization, for whoever is on its team."""
BEGIN = datetime(2024, 11, 1, tzinfo=UTC)
MINUTES = 2 * 365 * 24 * 60

Rows = dict[type[SQLModel], list[dict[str, Any]]]


def fingerprint() -> str:
    """Changes with the rows or with the tables that they are in."""
    root = Path(__file__).parent.parent
    sources = [Path(__file__), *sorted((root / "migrations").rglob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def rows() -> Rows:
    """Every row of the data set, by table; recordings in the order in which they were made."""
    random = Random(2026)
    made: Rows = {
        table: []
        for table in (User, Session, Organization, Membership, Project, ProjectAccess, ProjectTool)
    } | {Recording: [], Assignment: []}  # fmt: skip
    for number in range(ORGANIZATIONS):
        _organization(random, made, number)
    # As they came in time, not organization by organization: neighbours on disk are strangers, as in real life.
    made[Recording].sort(key=lambda row: row["created_at"])
    return made


def _organization(random: Random, made: Rows, number: int) -> None:
    org_id = _id(random, BEGIN)
    made[Organization].append(
        {
            "id": org_id, "name": f"Organization {number}", "slug": f"bench-{number:02}", "tier": "pro",
            "billing_status": "active", "created_at": BEGIN, "updated_at": BEGIN,
        }
    )  # fmt: skip
    people = [_person(random, made, org_id, number, place) for place in range(PEOPLE)]
    for place in range(PROJECTS):
        _project(random, made, org_id, people, place)


def _person(random: Random, made: Rows, org_id: str, number: int, place: int) -> str:
    user_id, membership_id = _id(random, BEGIN), _id(random, BEGIN)
    name, email = f"{_words(random, 2).title()} {place}", f"person-{place}@bench-{number:02}.example"
    times = {"created_at": BEGIN, "updated_at": BEGIN}
    known = {"name": name, "email": email, "image": f"https://images.example/{user_id}.png"}
    made[User].append({"id": user_id, "email_verified": True, **known, **times})
    role = "owner" if place == OWNING else "admin" if place <= 2 else "client" if place >= PEOPLE - 4 else "member"
    made[Membership].append({"id": membership_id, "org_id": org_id, "user_id": user_id, "role": role, **known, **times})
    if place in (OWNING, ASKING):
        session_id = _id(random, BEGIN)
        token = digest(derived_token(SECRET, "session", session_id))
        until = datetime(2100, 1, 1, tzinfo=UTC)
        made[Session].append({"id": session_id, "user_id": user_id, "digest": token, "expires_at": until, **times})
    return membership_id


def _project(random: Random, made: Rows, org_id: str, people: list[str], place: int) -> None:
    """Three in four are open to the whole team; the others to ten people, the clients among them to some."""
    project_id, all_access = _id(random, BEGIN), place % 4 != 3
    team, clients = people[:-4], people[-4:]
    chosen = random.sample(team, 10) + (clients if place % 8 == 0 else [])
    own = {"org_id": org_id, "project_id": project_id}
    made[Project].append(
        {
            "id": project_id, "org_id": org_id, "name": f"{_words(random, 2).title()} {place}", "creator_id": chosen[0],
            "all_access": all_access, "clients_enabled": place % 8 == 0, "created_at": BEGIN, "updated_at": BEGIN,
        }
    )  # fmt: skip
    made[ProjectAccess] += [{**own, "membership_id": person, "created_at": BEGIN} for person in chosen]
    around = team if all_access else chosen[:10]
    placed = {tool.value: [_recording(random, own, around, tool.value, tool=tool.value, made=BEGIN)] for tool in Tool}
    for tool in Tool:
        container_id = placed[tool.value][0]["id"]
        made[ProjectTool].append(
            {
                "id": _id(random, BEGIN), **own, "tool": tool.value, "label": tool.value.replace("_", " ").title(),
                "position": float(len(made[ProjectTool]) % len(Tool) + 1), "container_id": container_id,
            }
        )  # fmt: skip
    for type, count in PER_PROJECT.items():
        placed[type] = [_content(random, own, around, placed, type, number) for number in range(count)]
    if place < 2:
        found = next(row for row in placed["todo"] if row["status"] == "active")
        found["content"] = found["content"].replace("</p>", f" {RARE}</p>")
    made[Recording] += [row for each in placed.values() for row in each]
    for row in (*placed["todo"], *placed["card"]):
        for person in random.sample(around, random.choices((0, 1, 2, 3), (10, 40, 35, 15))[0]):
            made[Assignment].append(
                {
                    "recording_id": row["id"], "membership_id": person, "org_id": org_id,
                    "assigned_by_id": row["creator_id"], "created_at": row["created_at"],
                }
            )  # fmt: skip


def _content(
    random: Random, own: dict[str, Any], around: list[str], placed: dict[str, Any], type: str, number: int
) -> dict[str, Any]:
    """One recording and, where it is a comment, its mark on what it is about."""
    where = {"todo": "todolist", "card": "card_column", "comment": random.choice(DISCUSSED)}
    parent = random.choice(placed[where.get(type) or CONTAINERS[type].value])
    row = _recording(random, own, around, type, tool=parent["tool"])
    row |= {"parent_id": parent["id"], "content": f"<p>{_words(random, random.randint(5, 40))}</p>"}
    at, day = row["created_at"], row["created_at"].date()
    if type == "comment":
        parent["comment_count"] = parent.get("comment_count", 0) + 1
        parent["last_comment_at"] = max(parent.get("last_comment_at", at), at)
        return {**row, "title": None}
    row |= {"title": _words(random, random.randint(2, 7)).capitalize(), "position": float(number + 1)}
    if type in ("todo", "card"):
        row["due_on"] = day + timedelta(days=random.randint(1, 60)) if random.random() < 0.6 else None
        row["starts_on"] = day if random.random() < 0.2 else None
    if type == "todo" and random.random() < 0.3:
        row |= {"completed_at": at + timedelta(days=2), "completed_by_id": random.choice(around)}
    if type == "schedule_entry":
        row |= {"starts_at": at + timedelta(days=9), "ends_at": at + timedelta(days=9, hours=1), "time_zone": "UTC"}
    if type != "card_column":
        row["status"] = random.choices(("active", "archived", "trashed"), (96, 3, 1))[0]
    return row


def _recording(
    random: Random, own: dict[str, Any], around: list[str], type: str, *, tool: str, made: datetime | None = None
) -> dict[str, Any]:
    at = made or BEGIN + timedelta(minutes=random.randrange(1, MINUTES), milliseconds=random.randrange(60_000))
    return {
        **own, "id": _id(random, at), "type": type, "tool": tool, "title": type.replace("_", " ").title(),
        "creator_id": random.choice(around), "created_at": at, "updated_at": at,
    }  # fmt: skip


def _words(random: Random, count: int) -> str:
    return " ".join(random.choices(WORDS, k=count))


def _id(random: Random, at: datetime) -> str:
    """An id as `new_id` makes them, of a moment that is no longer now."""
    high = int(at.timestamp() * 1000) << 16 | 0x7000 | random.getrandbits(12)
    return str(uuid.UUID(int=high << 64 | 0b10 << 62 | random.getrandbits(62)))


INDEXED = """
insert into search_entries (recording_id, org_id, words)
select id, org_id, thicket_words(title, content) from recordings where parent_id is not null
"""
"""What search looks through; triggers would have kept it."""


_GRANTS = f"""
grant select on search_entries to {UNBOUND_ROLE};
grant insert on jobs to {SERVER_ROLE};
create policy benchmarks on jobs for insert to {SERVER_ROLE} with check (true);
"""
"""Thicket reaches these by functions of its own alone; what it is compared with has no such functions."""


async def load(server_url: str) -> None:
    """Make the database anew, as a superuser: tables, policies, the server's role, all rows."""
    root = await asyncpg.connect(server_url)
    await root.execute(f"drop database if exists {DATABASE} with (force)")
    await root.execute(f"create database {DATABASE}")
    await migrate.upgrade(on_database(server_url))
    for role, rights in ((SERVER_ROLE, ""), (UNBOUND_ROLE, "bypassrls")):
        if not await root.fetchval("select 1 from pg_roles where rolname = $1", role):
            await root.execute(f"create role {role} login password '{SERVER_PASSWORD}' {rights} in role thicket_app")
    owner = await asyncpg.connect(on_database(server_url))
    await owner.execute(_GRANTS)
    await owner.execute("set session_replication_role = replica")  # no looking up of what we know to be there
    for table, content in rows().items():
        await _copy(owner, table, content)
    await owner.execute(INDEXED)
    await owner.execute("vacuum (analyze)")
    await owner.execute("checkpoint")
    await owner.close()
    await root.execute(f"comment on database {DATABASE} is '{fingerprint()}'")
    await root.close()


async def is_loaded(server_url: str) -> bool:
    """Whether the database holds just this data set."""
    return await comment(server_url, DATABASE) == fingerprint()


async def comment(server_url: str, database: str) -> str | None:
    """What stands on a database; None where there is none."""
    root = await asyncpg.connect(server_url)
    found: str | None = await root.fetchval(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = $1", database
    )
    await root.close()
    return found


def on_database(server_url: str, database: str = DATABASE) -> str:
    """The same server, but a database of the benchmarks."""
    before, mark, options = server_url.partition("?")
    return f"{before.rpartition('/')[0]}/{database}{mark}{options}"


def stored(table: type[SQLModel]) -> list[str]:
    """The columns that a row brings; the others follow from them."""
    return [column.name for column in table.__table__.columns if not column.computed]  # type: ignore[attr-defined]


async def _copy(owner: "asyncpg.Connection[Any]", table: type[SQLModel], content: list[dict[str, Any]]) -> None:
    names = stored(table)
    defaults = _defaults(table)

    def records() -> Iterator[tuple[Any, ...]]:
        for row in content:
            whole = {**defaults, **row}
            yield tuple(whole[name] for name in names)

    await owner.copy_records_to_table(str(table.__tablename__), columns=names, records=records())


@cache
def _defaults(table: type[SQLModel]) -> dict[str, Any]:
    """What the model gives a column that a row does not mention; made once, since no row relies on a fresh one."""
    given = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in table.model_fields.items()
    }
    return {name: value for name, value in given.items() if value is not PydanticUndefined}
