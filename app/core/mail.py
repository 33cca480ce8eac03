"""The way out for mails. They are left as jobs in the transaction that causes them, so none is sent for what was
refused, and none is lost: what cannot be sent is tried again for a day, then kept as a dead job.

They go by SMTP where the settings name a server; else each becomes a file (`.eml`, which every mail program opens).
"""

import asyncio
import logging
import os
from dataclasses import asdict, dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiosmtplib

from app.core import clock
from app.core.context import Caller, Context
from app.core.ids import new_id
from app.core.jobs import Hopeless, Payload, enqueue, errand
from app.core.secret import derived_token

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger(__name__)

NAME = "mail"
TRIES = 30
"""Over about a day."""
PATIENCE = 15
"""Seconds for each step of the conversation with the mail server."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Token:
    """A secret that follows from a row's id (core/secret.py).

    In a mail's text its `mark` stands for it until the mail is sent: jobs hold no secrets that somebody could use.
    """

    purpose: str
    id: str
    length: int = 32
    mark: str = field(default_factory=new_id)

    def revealed(self, secret: str) -> str:
        return derived_token(secret, self.purpose, self.id)[: self.length]


@dataclass(frozen=True)
class Mail:
    """One letter to one person, in plain text. `subject` is a single line."""

    to: str
    subject: str
    text: str
    token: Token | None = None
    unsubscribe: str | None = None
    """The address at which the person ends letters of this kind, by a page or, from the mail program, at once."""


@dataclass(frozen=True)
class Server:
    """A mail server, as `THICKET_SMTP_URL` names it."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    """From the first byte on; else STARTTLS, where the server has it."""
    must_tls: bool

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read `smtps://`, `smtp+starttls://` or `smtp://user:password@host:port`.

        With a password, `smtp` insists on STARTTLS too, but for a server on the same machine.
        """
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        host, user = parts.hostname or "localhost", unquote(parts.username) if parts.username else None
        must = parts.scheme == "smtp+starttls" or (user is not None and not tls and host not in LOOPBACK)
        password = unquote(parts.password) if parts.password else None
        return cls(host, parts.port or (465 if tls else 587 if must else 25), user, password, tls, must)

    def client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password or ("" if self.user else None),
            use_tls=self.tls,
            start_tls=False if self.tls else True if self.must_tls else None,
            timeout=PATIENCE,
        )


async def post(ctx: Context, mail: Mail) -> None:
    """Send the mail once the operation is committed; not at all if it is refused."""
    await enqueue(ctx.tx, NAME, {"id": new_id(), **asdict(mail)})


@errand(NAME, tries=TRIES)
async def send(caller: Caller, payload: Payload) -> None:
    """Send one mail. Twice the same one, after an accident, has the same Message-ID, or is the same file."""
    settings = caller.settings
    token = Token(**payload["token"]) if payload["token"] else None
    mail = Mail(payload["to"], payload["subject"], payload["text"], unsubscribe=payload.get("unsubscribe"))
    message = _message(settings, payload["id"], _revealed(mail, token, settings.secret) if token else mail)
    if settings.smtp_url:
        await _hand_over(Server.of(settings.smtp_url), message)
        return
    path = await asyncio.to_thread(_write, settings.mails, payload["id"], message)
    if settings.production:
        log.warning("No mail is delivered by this server: one was written to the mail folder as %s", path.name)
    else:
        log.info("A mail was written to %s", path)


def _revealed(mail: Mail, token: Token, secret: str) -> Mail:
    """With the secret itself where its mark stood."""
    told = token.revealed(secret)
    address = mail.unsubscribe and mail.unsubscribe.replace(token.mark, told)
    return replace(mail, text=mail.text.replace(token.mark, told), unsubscribe=address)


def sender(settings: "Settings") -> str:
    """Whom mails are from."""
    return settings.mail_from or f"Thicket <no-reply@{urlsplit(settings.url).hostname or 'localhost'}>"


def _message(settings: "Settings", id: str, mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTPUTF8)
    message["From"] = sender(settings)
    message["To"] = mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{id}@{parseaddr(sender(settings))[1].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's machine answers (RFC 3834)
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(mail.text, cte="8bit")  # whole lines: links can be clicked in the file
    return message


async def _hand_over(server: Server, message: EmailMessage) -> None:
    """Raises Hopeless for a mail that the server will never take, and others for what may pass."""
    client = server.client()
    try:
        async with client:
            await client.send_message(message)
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [refused.code for refused in error.recipients]
        if all(code >= 500 for code in codes):
            raise Hopeless(f"The mail server refuses the address: {error.recipients[0].message}") from error
        raise
    except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
        if error.code >= 500:
            raise Hopeless(f"The mail server refuses the mail: {error.message}") from error
        raise


def _write(folder: Path, id: str, message: EmailMessage) -> Path:
    """A file that only the server's user can read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{id}.eml"
    unfinished = path.with_suffix(".part")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(bytes(message))
    unfinished.rename(path)
    return path
