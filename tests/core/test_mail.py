"""Mails by SMTP: each once, none lost, whatever the server does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.core import clock
from app.core.context import Caller, Context
from app.core.mail import Mail, Server, Token, post
from app.core.secret import derived_token
from app.core.worker import Worker
from app.settings import Settings
from tests.ops.conftest import free_port
from tests.world import World


class Sink:
    """A mail server for tests: takes mails, or refuses them as it is told."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.recipient_answer = "250 OK"
        self.answer = "250 OK"
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True), "127.0.0.1", self.port)

    async def close(self) -> None:
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        if self.answer.startswith("250"):
            content = cast(bytes, envelope.content)
            self.mails.append(cast(EmailMessage, message_from_bytes(content, policy=policy.default)))
        return self.answer

    @property
    def subjects(self) -> list[str]:
        return sorted(mail["subject"] for mail in self.mails)


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    made = Sink()
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def later() -> Iterator[Callable[[timedelta], None]]:
    yield clock.move
    clock.move(timedelta())


class Post:
    """Leaves mails, and does the jobs of a server that sends by SMTP."""

    def __init__(self, world: World, sink: Sink) -> None:
        self.world = world
        self.settings = world.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{sink.port}"})

    async def leave(self, *mails: Mail) -> None:
        database = self.world.app.state.database
        async with database.transaction(writes=True) as tx:
            ctx = Context(Caller(self.settings, database), tx, None, writes=True)
            for mail in mails:
                await post(ctx, mail)

    async def send(self) -> tuple[int, int]:
        """How many were sent, and how many were not."""
        tally = await Worker(self.settings, self.world.app.state.database).run_due()
        return tally.done["mail"], tally.failed["mail"]

    async def dead(self) -> list[str]:
        rows = await self.world.owner.fetch("select error from jobs where dead_at is not null order by id")
        return [row["error"] for row in rows]

    async def waiting(self) -> int:
        return cast(int, await self.world.owner.fetchval("select count(*) from jobs where dead_at is null"))


@pytest.fixture
async def office(world: World, sink: Sink) -> Post:
    return Post(world, sink)


def letter(number: int = 1, token: Token | None = None) -> Mail:
    text = f"Grüße,\n{token.mark if token else 'nothing'}\n"
    return Mail("zoë@example.com" if number == 0 else f"ida{number}@example.com", f"Letter {number}", text, token)


def text_of(mail: EmailMessage) -> str:
    return cast(str, mail.get_content()).replace("\r\n", "\n")


async def test_a_mail_is_delivered_once(office: Post, sink: Sink) -> None:
    await office.leave(letter())
    assert await office.send() == (1, 0)
    assert await office.send() == (0, 0)
    (mail,) = sink.mails
    assert (mail["to"], mail["subject"]) == ("ida1@example.com", "Letter 1")
    assert mail["from"] == "Thicket <no-reply@thicket.example>"
    assert mail["auto-submitted"] == "auto-generated"
    assert text_of(mail) == "Grüße,\nnothing\n"
    assert not office.settings.mails.exists() or not any(
        b"ida1@" in file.read_bytes() for file in office.settings.mails.glob("*")
    )


async def test_an_address_may_have_letters_of_every_alphabet(office: Post, sink: Sink) -> None:
    await office.leave(letter(0))
    assert await office.send() == (1, 0)
    assert sink.mails[0]["to"] == "zoë@example.com"


async def test_while_the_server_is_away_mails_wait_and_then_each_comes_once(
    office: Post, sink: Sink, later: Callable[[timedelta], None]
) -> None:
    await sink.close()
    await office.leave(*(letter(number) for number in range(1, 6)))
    assert await office.send() == (0, 5)
    later(timedelta(seconds=3))
    assert await office.send() == (0, 5)
    assert await office.waiting() == 5
    await sink.open()
    later(timedelta(minutes=1))
    assert await office.send() == (5, 0)
    later(timedelta(hours=2))
    assert await office.send() == (0, 0)
    assert sink.subjects == [f"Letter {number}" for number in range(1, 6)]


async def test_what_the_server_refuses_for_now_is_sent_later(
    office: Post, sink: Sink, later: Callable[[timedelta], None]
) -> None:
    await office.leave(letter())
    sink.recipient_answer = "451 Greylisted, come back later"
    assert await office.send() == (0, 1)
    later(timedelta(minutes=1))
    sink.recipient_answer, sink.answer = "250 OK", "452 The disk is full"
    assert await office.send() == (0, 1)
    later(timedelta(minutes=2))
    sink.answer = "250 OK"
    assert await office.send() == (1, 0)
    assert sink.subjects == ["Letter 1"]


@pytest.mark.parametrize(
    ("field", "said", "error"),
    [
        ("recipient_answer", "550 No such user here", "The mail server refuses the address: No such user here"),
        ("answer", "554 We want none of that", "The mail server refuses the mail: We want none of that"),
    ],
)
async def test_what_the_server_refuses_for_good_is_kept_as_dead(
    office: Post, sink: Sink, field: str, said: str, error: str
) -> None:
    await office.leave(letter())
    setattr(sink, field, said)
    assert await office.send() == (0, 1)
    assert await office.dead() == [error]
    assert sink.mails == []


async def test_after_a_day_without_a_server_a_mail_is_dead_and_can_be_revived(
    office: Post, sink: Sink, later: Callable[[timedelta], None]
) -> None:
    await sink.close()
    await office.leave(letter())
    tried = 0
    for hour in range(0, 60, 2):
        later(timedelta(hours=hour))
        tried += sum(await office.send())
    assert tried == 30
    (error,) = await office.dead()
    assert "Connect" in error
    later(timedelta(hours=200))
    assert await office.send() == (0, 0)
    await sink.open()
    async with office.world.app.state.database.transaction(writes=True) as tx:
        await tx.call("thicket_revive_jobs", None, clock.now())
    assert await office.send() == (1, 0)
    assert sink.subjects == ["Letter 1"]


async def test_a_token_is_in_the_mail_but_not_in_the_job(office: Post, sink: Sink, settings: Settings) -> None:
    token = Token("invitation", "018f0000-0000-7000-8000-000000000000", 24)
    secret = derived_token(settings.secret, token.purpose, token.id)[:24]
    await office.leave(letter(1, token))
    assert secret not in await office.world.owner.fetchval("select payload::text from jobs")
    await office.send()
    assert text_of(sink.mails[0]) == f"Grüße,\n{secret}\n"


async def test_a_text_reveals_no_token_of_somebody_else(office: Post, sink: Sink) -> None:
    token = Token("invitation", "018f0000-0000-7000-8000-000000000000")
    forged = Token("session", "018f0000-0000-7000-8000-000000000001")
    await office.leave(Mail("ida@example.com", "Hello", f"{token.mark} {forged.mark} {forged}\n", token))
    await office.send()
    text = sink.mails[0].get_content()
    assert forged.mark in text
    assert token.mark not in text


async def test_a_mail_that_was_sent_twice_after_an_accident_is_the_same_message(office: Post, sink: Sink) -> None:
    await office.leave(letter())
    worker = Worker(office.settings, office.world.app.state.database)
    (taken,) = await worker._take(1)
    for _ in range(2):
        await worker._do(taken)
    first, second = sink.mails
    assert first["message-id"] == second["message-id"]


@pytest.mark.parametrize(
    ("url", "port", "tls", "must_tls"),
    [
        ("smtp://mail.example.com", 25, False, False),
        ("smtp://ann:s%40lt@mail.example.com", 587, False, True),
        ("smtp://ann:s%40lt@127.0.0.1", 25, False, False),
        ("smtp+starttls://mail.example.com", 587, False, True),
        ("smtps://ann:s%40lt@mail.example.com/", 465, True, False),
        ("smtps://mail.example.com:2465", 2465, True, False),
    ],
)
def test_the_address_of_the_server_says_how_to_speak_to_it(url: str, port: int, tls: bool, must_tls: bool) -> None:
    server = Server.of(url)
    assert (server.port, server.tls, server.must_tls) == (port, tls, must_tls)
    assert server.password == ("s@lt" if "@" in url else None)


async def test_no_password_goes_to_a_server_that_cannot_encrypt(sink: Sink) -> None:
    server = Server("127.0.0.1", sink.port, "ann", "salt", tls=False, must_tls=True)
    with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS"):
        async with server.client():
            pass


@pytest.mark.parametrize("url", ["http://mail.example.com", "smtp:", "mail.example.com:25", "smtp://a/b"])
def test_an_address_that_names_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp_url"):
        Settings(_env_file=None, smtp_url=url)
