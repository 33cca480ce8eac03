"""How large things may grow, and what they may not be called."""

import ast
import io
import tokenize
from pathlib import Path

from tests.laws.source import ROOT, Source, sources

FILE = 400
FUNCTION = 60
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "misc", "common"}
UNFINISHED = {"TODO", "FIXME", "XXX", "HACK"}

OURS = [each for each in sources() if "/versions/" not in each.name]
"""Migrations are written by Alembic."""
EVERY = [*OURS, *sources("tests")]


def test_a_file_is_read_in_one_go() -> None:
    lengths = {source.name: len(source.text.splitlines()) for source in EVERY}
    del lengths["tests/rest/stand_in.py"]  # a whole schema, for documents of five dialects
    assert {name: lines for name, lines in lengths.items() if lines > FILE} == {}


def test_a_function_fits_a_screen() -> None:
    lengths = {
        f"{source.name}: {node.name}": node.end_lineno - node.lineno + 1
        for source in OURS
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION} == {}


def test_things_are_named_for_what_they_are() -> None:
    paths = {source.name for source in OURS if set(Path(source.name).with_suffix("").parts) & FORBIDDEN}
    classes = {
        f"{source.name}: {node.name}"
        for source in OURS
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and node.name.lower().endswith(tuple(FORBIDDEN))
    }
    assert paths | classes == set()


def test_a_file_says_what_it_is_for() -> None:
    silent = {source.name for source in EVERY if source.text.strip() and not ast.get_docstring(source.tree)}
    assert silent == set()


def test_nothing_is_left_for_later() -> None:
    """In comments: a to-do is a thing of ours, elsewhere."""
    assert {place for source in EVERY for place in left(source)} == set()


def left(source: Source) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source.text).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    return [
        f"{source.name}:{token.start[0]}"
        for token in comments
        if {word.strip("#:.,()") for word in token.string.split()} & UNFINISHED
    ]


def test_the_top_level_is_what_was_prescribed() -> None:
    prescribed = {"app", "rest_compat", "migrations", "tests", "pyproject.toml", "schema.graphql", "README.md"}
    beside = {"Makefile", "benchmarks", "LICENSE", "CHANGELOG.md", "uv.lock", "dist", "build"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - prescribed - beside == set()
    assert prescribed - found == set()
