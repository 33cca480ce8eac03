"""Looks at an installation and says what is wrong with it. It changes nothing but to start an embedded database."""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Any

import aiosmtplib

from app import dead_letters, migrate, prepare, revisions
from app.api import ide
from app.core import embedded, mail
from app.core.storage import StorageAway
from app.files.storage import storage_of
from app.prepare import Addresses, CannotRun
from app.settings import Settings, StorageKind

SECRETS = ("secret", "s3_secret_key", "metrics_token", "stripe_secret_key", "stripe_webhook_secret")
ADDRESSES = ("database_url", "database_direct_url", "replica_url", "smtp_url")
"""Settings that may hold a password."""
LATE = 300
"""Seconds after which a due job should have been done."""
OPEN_TABLES = """
select c.relname from pg_class c
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'
   and not (c.relrowsecurity and c.relforcerowsecurity)
 order by c.relname
"""


class Verdict(StrEnum):
    """How bad it is."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    topic: str
    verdict: Verdict
    message: str


@dataclass(frozen=True)
class Findings:
    """All that was found, and the settings in force, without secrets."""

    settings: dict[str, str]
    list: list[Finding]


def examine(settings: Settings) -> Findings:
    """Look at everything; never raises for what is wrong."""
    found = [*_safety(settings), *_mails(settings), *_files(settings), *_pages(settings), *_database(settings)]
    return Findings(shown(settings), found)


def is_wrong(findings: Findings) -> bool:
    return any(each.verdict is Verdict.WRONG for each in findings.list)


def as_text(findings: Findings) -> list[str]:
    """Lines for people."""
    width = max(len(name) for name in findings.settings)
    marks = {Verdict.GOOD: "ok  ", Verdict.NOTE: "note", Verdict.WRONG: "BAD "}
    return [
        "Settings",
        *(f"  {name.ljust(width)}  {value}" for name, value in findings.settings.items()),
        "",
        "Findings",
        *(f"  {marks[each.verdict]}  {each.topic}: {each.message}" for each in findings.list),
    ]


def as_json(findings: Findings) -> dict[str, Any]:
    """The same for programs."""
    return {
        "ok": not is_wrong(findings),
        "settings": findings.settings,
        "findings": [asdict(each) for each in findings.list],
    }


def shown(settings: Settings) -> dict[str, str]:
    """Every setting as it may be shown."""
    return {f"THICKET_{name.upper()}": _shown(name, value) for name, value in settings if value is not None}


def _shown(name: str, value: object) -> str:
    if name in SECRETS:
        return "(set, not shown)"
    if name in ADDRESSES:
        return prepare.without_password(str(value))
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _safety(settings: Settings) -> Iterator[Finding]:
    unsafe = settings.unsafe()
    verdict = Verdict.WRONG if settings.production else Verdict.NOTE
    for sentence in unsafe:
        yield Finding("safety", verdict, sentence if settings.production else f"{sentence} (before production)")
    if not unsafe:
        yield Finding("safety", Verdict.GOOD, "the settings are fit for production")


def _mails(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_url:
        yield asyncio.run(_mail_server(settings, settings.smtp_url))
        return
    folder = settings.mails
    nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        yield Finding("mails", Verdict.GOOD, f"are written to {folder}; nothing is delivered")
    else:
        yield Finding("mails", Verdict.WRONG, f"cannot be written to {folder}: {nearest} is not a folder of ours")


async def _mail_server(settings: Settings, url: str) -> Finding:
    where = f"{prepare.without_password(url)}, from {mail.sender(settings)}"
    try:
        async with mail.Server.of(url).client():
            return Finding("mails", Verdict.GOOD, f"are sent by {where}")
    except (OSError, aiosmtplib.SMTPException) as error:
        said = (str(error) or type(error).__name__).splitlines()[0]
        return Finding("mails", Verdict.WRONG, f"cannot be sent by {where}, and wait until they can: {said}")


def _files(settings: Settings) -> Iterator[Finding]:
    on_disk = settings.storage is StorageKind.DISK
    place = str(settings.data_dir / "files") if on_disk else f"the bucket {settings.s3_bucket}"
    try:
        asyncio.run(_try_storage(settings))
    except StorageAway as reason:
        yield Finding("files", Verdict.WRONG, f"cannot be kept in {place}: {reason.__cause__}")
    else:
        yield Finding("files", Verdict.GOOD, f"are kept in {place}")


async def _try_storage(settings: Settings) -> None:
    storage = storage_of(settings)
    try:
        await storage.check()
    finally:
        await storage.close()


def _pages(settings: Settings) -> Iterator[Finding]:
    if not settings.shows_graphiql:
        yield Finding("GraphiQL", Verdict.GOOD, "is switched off")
    elif ide.BUILT:
        yield Finding("GraphiQL", Verdict.GOOD, "is built")
    else:
        yield Finding("GraphiQL", Verdict.NOTE, "is not built, so a plain page takes its place: `make graphiql`")
    if find_spec("fastapi_offline"):
        yield Finding("explorer", Verdict.GOOD, "has Swagger UI")
    else:
        yield Finding("explorer", Verdict.NOTE, "has no Swagger UI, so it is a plain page: install `thicket[local]`")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        with prepare.any_database(settings) as addresses:
            yield from asyncio.run(_looked_at(settings, addresses))
    except (CannotRun, embedded.CannotStart) as reason:
        yield Finding("database", Verdict.WRONG, str(reason))


async def _looked_at(settings: Settings, addresses: Addresses) -> list[Finding]:
    """What a database that answers is like. Raises CannotRun where it does not."""
    async with prepare.connected(addresses.owning) as owner:
        old = owner.get_server_version().major < prepare.OLDEST
        version = await owner.fetchval("show server_version")
        unprotected = [row[0] for row in await owner.fetch(OPEN_TABLES)]
    found = [Finding("database", Verdict.WRONG if old else Verdict.GOOD, f"PostgreSQL {version}")]
    found += await _role(settings, addresses)
    behind = revisions.is_behind(await prepare.revision(addresses))
    if behind:
        return [*found, Finding("migrations", Verdict.WRONG, "are missing: run `thicket migrate`")]
    differing = await migrate.differences(addresses.owning)
    found.append(
        Finding("migrations", Verdict.WRONG, f"are all there, but {len(differing)} things differ from the models")
        if differing
        else Finding("migrations", Verdict.GOOD, "are all there")
    )
    found.append(
        Finding("row-level security", Verdict.WRONG, f"is off for {', '.join(unprotected)}")
        if unprotected
        else Finding("row-level security", Verdict.GOOD, "is on and forced for every table")
    )
    return [*found, *await _jobs(addresses)]


async def _jobs(addresses: Addresses) -> list[Finding]:
    counted = await dead_letters.counted(addresses)
    dead = [f"{each.dead} x {each.name}" for each in counted if each.dead]
    if dead:
        return [Finding("jobs", Verdict.WRONG, f"are dead: {', '.join(dead)}. See `thicket jobs --dead`")]
    late = [f"{each.name} for {each.overdue / 60:.0f} minutes" for each in counted if each.overdue > LATE]
    if late:
        return [
            Finding("jobs", Verdict.WRONG, f"are due but not done: {', '.join(late)}. Does a `thicket worker` run?")
        ]
    return [Finding("jobs", Verdict.GOOD, f"{sum(each.waiting for each in counted)} wait for their time, none is dead")]


async def _role(settings: Settings, addresses: Addresses) -> list[Finding]:
    rights = await prepare.rights_of_server(addresses)
    if not rights.serves:
        return [
            Finding("role", Verdict.WRONG, f"{rights.role} is no member of {prepare.APPLICATION}: `thicket migrate`")
        ]
    if rights.excess is None:
        return [Finding("role", Verdict.GOOD, f"{rights.role}, which row-level security holds")]
    verdict = Verdict.WRONG if settings.production else Verdict.NOTE
    return [Finding("role", verdict, f"{rights.excess}; in development {prepare.APPLICATION} is assumed instead")]
