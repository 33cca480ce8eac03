"""The text of statements that are kept and run again and again."""

import re
from typing import Any

from sqlalchemy import Executable, String, TypeDecorator
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, dialect


def prepared(statement: Executable) -> tuple[str, list[tuple[str, Any]]]:
    """The text and the parameters of a statement that is kept: each parameter with its name and what it holds.

    Words such as a type or a status stand in the text: once a statement is planned for good, PostgreSQL sees no
    parameter's value, and would take a list of 40,000 for one of 20.
    """
    form: Any = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    return form.string, [(name, form.params[name]) for name in form.positiontup or ()]


_WORD = re.compile(r"[a-z][a-z_]{0,40}")


class _Worded(PGCompiler_asyncpg):
    """Writes words into the text."""

    def visit_bindparam(self, bindparam: Any, *places: Any, **options: Any) -> Any:
        value, kind = bindparam.value, bindparam.type
        kind = kind.impl if isinstance(kind, TypeDecorator) else kind  # SQLModel's strings are decorated ones
        if isinstance(value, str) and isinstance(kind, String) and _WORD.fullmatch(value):
            options["literal_binds"] = True
        return super().visit_bindparam(bindparam, *places, **options)  # type: ignore[no-untyped-call]


_DIALECT = dialect()  # type: ignore[no-untyped-call]
_DIALECT.statement_compiler = _Worded
