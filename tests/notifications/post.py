"""The mails that tests of notifications read."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from tests.world import World


async def mails(world: World, who: str) -> list[EmailMessage]:
    """What was mailed to somebody, oldest first, after all jobs that are due."""
    await world.work()
    files = sorted(world.settings.mails.glob("*.eml"))
    letters = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [cast(EmailMessage, each) for each in letters if each["To"] == world.people[who].email]


def text_of(mail: EmailMessage) -> str:
    return cast(str, mail.get_content()).replace("\r\n", "\n")


async def subjects(world: World, who: str) -> list[str]:
    return [str(each["Subject"]) for each in await mails(world, who)]


async def a_todo(world: World) -> dict[str, Any]:
    made = await world.project()
    list_ = await world.child("ana", made["containers"]["todoset"], "todolist", title="Launch tasks")
    return await world.child("ana", list_["id"], "todo", title="Write copy", assignee_ids=[world.id("bob")])
