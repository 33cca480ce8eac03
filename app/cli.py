"""The command line: what can be asked for, and how it is explained. commands.py and whole.py do it."""

import argparse
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from app.settings import Settings

DESCRIPTION = """\
Thicket: project management as a GraphQL API, and REST APIs made from it.

Without a command it serves. Without settings it keeps everything in the folder .thicket, starts a PostgreSQL of its
own and answers at http://127.0.0.1:8000. Settings are THICKET_… variables, or lines of a file .env; the README lists
them, and `thicket doctor` shows which ones are in force.
"""

SERVE = """\
Start the server, and keep it running until Ctrl-C.

In development it migrates the database first, and fills an empty one with the demo organization. In production
(THICKET_ENV=production) it does neither, and refuses to start with an unsafe setting, which it names.
"""

MIGRATE = """\
Bring the database to the shape that this program needs, as the owner of its tables (THICKET_DATABASE_DIRECT_URL, or
THICKET_DATABASE_URL without it), and let the role in that the server works as. Running it again changes nothing.
"""

SEED = """\
Make the demo organization Acme: an owner, an admin, two members and a client; three projects with content of every
kind, done, archived and trashed things among it. Its passwords are published, so production refuses.
"""

WORKER = """\
Do jobs (mails, reminders, clean-up, …) until Ctrl-C: what `thicket serve` does by itself unless THICKET_RUN_JOBS is
false. Any number of workers share one database.
"""

JOBS = """\
Show the jobs that wait and those that are dead: given up after many tries, and kept for somebody to look at.
`retry` has dead ones tried again, all of them unless some are named; `drop` throws those away that are named.
"""

IMPORT = """\
Bring an organization that was exported (GET /api/v1/ORG/account/export) into an empty installation: the same rows, with
the same ids. Its people have no passwords here; each has it reset by mail. Bytes of files come from a folder that is
laid out as `files` in THICKET_DATA_DIR is, or as an S3 bucket.
"""

EXPORT_SCHEMA = """\
Write the GraphQL schema, in the schema definition language, to a file.
"""

OPENAPI = """\
Print the OpenAPI 3.1 document of a REST dialect, as the server has it at …/openapi.json.
"""

ROUTES = """\
Print every REST route: dialect, method, path, GraphQL operation, and the file that the operation stands in.
"""

DOCTOR = """\
Look at settings, database, rights, migrations and files, and say what is wrong. Secrets are not shown.
The exit status is 1 when something is wrong.
"""
AS_WRITTEN = argparse.RawDescriptionHelpFormatter


def parser() -> argparse.ArgumentParser:
    """Every command with its options."""
    top = argparse.ArgumentParser(
        prog="thicket", usage="thicket [COMMAND] [OPTION …]", description=DESCRIPTION, formatter_class=AS_WRITTEN
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND [OPTION …]", title="commands", prog="thicket")

    def command(name: str, summary: str, description: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=summary, description=description, formatter_class=AS_WRITTEN)

    _add_serve_options(command("serve", "start the server (what happens without a command)", SERVE))
    worker = command("worker", "do jobs, apart from the server", WORKER)
    worker.add_argument("--at-once", type=int, default=4, choices=range(1, 65), metavar="N", help="default: 4")
    jobs = command("jobs", "show jobs, and retry or drop dead ones", JOBS)
    jobs.add_argument("deed", nargs="?", default="list", choices=("list", "retry", "drop"), help="default: list")
    jobs.add_argument("ids", nargs="*", metavar="ID", help="dead jobs")
    jobs.add_argument("--dead", action="store_true", help="list dead ones only")
    command("migrate", "bring the database up to date", MIGRATE)
    command("seed", "make the demo organization", SEED)
    bring = command("import", "bring an exported organization in", IMPORT)
    bring.add_argument("file", help="what was exported")
    bring.add_argument("--files", metavar="FOLDER", help="where the bytes of its files are")
    export = command("export-schema", "write the GraphQL schema to a file", EXPORT_SCHEMA)
    export.add_argument("file", nargs="?", default="schema.graphql", help="default: schema.graphql; - prints it")
    export.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the file is out of date")
    openapi = command("openapi", "print an OpenAPI document", OPENAPI)
    openapi.add_argument("--dialect", default="thicket", metavar="NAME", help="default: thicket")
    command("routes", "print every REST route", ROUTES)
    doctor = command("doctor", "say what is wrong with this installation", DOCTOR)
    doctor.add_argument("--json", action="store_true", help="print one JSON object, for programs")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(_with_command(given))
    try:
        settings = _settings(options)
    except ValidationError as error:
        sys.stderr.write("\n".join(_complaints(error)) + "\n")
        return 1
    # Not at the top: --help and a wrong option should not have to wait for it.
    from app import commands

    return commands.run(settings, options)


def _add_serve_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument("--host", help="address to listen on, instead of THICKET_HOST")
    serve.add_argument("--port", type=int, help="port to listen on, instead of THICKET_PORT")
    serve.add_argument("--migrate", action="store_true", help="migrate first, in production too")
    serve.add_argument("--no-seed", action="store_true", help="leave an empty database empty, in development too")


def _with_command(arguments: list[str]) -> list[str]:
    """`thicket` and `thicket --port 8001` mean `thicket serve …`."""
    asks_for_help = any(each in ("-h", "--help") for each in arguments)
    if asks_for_help or (arguments and not arguments[0].startswith("-")):
        return arguments
    return ["serve", *arguments]


def _settings(options: argparse.Namespace) -> Settings:
    """The settings in force. Raises ValidationError."""
    given = {name: getattr(options, name, None) for name in ("host", "port")}
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _complaints(error: ValidationError) -> list[str]:
    """A line for each wrong setting, by the name that people set it by."""
    return [
        f"THICKET_{'_'.join(map(str, each['loc'])).upper()}: {each['msg']}" if each["loc"] else each["msg"]
        for each in error.errors()
    ]
