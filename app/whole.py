"""What those commands do that need the whole program: all of it is imported here. app/commands.py has the others."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import orjson

from app import prepare, seed, serve, worker
from app.api.documents import UnfitTrustedDocument
from app.api.schema import schema
from app.core.db import Database
from app.core.logs import log_to_stderr
from app.exports import importing
from app.files.storage import storage_of
from app.main import DIALECTS, RouteDoesNotFit, create_app, openapi_document, routes_table
from app.output import say, say_each
from app.settings import Settings


def run(settings: Settings, options: Namespace) -> int:
    """Run the command that the options name. Raises CannotRun."""
    try:
        return COMMANDS[options.command](settings, options)
    except (RouteDoesNotFit, UnfitTrustedDocument) as reason:
        raise prepare.CannotRun(str(reason)) from reason


def _serve(settings: Settings, options: Namespace) -> int:
    if settings.production and (unsafe := settings.unsafe()):
        raise prepare.CannotRun("\n".join(["In production the server does not start like this:", *unsafe]))
    listener = serve.listen(settings)
    with listener, prepare.own_database(settings) as addresses:
        if options.migrate or not settings.production:
            asyncio.run(prepare.bring_up_to_date(addresses))
        ready = asyncio.run(prepare.check(settings, addresses))
        app = create_app(settings, ready.url, role=ready.role)
        notes = [ready.remark] if ready.remark else []
        if not (settings.production or options.no_seed) and asyncio.run(prepare.is_empty(addresses)):
            asyncio.run(seed.plant(settings, ready, say))
            notes += seed.sign_in(settings)
        log_to_stderr(settings.log_format)
        serve.run(app, settings, listener, lambda: say_each([*_places(settings, addresses), *notes]))
    return 0


def _places(settings: Settings, addresses: prepare.Addresses) -> list[str]:
    """Where everything is."""
    database = f"embedded, in {settings.data_dir / 'postgres'}" if addresses.embedded else None
    mails = prepare.without_password(settings.smtp_url) if settings.smtp_url else None
    return [
        f"Thicket answers at {settings.url}" + ("" if settings.production else " (Ctrl-C stops it)"),
        f"  GraphQL   {settings.url}/graphql" + (" (GraphiQL in a browser)" if settings.shows_graphiql else ""),
        f"  REST      {settings.url}/api/v1",
        f"  Explorer  {settings.url}/api/v1/explorer",
        f"  API keys  {settings.url}/settings/api-keys",
        f"  Mails     {mails or f'{settings.mails} (written there as files, not delivered)'}",
        f"  Database  {database or prepare.without_password(addresses.serving)}",
    ]


def _worker(settings: Settings, options: Namespace) -> int:
    if settings.production and (unsafe := settings.unsafe()):
        raise prepare.CannotRun("\n".join(["In production the worker does not start like this:", *unsafe]))
    with prepare.any_database(settings) as addresses:
        ready = asyncio.run(prepare.check(settings, addresses))
        log_to_stderr(settings.log_format)
        database = prepare.without_password(addresses.serving)
        started = f"Thicket does the jobs of {database} (Ctrl-C stops it)"
        asyncio.run(worker.work(settings, ready, options.at_once, lambda: say(started)))
    return 0


def _seed(settings: Settings, _: Namespace) -> int:
    with prepare.any_database(settings) as addresses:
        if not settings.production:
            asyncio.run(prepare.bring_up_to_date(addresses))
        ready = asyncio.run(prepare.check(settings, addresses))
        slug = asyncio.run(seed.plant(settings, ready, say))
    say_each([f"Made the organization Acme, whose slug is {slug}.", *seed.sign_in(settings)])
    return 0


def _import(settings: Settings, options: Namespace) -> int:
    document = _document(Path(options.file))
    if options.files and not Path(options.files).is_dir():
        raise prepare.CannotRun(f"{options.files} is no folder.")
    with prepare.any_database(settings) as addresses:
        if not settings.production:
            asyncio.run(prepare.bring_up_to_date(addresses))
        asyncio.run(prepare.check(settings, addresses))
        if not asyncio.run(prepare.is_empty(addresses)):
            raise prepare.CannotRun("Somebody has signed up here already: an import wants an empty installation.")
        came, missing = asyncio.run(_brought(settings, addresses, document, options.files))
    say(f"{came.name} ({came.slug}) is here: {came.people} people, {came.projects} projects, {came.recordings} things.")
    say("Nobody has a password yet: everybody gets in by having it reset.")
    if missing:
        say(f"Of {len(came.files)} files, {len(missing)} have no bytes yet, the first is {missing[0]}.")
    return 0


def _document(file: Path) -> object:
    try:
        return orjson.loads(file.read_bytes())
    except OSError as error:
        raise prepare.CannotRun(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise prepare.CannotRun(f"{file} is no JSON: {error}.") from error


async def _brought(
    settings: Settings, addresses: prepare.Addresses, document: object, folder: str | None
) -> tuple[importing.Imported, list[str]]:
    """What came, and the keys of files whose bytes did not."""
    database, storage = Database(), storage_of(settings)
    await database.open(addresses.owning, size=1, statement_cache_size=0)
    try:
        came = await importing.bring_in(database, document, settings.secret)
        missing = await importing.bring_files(storage, Path(folder), came.files) if folder else came.files
        return came, missing
    except importing.CannotImport as error:
        raise prepare.CannotRun(str(error)) from error
    finally:
        await database.close()
        await storage.close()


def _export_schema(_: Settings, options: Namespace) -> int:
    text = schema.as_str() + "\n"
    if options.file == "-":
        sys.stdout.write(text)
        return 0
    file = Path(options.file)
    if not options.check:
        file.write_text(text)
        return 0
    if file.exists() and file.read_text() == text:
        return 0
    raise prepare.CannotRun(f"{file} is not the schema of this program: run `thicket export-schema {file}`.")


def _openapi(_: Settings, options: Namespace) -> int:
    if options.dialect not in DIALECTS:
        raise prepare.CannotRun(f"There is no dialect {options.dialect}; there are: {', '.join(DIALECTS)}.")
    sys.stdout.write(orjson.dumps(openapi_document(options.dialect), option=orjson.OPT_INDENT_2).decode() + "\n")
    return 0


def _routes(_: Settings, __: Namespace) -> int:
    say(routes_table())
    return 0


COMMANDS: dict[str, Callable[[Settings, Namespace], int]] = {
    "serve": _serve,
    "worker": _worker,
    "seed": _seed,
    "import": _import,
    "export-schema": _export_schema,
    "openapi": _openapi,
    "routes": _routes,
}
