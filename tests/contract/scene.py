"""The objects of the contract's examples, made when they are first named: `prj-1`, `todo-1`, `mem-bob`.

Each name has a maker that goes through the REST door as the organization's owner; what it needs is made first.
"""

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.billing.providers import sandbox_of
from app.billing.signing import signature
from app.core.clock import now
from app.core.ids import new_id
from app.core.secret import digest
from tests.contract import thinkex, timers
from tests.multipart import File
from tests.world import World

PASSWORD = "correct horse"
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
LOGO = File("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x20\0\0\0\x10\x08\6\0\0\0" + bytes(12_005))
"""An image of 32 by 16 pixels, in 12,034 bytes."""
FILES = {"logo.png": LOGO, "large.bin": File("large.bin", bytes(50 * 2**20 + 1))}
NEVER = "00000000-0000-7000-8000-000000000000"
"""An id that nothing has."""

ROOT = ("/api", "/dialects/", "/feeds/", "/files/", "/public/")
NAME = re.compile(r"[a-z]+-[a-z0-9]+")


@dataclass
class Scene:
    """One organization of a world, and what was made in it."""

    world: World
    who: str = "ana"
    """The owner, who makes everything."""
    slug: str = ""
    shared: bool = False
    """Clients are on the project `prj-1`, and what can be shown to them is."""
    private: bool = False
    """Only who is on the project `prj-1` by name may see it."""
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.slug = self.slug or self.world.org
        for name, person in self.world.people.items():
            if person.membership_id:
                self.ids[f"mem-{name}"] = person.membership_id
                self.ids[f"usr-{name}"] = person.user_id
        self.ids |= {"org-1": self.world.org_id, "org-2": self.world.other_org_id}

    async def rest(self, who: str, method: str, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """One request below `/api/v1`, `{org}` being this scene's; one from the root on is of ROOT."""
        full = path if path.startswith(ROOT) else f"/api/v1{path}"
        return await self.world.rest(who, method, full.replace("{org}", self.slug), json, **options)

    async def made(self, method: str, path: str, json: Any = None) -> Any:
        """What the owner's request answers, which must be a success."""
        answer = await self.rest(self.who, method, path, json)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def id(self, name: str) -> str:
        """The id of what has this name; it is made if it was not yet."""
        if name not in self.ids:
            made = await MAKERS[name](self)
            self.ids.setdefault(name, made)
        return self.ids[name]

    async def filled(self, value: Any) -> Any:
        """The value with ids in the place of names, and this world's tag in the place of `{tag}`."""
        if isinstance(value, dict):
            return {key: await self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [await self.filled(each) for each in value]
        if isinstance(value, str):
            return await self.filled_text(value)
        return value

    async def filled_text(self, text: str) -> str:
        if text in MAKERS or text in self.ids:
            return await self.id(text)
        return text.replace("{tag}", self.world.tag)

    async def child(self, parent: str, type: str, **fields: Any) -> str:
        """A new recording in the one that has this name."""
        path = f"/{{org}}/recordings/{await self.id(parent)}/children"
        made = await self.made("POST", path, {"type": type, **fields})
        return str(made["id"])

    async def show(self, id: str) -> str:
        """Let clients see it, in a scene that is shared."""
        if self.shared:
            await self.made("PUT", f"/{{org}}/recordings/{id}/visibility", {"visible_to_clients": True})
        return id


Maker = Callable[[Scene], Awaitable[str]]


async def project(scene: Scene) -> str:
    private = {"all_access": False} if scene.private else {}
    made = await scene.made("POST", "/{org}/projects", {"name": "Launch", "description": "Q3", **private})
    scene.ids["prj-1"] = made["id"]
    for tool in await scene.made("GET", f"/{{org}}/projects/{made['id']}/tools"):
        name = {"message_board": "board", "card_table": "table"}.get(tool["tool"], tool["tool"])
        scene.ids[f"{name}-1"] = tool["container_id"]
    if scene.shared:
        await scene.made("PUT", f"/{{org}}/projects/{made['id']}/people", {"grant": [await scene.id("mem-cleo")]})
    if scene.private:
        await scene.made("PUT", f"/{{org}}/projects/{made['id']}/people", {"grant": [await scene.id("mem-bob")]})
    if scene.shared:
        for name in ("chat-1", "table-1"):
            await scene.show(scene.ids[name])
    return str(made["id"])


def part_of(whole: str, name: str) -> Maker:
    """What is made together with something else."""

    async def make(scene: Scene) -> str:
        await scene.id(whole)
        return scene.ids[name]

    return make


def child(parent: str, type: str, *, own: bool = False, **fields: Any) -> Maker:
    """A recording; `own`: whether clients see it is its own switch."""

    async def make(scene: Scene) -> str:
        made = await scene.child(parent, type, **await scene.filled(fields))
        return await scene.show(made) if own else made

    return make


def special(name: str) -> Maker:
    """One of the columns that a card table has by itself."""

    async def make(scene: Scene) -> str:
        rows = await scene.made("GET", f"/{{org}}/recordings/{await scene.id('table-1')}/children?type=card_column")
        return str(next(row["id"] for row in rows if row["meta"]["special"] == name))

    return make


def posted(path: str, **fields: Any) -> Maker:
    async def make(scene: Scene) -> str:
        return str((await scene.made("POST", path, await scene.filled(fields)))["id"])

    return make


def person(name: str, role: str) -> Maker:
    async def make(scene: Scene) -> str:
        joined = await scene.world.join(name, role)
        scene.ids[f"usr-{name}"] = joined.user_id
        return joined.membership_id

    return make


async def upload(scene: Scene) -> str:
    path = f"/{{org}}/recordings/{await scene.id('vault-1')}/uploads"
    return await scene.show(str((await scene.made("POST", path, {"file": LOGO}))["id"]))


async def token(scene: Scene) -> str:
    """The end of the address of a file."""
    answer = await scene.rest(scene.who, "GET", f"/{{org}}/uploads/{await scene.id('upl-1')}/download")
    return str(answer.headers["location"].rpartition("/")[2])


async def project_link(scene: Scene) -> str:
    path = f"/{{org}}/projects/{await scene.id('prj-1')}/links"
    made: dict[str, Any] = await scene.made("POST", path, {"url": "https://figma.example/f/1", "title": "Figma"})
    return str(made["id"])


async def time_entry(scene: Scene) -> str:
    path = f"/{{org}}/recordings/{await scene.id('card-1')}/time-entries"
    spent = {"started_at": "2026-05-19T13:00:00Z", "duration_seconds": 5400, "description": "Initial wiring"}
    return str((await scene.made("POST", path, spent))["id"])


async def comment(scene: Scene) -> str:
    path = f"/{{org}}/recordings/{await scene.id('todo-1')}/comments"
    return str((await scene.made("POST", path, {"content": "Looks good"}))["id"])


async def cheer(scene: Scene) -> str:
    path = f"/{{org}}/recordings/{await scene.id('todo-1')}/cheers"
    return str((await scene.made("POST", path, {"content": "🎉"}))["id"])


async def join_token(scene: Scene) -> str:
    """The secret part of the link that invites cat."""
    await scene.id("inv-1")
    (row,) = await scene.made("GET", "/{org}/people/invitations")
    return str(row["join_url"].rsplit("/", 1)[1])


async def feed_token(scene: Scene) -> str:
    """The secret part of the address of a feed."""
    made = await scene.made("POST", "/{org}/calendar/feeds", {})
    return str(made["url"].rsplit("/", 1)[1].removesuffix(".ics"))


async def notification(scene: Scene) -> str:
    """One of the owner's own, as if somebody had done something."""
    id = new_id()
    await scene.world.owner.execute(
        "insert into notifications (id, org_id, membership_id, action, title, body, bundle_count, created_at)"
        " select $1, m.org_id, m.id, 'assigned', 'Bob', 'assigned you Write copy', 1, now()"
        " from memberships m join organizations o on o.id = m.org_id where m.user_id = $2 and o.slug = $3",
        id, scene.world.people[scene.who].user_id, scene.slug,
    )  # fmt: skip
    return id


async def password(scene: Scene) -> str:
    """Gives the owner a password; what it stands for is the password itself."""
    await scene.world.owner.execute(
        "insert into accounts (id, user_id, provider_id, password_hash, created_at, updated_at)"
        " values ($1, $2, 'credential', $3, now(), now())",
        new_id(), scene.world.people[scene.who].user_id, CHEAP.hash(PASSWORD),
    )  # fmt: skip
    return PASSWORD


async def reset_token(scene: Scene) -> str:
    """The secret part of the link that lets the owner set a new password."""
    token = secrets.token_hex(12)
    await scene.world.owner.execute(
        "insert into password_resets (id, user_id, digest, expires_at, created_at)"
        " values ($1, $2, $3, now() + interval '1 hour', now())",
        new_id(), scene.world.people[scene.who].user_id, digest(token),
    )  # fmt: skip
    return token


EVENT = '{"id":"evt_1","object":"event","type":"invoice.paid","created":1780000000,"data":{"object":{}}}'


async def event(_: Scene) -> str:
    """What the payment provider tells of what does not matter here."""
    return EVENT


async def event_signature(scene: Scene) -> str:
    """What the sandbox signs it with."""
    return signature(sandbox_of(scene.world.settings).webhook_secret, EVENT, now())


MAKERS: dict[str, Maker] = {
    "prj-1": project,
    **{
        f"{tool}-1": part_of("prj-1", f"{tool}-1")
        for tool in ("board", "todoset", "vault", "schedule", "table", "chat", "questionnaire", "clientside")
    },
    "list-1": child("todoset-1", "todolist", own=True, title="Launch tasks"),
    "list-2": child("todoset-1", "todolist", own=True, title="Later"),
    "todo-1": child("list-1", "todo", title="Write copy", due_on="2026-06-15", assignee_ids=["mem-bob"]),
    "todo-2": child("list-1", "todo", title="Proofread"),
    "loose-1": child("todoset-1", "todo", title="Buy a cake"),
    "msg-1": child("board-1", "message", own=True, title="Kick-off", content="Hello team"),
    "draft-1": child("board-1", "message", own=True, title="Kick-off", content="Hello team", status="drafted"),
    "upl-1": upload,
    "doc-1": child("vault-1", "document", own=True, title="Spec", content="Body"),
    "evt-1": child(
        "schedule-1", "schedule_entry", own=True, title="Stand-up", assignee_ids=["mem-bob"],
        starts_at="2026-06-08T08:00:00Z", ends_at="2026-06-08T08:15:00Z",
        recurrence={"frequency": "weekly", "time_zone": "Europe/Paris"},
    ),
    "evt-daily": child(
        "schedule-1", "schedule_entry", own=True, title="Every day", all_day=True, starts_at="2020-01-01",
        recurrence="daily",
    ),
    "feed-1": posted("/{org}/calendar/feeds", include_tasks=True),
    "feedtoken-1": feed_token,
    "col-triage": special("triage"),
    "col-later": special("not_now"),
    "col-done": special("done"),
    "col-doing": child("table-1", "card_column", title="Doing"),
    "col-review": child("table-1", "card_column", title="Review"),
    "card-1": child("col-doing", "card", own=True, title="Hero image", assignee_ids=["mem-bob"]),
    "step-1": child("card-1", "card_step", title="Crop"),
    "line-1": child("chat-1", "chat_line", content="hi"),
    "mine-1": child("list-1", "todo", title="Call the printer", assignee_ids=["mem-ana"]),
    "com-1": comment,
    "tme-1": time_entry,
    "chr-1": cheer,
    "mem-bob": person("bob", "member"),
    "mem-cat": person("cat", "member"),
    "mem-abe": person("abe", "admin"),
    "mem-mia": person("mia", "member"),
    "mem-dora": person("dora", "member"),
    "mem-cleo": person("cleo", "client"),
    "cmp-1": posted("/{org}/companies", name="Client Co", is_client=True),
    "lnk-1": project_link,
    "grp-1": posted("/{org}/groups", name="Design", membership_ids=["mem-bob"]),
    "inv-1": posted("/{org}/people", email="cat-{tag}@example.com", role="member", company_id=None),
    **thinkex.MAKERS,
    "join-1": join_token,
    "file-1": token,
    "tag-1": posted("/{org}/tags", name="backend", color="#2563eb"),
    "typ-1": posted("/{org}/task-types", name="Bug", color="#ef4444"),
    "cf-1": posted("/{org}/custom-fields", name="Project Type", type="text"),
    "key-1": posted("/{org}/api-keys", dialect="gipo", name="Script"),
    "dm-1": posted("/{org}/chats", membership_ids=["mem-bob"]),
    "ntf-1": notification,
    "event-1": event,
    "signature-1": event_signature,
    "tprj-1": timers.project,
    "spc-1": part_of("tprj-1", "spc-1"),
    "tmr-1": part_of("tprj-1", "tmr-1"),
    "shr-1": timers.share,
    "hook-1": posted("/{org}/webhooks", name="Prod", url="https://hooks.example/", event_types=["nothing.happened"]),
    "thook-1": timers.hook,
    "tok-1": posted("/me/tokens", name="CI", scope="read", expires_at=None),
    "pass-1": password,
    "reset-1": reset_token,
}  # fmt: skip
"""Name → how to make it. An id, but for the event and its signature, and for the secrets `feedtoken-1`, `join-1`,
`file-1`, `pass-1` and `reset-1`."""
