"""The contract's examples of Kitchen's routes, each replayed at the host of a workspace of its own."""

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from app.settings import Settings
from tests.contract.masks import UUID, is_recent
from tests.contract.notation import Exchange, read
from tests.contract.scene import Scene
from tests.rest.test_conformance import Replay
from tests.world import Person, populate

EXCHANGES = read(Path(__file__).parent / "routes.txt")
INSTANT = re.compile(r"2021-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
VALUE = re.compile(r"(cf-1)\.(prj-1)")
BEGINNING = {
    "title": "Acme - website redesign",
    "name": "John Doe",
    "email": "john@example.com",
    "initial_message": "Lorem Ipsum Dolor Sit Amet",
    "initial_message_format": "markdown",
    "custom_fields": {"Project Type": "design"},
}


class KitchenReplay(Replay):
    """One exchange: at the workspace's own host, with a key of who asks."""

    async def give(self, name: str) -> None:
        ids, world = self.scene.ids, self.scene.world
        if name == "begun-1":
            await self.scene.id("cf-1")
            body = await self.filled(BEGINNING)
            made = await self.scene.made("POST", "/dialects/kitchen/api/v1/projects", body)
            ids |= {"prj-1": made["id"], "mem-client": made["author"]["id"], "msg-1": made["latest_message"]["id"]}
            world.people["client"] = Person("John Doe", membership_id=ids["mem-client"])
        elif name == "managed-1":
            path = f"/dialects/kitchen/api/v1/projects/{ids['prj-1']}/managers"
            await self.scene.made("PUT", path, {"user_id": await self.scene.id("mem-bob")})
        else:
            await super().give(name)

    async def headers(self, who: str) -> dict[str, str]:
        host = {"host": f"{self.scene.slug}.kitchen.example"}
        return {**host, **await self.scene.world.credentials(who, "kitchen")}

    def mine(self, text: str) -> str:
        mine = super().mine(text)
        return mine.replace("https://acme.kitchen.example", f"http://{self.scene.slug}.kitchen.example")

    def check_text(self, expected: str, found: str, place: str) -> None:
        if INSTANT.fullmatch(expected):
            assert INSTANT.fullmatch(f"2021{found[4:]}"), f"{place}: {found}"
            assert is_recent(found), f"{place}: {found}"
        elif VALUE.fullmatch(expected):
            for each, other in zip(expected.split("."), found.split("."), strict=True):
                assert UUID.fullmatch(other)
                self.check_text(each, other, place)
        elif expected == "mem-client" or expected == "cf-1":
            assert self.scene.ids.setdefault(expected, found) == found, place
        else:
            super().check_text(expected, found, place)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda each: each.title)
async def test_an_example_of_kitchens_routes(app: FastAPI, settings: Settings, owner: Any, exchange: Exchange) -> None:
    world = await populate(owner, app, settings, {"ada": "owner"})
    replay = KitchenReplay(Scene(world, who="ada"), exchange)
    await replay.confirm()
    await world.close()
