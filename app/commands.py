"""What the commands of the command line do. Each ends with an exit status; what stands in its way is one sentence."""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import orjson

from app import dead_letters, doctor, prepare, seed, serve, worker
from app.api.documents import UnfitTrustedDocument
from app.api.schema import schema
from app.core import embedded
from app.core.db import Database
from app.core.logs import log_to_stderr
from app.exports import importing
from app.files.storage import storage_of
from app.main import DIALECTS, RouteDoesNotFit, create_app, openapi_document, routes_table
from app.settings import Settings


def run(settings: Settings, options: Namespace) -> int:
    """Run the command that the options name."""
    try:
        return COMMANDS[options.command](settings, options)
    except (prepare.CannotRun, embedded.CannotStart, RouteDoesNotFit, UnfitTrustedDocument) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130


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
            asyncio.run(seed.plant(settings, ready, _say))
            notes += seed.sign_in(settings)
        log_to_stderr(settings.log_format)
        serve.run(app, settings, listener, lambda: _say_each([*_places(settings, addresses), *notes]))
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
        asyncio.run(worker.work(settings, ready, options.at_once, lambda: _say(started)))
    return 0


def _jobs(settings: Settings, options: Namespace) -> int:
    if options.deed == "drop" and not options.ids:
        raise prepare.CannotRun("Name the dead jobs to be dropped: `thicket jobs --dead` shows them.")
    with prepare.any_database(settings) as addresses:
        if options.deed == "list":
            _say_each(dead_letters.as_text(asyncio.run(dead_letters.listed(addresses, dead_only=options.dead))))
        elif options.deed == "retry":
            _say(f"{asyncio.run(dead_letters.revive(addresses, options.ids))} dead jobs are tried again.")
        else:
            _say(f"{asyncio.run(dead_letters.drop(addresses, options.ids))} dead jobs are gone.")
    return 0


def _migrate(settings: Settings, _: Namespace) -> int:
    with prepare.any_database(settings) as addresses:
        asyncio.run(prepare.bring_up_to_date(addresses))
        rights = asyncio.run(prepare.rights_of_server(addresses))
        revision = asyncio.run(prepare.revision(addresses))
    _say(f"The database is up to date (revision {revision}); the server works as {rights.role}.")
    return 0


def _seed(settings: Settings, _: Namespace) -> int:
    with prepare.any_database(settings) as addresses:
        if not settings.production:
            asyncio.run(prepare.bring_up_to_date(addresses))
        ready = asyncio.run(prepare.check(settings, addresses))
        slug = asyncio.run(seed.plant(settings, ready, _say))
    _say_each([f"Made the organization Acme, whose slug is {slug}.", *seed.sign_in(settings)])
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
    _say(
        f"{came.name} ({came.slug}) is here: {came.people} people, {came.projects} projects, {came.recordings} things."
    )
    _say("Nobody has a password yet: everybody gets in by having it reset.")
    if missing:
        _say(f"Of {len(came.files)} files, {len(missing)} have no bytes yet, the first is {missing[0]}.")
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
    _say(routes_table())
    return 0


def _doctor(settings: Settings, options: Namespace) -> int:
    findings = doctor.examine(settings)
    if options.json:
        sys.stdout.write(orjson.dumps(doctor.as_json(findings), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _say_each(doctor.as_text(findings))
    return 1 if doctor.is_wrong(findings) else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _say_each(lines: list[str]) -> None:
    for line in lines:
        _say(line)


COMMANDS: dict[str, Callable[[Settings, Namespace], int]] = {
    "serve": _serve,
    "worker": _worker,
    "jobs": _jobs,
    "migrate": _migrate,
    "seed": _seed,
    "import": _import,
    "export-schema": _export_schema,
    "openapi": _openapi,
    "routes": _routes,
    "doctor": _doctor,
}
