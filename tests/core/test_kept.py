"""What stands in the text of statements that are kept, and what is a parameter of them."""

from sqlalchemy import select
from sqlmodel import col

from app.core.kept import prepared
from app.recordings.model import Recording


def text(value: str) -> tuple[str, list[object]]:
    sql, parameters = prepared(select(col(Recording.id)).where(col(Recording.type) == value))
    return sql.rpartition("recordings.type = ")[2], [held for _, held in parameters]


def test_a_word_stands_in_the_text_so_that_its_rows_can_be_counted_on() -> None:
    assert text("todo") == ("'todo'", [])


def test_what_is_no_word_is_a_parameter() -> None:
    assert text("To do") == ("$1::VARCHAR", ["To do"])
    assert text("a'b") == ("$1::VARCHAR", ["a'b"])
    assert text("x" * 42) == ("$1::VARCHAR", ["x" * 42])
