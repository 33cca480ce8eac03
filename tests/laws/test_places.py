"""Law 6: what is done in one place only. Each of these is a reading of the source, so that no review has to see it."""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from tests.laws.source import Source, sources

DATABASE = "app/core/db.py"
MIGRATING = ("app/migrate.py", "migrations/")
ROLES = {"owner", "admin", "member", "client"}
CLOCKS = {
    "datetime.now",
    "datetime.datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.date.today",
    "time.time",
    "func.now",
    "func.current_timestamp",
    "func.clock_timestamp",
}
TRANSACTIONS = {"transaction", "commit", "rollback", "begin_nested"}


def elsewhere(*places: str) -> Iterator[Source]:
    """The files that are in none of these places."""
    return (source for source in sources() if not source.name.startswith(places))


def called(files: Iterable[Source], names: set[str]) -> list[str]:
    return [f"{source.name}:{line}" for source in files for line, name in source.calls() if name in names]


def test_transactions_begin_and_end_in_one_file() -> None:
    """The database's own `transaction` is asked for by the way in and by what runs beside it, and by nobody else.

    Those of connecting.py are no operation's: they keep a pooler from parting two messages, and end with them.
    """
    ended = [
        f"{source.name}:{line}"
        for source in elsewhere(DATABASE, *MIGRATING, "app/core/connecting.py", "app/core/embedded.py")
        for line, name in source.calls()
        if name.split(".")[-1] in TRANSACTIONS and not name.endswith("database.transaction")
    ]
    assert ended == []


def test_roles_are_compared_in_one_file() -> None:
    compared = [
        f"{source.name}:{node.lineno}"
        for source in elsewhere("app/core/policy.py", "migrations/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Compare | ast.Match) and names_a_role(node)
    ]
    assert compared == []


def names_a_role(node: ast.Compare | ast.Match) -> bool:
    """Whether a role is among what is compared."""
    if isinstance(node, ast.Match):
        return ast.unparse(node.subject).split(".")[-1] == "role"
    sides = [node.left, *node.comparators]
    return any(re.search(r"\bRole\.[A-Z]", ast.unparse(side)) for side in sides) or any(
        isinstance(side, ast.Constant) and side.value in ROLES for side in sides
    )


def test_the_environment_is_read_in_one_file() -> None:
    read = [
        f"{source.name}:{node.lineno}"
        for source in elsewhere("app/settings.py")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in ("os.environ", "os.getenv", "environ")
    ]
    assert read == []


def test_the_time_is_asked_in_one_file() -> None:
    """Ids are made of the system's time, whatever a test makes of the clock."""
    assert called(elsewhere("app/core/clock.py"), CLOCKS) == []


def test_sql_is_written_as_text_only_where_tables_are_made() -> None:
    models = {source.name for source in sources("app") if source.path.name == "model.py"}
    written = [
        place
        for place in called(elsewhere(DATABASE, *MIGRATING), {"text", "sqlalchemy.text", "sa.text"})
        if place.split(":")[0] not in models
    ]
    assert written == []


@pytest.mark.parametrize(
    "source", [each for each in sources("app") if each.path.name == "model.py"], ids=lambda source: source.name
)
def test_a_model_writes_text_only_into_its_indexes(source: Source) -> None:
    """An order or a condition of an index has no other spelling that Alembic reads back as equal."""
    inside = {
        id(inner)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Index"
        for inner in ast.walk(node)
    }
    outside = [
        node.lineno
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "text" and id(node) not in inside
    ]
    assert outside == []


def test_nobody_prints_but_the_command_line() -> None:
    assert called(elsewhere("app/cli.py", "app/cli/", "app/api/graphiql/"), {"print"}) == []
