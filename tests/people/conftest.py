"""Who is not there yet, and what they are sent."""

from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest

from app.settings import Settings
from tests.world import Person, World, _person

Newcomer = Callable[[str], Awaitable[Person]]


@pytest.fixture
def newcomer(world: World, settings: Settings) -> Newcomer:
    """Makes a signed-in user without any organization."""

    async def make(name: str) -> Person:
        world.people[name] = await _person(world.owner, settings, name, uuid4().hex[:6])
        return world.people[name]

    return make


@pytest.fixture
def mails(world: World, settings: Settings) -> Callable[[str], Awaitable[list[Message]]]:
    """The mails that were written to an address, oldest first."""

    async def to(address: str) -> list[Message]:
        await world.work()
        files = sorted(Path(settings.mails).glob("*.eml"))
        letters = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [letter for letter in letters if letter["To"] == address]

    return to
