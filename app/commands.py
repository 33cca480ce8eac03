"""What the commands of the command line do. Each ends with an exit status; what stands in its way is one sentence.

Here are those that need but the database. Those of app/whole.py wait until the whole program is imported.
"""

import asyncio
import sys
from argparse import Namespace
from collections.abc import Callable

import orjson

from app import dead_letters, prepare
from app.core import collecting, embedded
from app.output import say, say_each
from app.settings import Settings


def run(settings: Settings, options: Namespace) -> int:
    """Run the command that the options name."""
    try:
        command = COMMANDS.get(options.command, _needing_all)
        return command(settings, options)
    except (prepare.CannotRun, embedded.CannotStart) as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _needing_all(settings: Settings, options: Namespace) -> int:
    with collecting.uncollected():
        from app import whole

    collecting.keep()
    return whole.run(settings, options)


def _jobs(settings: Settings, options: Namespace) -> int:
    if options.deed == "drop" and not options.ids:
        raise prepare.CannotRun("Name the dead jobs to be dropped: `thicket jobs --dead` shows them.")
    with prepare.any_database(settings) as addresses:
        if options.deed == "list":
            say_each(dead_letters.as_text(asyncio.run(dead_letters.listed(addresses, dead_only=options.dead))))
        elif options.deed == "retry":
            say(f"{asyncio.run(dead_letters.revive(addresses, options.ids))} dead jobs are tried again.")
        else:
            say(f"{asyncio.run(dead_letters.drop(addresses, options.ids))} dead jobs are gone.")
    return 0


def _migrate(settings: Settings, _: Namespace) -> int:
    with prepare.any_database(settings) as addresses:
        asyncio.run(prepare.bring_up_to_date(addresses))
        rights = asyncio.run(prepare.rights_of_server(addresses))
        revision = asyncio.run(prepare.revision(addresses))
    say(f"The database is up to date (revision {revision}); the server works as {rights.role}.")
    return 0


def _doctor(settings: Settings, options: Namespace) -> int:
    with collecting.uncollected():
        from app import doctor  # compares the database with every model

    findings = doctor.examine(settings)
    if options.json:
        sys.stdout.write(orjson.dumps(doctor.as_json(findings), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        say_each(doctor.as_text(findings))
    return 1 if doctor.is_wrong(findings) else 0


COMMANDS: dict[str, Callable[[Settings, Namespace], int]] = {
    "jobs": _jobs,
    "migrate": _migrate,
    "doctor": _doctor,
}
