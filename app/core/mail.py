"""The way out for mails. They leave only after the transaction that caused them is committed.

So far a mail is written to a folder as a file (`.eml`, which every mail program opens): nothing is delivered.
"""

import asyncio
import logging
import os
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.core import clock
from app.core.context import Context
from app.core.ids import new_id

if TYPE_CHECKING:
    from app.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mail:
    """One letter to one person, in plain text. `subject` is a single line."""

    to: str
    subject: str
    text: str


class Mailer:
    """Writes mails to the server's folder for them, each to a file that only the server's user can read."""

    def __init__(self, settings: "Settings") -> None:
        self._folder = settings.mails
        self._sender = f"Thicket <no-reply@{urlsplit(settings.url).hostname or 'localhost'}>"
        self._production = settings.production

    async def send(self, mail: Mail) -> None:
        """Never raises: what caused the mail is done and committed, so a full disk is for the log."""
        try:
            path = await asyncio.to_thread(self._write, mail)
        except (OSError, ValueError) as error:
            log.error("A mail could not be written: %s", type(error).__name__)
            return
        if self._production:
            log.warning("No mail is delivered by this server: one was written to the mail folder as %s", path.name)
        else:
            log.info("A mail was written to %s", path)

    def _write(self, mail: Mail) -> Path:
        message = EmailMessage(policy=SMTPUTF8)
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = " ".join(mail.subject.split())
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{new_id()}@{self._sender.partition('@')[2]}"
        message.set_content(mail.text, cte="8bit")  # whole lines: links can be clicked in the file
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{new_id()}.eml"
        unfinished = path.with_suffix(".part")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(bytes(message))
        unfinished.rename(path)
        return path


def post(ctx: Context, mail: Mail) -> None:
    """Send the mail once the operation is committed; not at all if it is refused."""
    ctx.tx.after_commit(lambda: Mailer(ctx.caller.settings).send(mail))
