"""What this program's migrations are called, read off their files: a server that starts does not need Alembic."""

import re
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parent.parent / "migrations"
REVISION = re.compile(r"""^revision = ["'](\w+)["']$""", re.MULTILINE)
BEFORE = re.compile(r"""^down_revision = ["'](\w+)["']$""", re.MULTILINE)


def newest() -> str:
    """The revision that this program's migrations end with."""
    return _revisions()[-1]


def is_behind(revision: str | None) -> bool:
    """Whether a database of this revision lacks migrations that this program knows.

    A revision that it does not know is of a newer program: old servers go on while new ones take over.
    """
    return revision is None or revision in _revisions()[:-1]


@cache
def _revisions() -> list[str]:
    """Every revision that this program knows, the newest last."""
    after: dict[str | None, str] = {}
    for path in (SCRIPTS / "versions").glob("*.py"):
        text = path.read_text()
        said, before = REVISION.search(text), BEFORE.search(text)
        assert said is not None, f"{path.name} has no revision"
        after[before and before[1]] = said[1]
    found: list[str] = []
    while (following := after.get(found[-1] if found else None)) is not None:
        found.append(following)
    return found
