"""The contract's examples (tests/contract/routes.txt), each replayed in a world of its own in which it applies."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash

from app.auth import passwords
from app.core.ids import new_id
from app.settings import Settings
from tests.contract import gipo
from tests.contract.masks import UUID, is_recent
from tests.contract.notation import Exchange, read
from tests.contract.scene import CHEAP, FILES, MAKERS, NEVER, PASSWORD, Scene
from tests.multipart import of_rest
from tests.world import Person, _person, populate

EXCHANGES = read()
KINDS = (
    "prj board todoset vault schedule table chat questionnaire clientside list todo msg draft doc upl evt ntf col card "
    "dm step line com chr ev usr mem org ses acc inv cmp grp lnk tok feed tme tag typ"
)
NAME = re.compile(rf"({'|'.join(KINDS.split())})-\w+")
NOW = re.compile(r"2026-06-(07|14)T1[23]:00:00(\.000)?Z")
TODAY = "2026-06-07T00:00:00.000Z"
DIALECTS = {"3.3": "gipo"}
"""The section of a dialect that is spoken with keys."""
SESSION_TOKEN = re.compile(r"[A-Za-z0-9]{32}")
SHAPES = {
    "thicket_pat_ab12cd34ef56": r"thicket_pat_\w{20,}",
    "thicket_pat_ab12": r"thicket_pat_\w{4}",
    "https://thicket.example/join/8d2e": r"http://thicket\.example/join/[\w-]{20,}",
    "https://thicket.example/feeds/2f1c9b.ics": r"http://thicket\.example/feeds/\w{32}\.ics",
    "https://checkout.stripe.com/c/pay/cs_test_1": r"http://thicket\.example/billing/sandbox/\S+",
    "https://billing.stripe.com/p/session/test_1": r"http://thicket\.example/billing/sandbox/\S+",
    "owner-usr-ada": r"owner-[0-9a-f-]{36}",
    "beta-8f2k1m": r"beta-[a-z0-9]{6}",
}
"""What stands in an example for something random, and what that looks like."""


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher: PasswordHash = CHEAP
    monkeypatch.setattr(passwords, "hasher", hasher)


class Replay:
    """One exchange's world, and its mnemonic names."""

    def __init__(self, scene: Scene, exchange: Exchange) -> None:
        self.scene = scene
        self.exchange = exchange
        self.scene.ids["never-1"] = NEVER

    async def sign_up(self) -> None:
        """Ada comes by herself, as far as the examples of signing in want her at all."""
        body = {"name": "Ada", "email": self.mine("ada@example.com"), "password": PASSWORD}
        answer = await self.scene.world.client.post("/api/auth/sign-up/email", json=body)
        assert answer.status_code == 200, answer.text
        cookie = answer.cookies["better-auth.session_token"]
        self.scene.world.client.cookies.clear()
        user_id = answer.json()["user"]["id"]
        self.scene.world.people["ada"] = Person("Ada", user_id, "", body["email"], cookie)
        self.scene.ids["usr-ada"] = user_id

    async def give(self, name: str) -> None:
        """Make one thing that the answer wants."""
        if name == "free-plan":
            await self.scene.world.owner.execute(
                "update organizations set tier = 'free' where id = $1", self.scene.world.org_id
            )
        elif name == "full-storage":
            await self.give("free-plan")
            await self.scene.world.owner.execute(
                "insert into stored_files (id, org_id, byte_size, created_at) values ($1, $2, $3, now())",
                new_id(), self.scene.world.org_id, 1_073_741_000,
            )  # fmt: skip
        elif name == "full-projects":
            await self.give("free-plan")
            for number in range(3):
                await self.scene.made("POST", "/{org}/projects", {"name": f"Project {number}"})
        elif name == "shared":
            self.scene.shared = True
        elif name == "usr-cat":
            world = self.scene.world
            world.people["cat"] = await _person(world.owner, world.settings, "cat", world.tag)
        elif name in gipo.ARRANGED:
            await gipo.ARRANGED[name](self.scene)
        elif name != "usr-ada":
            await self.scene.id(name)

    def mine(self, text: str) -> str:
        """The example's text with this world's own addresses."""
        text = re.sub(r"(?i)(\w+)@example\.com", rf"\1-{self.scene.world.tag}@example.com", text)
        text = text.replace("acme-k3j9qz", self.scene.slug)
        return text if text in SHAPES else text.replace("https://thicket.example", self.scene.world.settings.url)

    async def filled(self, value: Any) -> Any:
        """A request's body with ids for names."""
        if isinstance(value, dict):
            return {key: FILES[each] if key == "file" else await self.filled(each) for key, each in value.items()}
        if isinstance(value, list):
            return [await self.filled(each) for each in value]
        return await self.scene.filled_text(self.mine(value)) if isinstance(value, str) else value

    async def path(self, path: str) -> str:
        """The example's path with ids for names, and the organization's slug for `acme`."""
        path = path.replace("/v1/acme/", f"/v1/{self.scene.slug}/")
        for name in re.findall(r"(?<=[/=])[a-z]+-[a-z0-9]+(?=[/?&]|$)", path):
            if name in MAKERS or name in self.scene.ids:
                path = path.replace(name, await self.scene.id(name))
        return path

    async def send(self) -> httpx.Response:
        """Arrange what the answer wants, and send the request."""
        exchange, conditions = self.exchange, self.exchange.conditions
        for name in conditions.given:
            await self.give(name)
        if self.is_auth and (conditions.who == "ada" or "usr-ada" in conditions.given or self.names_reset):
            await self.sign_up()
        path = await self.path(exchange.path)
        body = await self.filled(exchange.json)
        if exchange.status < 300 and exchange.method != "POST":
            await self.make_all(exchange.body)
        for method, before, sent in conditions.before:
            answer = await self.scene.rest("ada", method, await self.path(before), await self.filled(sent))
            assert answer.status_code < 300, answer.text
        headers = {**await self.headers(conditions.who), **conditions.headers}
        content = of_rest(body)
        if conditions.kind:
            kind, _, raw = conditions.kind.partition(" ")
            headers["content-type"], content = kind, {"content": raw}
        return await self.scene.world.client.request(exchange.method, path, headers=headers, **content)

    async def confirm(self) -> None:
        """Send it, and want the very answer."""
        answer = await self.send()
        assert answer.status_code == self.exchange.status, answer.text
        if self.exchange.has_body:
            self.check(self.exchange.body, answer.json())
        else:
            assert answer.content == b""

    @property
    def is_auth(self) -> bool:
        return self.exchange.section.startswith("3.1")

    @property
    def names_reset(self) -> bool:
        return "reset-1" in str(self.exchange.json)

    async def headers(self, who: str) -> dict[str, str]:
        if who.endswith("token"):
            scope = "read" if who.startswith("reading") else "full"
            made = await self.scene.made("POST", "/me/tokens", {"name": "CLI", "scope": scope})
            return {"authorization": f"Bearer {made['token']}"}
        if who not in self.scene.world.people:
            await self.scene.id(f"mem-{who}")
        return await self.scene.world.credentials(who, DIALECTS.get(self.exchange.section[:3], "thicket"))

    async def make_all(self, value: Any) -> None:
        """Everything that an answer names was there before."""
        for text in strings(value):
            if text in MAKERS:
                await self.scene.id(text)

    def check(self, expected: Any, found: Any, place: str = "") -> None:
        """Raise AssertionError where the answer is not the example's."""
        if isinstance(expected, dict):
            assert isinstance(found, dict), place
            assert set(found) == set(expected), place
            for key, each in expected.items():
                self.check(each, found[key], f"{place}.{key}")
        elif isinstance(expected, list):
            assert isinstance(found, list), place
            assert len(found) == len(expected), f"{place}: {found}"
            for number, (each, other) in enumerate(zip(expected, found, strict=True)):
                self.check(each, other, f"{place}[{number}]")
        elif isinstance(expected, str):
            assert isinstance(found, str), f"{place}: {found}"
            self.check_text(expected, found, place)
        else:
            assert (found, type(found)) == (expected, type(expected)) or (
                found == expected and isinstance(found, float)
            ), place

    def check_text(self, expected: str, found: str, place: str) -> None:
        if expected in SHAPES:
            assert re.fullmatch(SHAPES[expected], found), f"{place}: {found}"
        elif expected == TODAY:
            assert found == f"{datetime.now(UTC).date()}T00:00:00.000Z", f"{place}: {found}"
        elif NOW.fullmatch(expected):
            assert is_recent(found), f"{place}: {found}"
        elif SESSION_TOKEN.fullmatch(expected):
            assert SESSION_TOKEN.fullmatch(found), f"{place}: {found}"
        elif NAME.fullmatch(expected) and UUID.fullmatch(found):
            assert self.scene.ids.setdefault(expected, found) == found, f"{place} is not {expected}"
        else:
            assert found == self.mine(expected), place


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from strings(each)


REPLAYED = [each for each in EXCHANGES if not each.conditions.skip]


@pytest.mark.parametrize("exchange", REPLAYED, ids=lambda each: each.title)
async def test_an_example_of_the_contract(app: FastAPI, settings: Settings, owner: Any, exchange: Exchange) -> None:
    roles = {} if exchange.section.startswith("3.1") else {"ada": "owner"}
    world = await populate(owner, app, settings, roles)
    transport = httpx.ASGITransport(app, client=("", 0))
    world.client = httpx.AsyncClient(transport=transport, base_url=settings.url, headers={"user-agent": ""})
    replay = Replay(Scene(world, who="ada"), exchange)
    await replay.confirm()


def test_what_is_not_replayed_has_a_reason() -> None:
    skipped = {each.title: each.conditions.skip or "" for each in EXCHANGES if each.conditions.skip}
    assert len(skipped) == 6
    assert all(reason.startswith("because ") and len(reason) > 30 for reason in skipped.values())
    assert len(REPLAYED) >= 170
