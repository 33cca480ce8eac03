"""Laws 1 to 4: who may import whom."""

import ast

import pytest

from tests.laws.source import Source, sources

RANKS = ("core", "model", "loaders", "actions", "jobs", "schema", "kinds", "api", "main")
"""From the bottom up. A file imports its own rank or a lower one, in any domain."""

NAMED = {"kind": "model", "errors": "model", "settings": "core"}
"""Files whose rank is not their own name."""

EXECUTABLE = {"app.api.compiler.wire", "app.api.execute", "app.api.remembered"} | {
    f"app.core.{name}" for name in ("asked", "content", "context", "errors", "forms")
}
"""What the facade may know of the application: the executable schema and what it can be told of an answer's words, the
request and its identity, what it leaves behind to be sent, the refusals, how forms are read, and how things are kept
within bounds."""


def rank(module: str) -> str:
    """A module's rank, by the name of its file or of the package it is in.

    A domain's other files are its actions; what is in no package runs the server.
    """
    _, *parts = module.split(".")
    for part in parts:
        if NAMED.get(part, part) in RANKS:
            return NAMED.get(part, part)
    return "actions" if len(parts) > 1 else "main"


@pytest.mark.parametrize("source", sources("app"), ids=lambda source: source.name)
def test_a_file_imports_its_own_rank_or_below(source: Source) -> None:
    mine = RANKS.index(rank(source.module))
    above = {each: rank(each) for each in source.imports() if each.startswith("app.")}
    assert {each: name for each, name in above.items() if RANKS.index(name) > mine} == {}


@pytest.mark.parametrize("source", sources("app/core"), ids=lambda source: source.name)
def test_core_knows_no_domain(source: Source) -> None:
    """For type checking alone, it may name what it is given."""
    assert {each for each in source.imports() if not each.startswith("app.core")} == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {source.module: source.imports() - {source.module} for source in sources()}
    finished: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, f"a circle: {' → '.join((*way[way.index(module) :], module))}"
        if module in finished:
            return
        for each in sorted(graph.get(module, ())):
            visit(each, (*way, module))
        finished.add(module)

    for module in sorted(graph):
        visit(module, ())
    assert finished >= set(graph)


@pytest.mark.parametrize(
    "source", [each for each in sources("app") if each.path.name == "model.py"], ids=lambda source: source.name
)
def test_a_model_knows_no_other_domain_and_no_relationship(source: Source) -> None:
    assert {each for each in source.imports() if not each.startswith("app.core")} == set()
    assert [line for line, called in source.calls() if called.split(".")[-1] == "Relationship"] == []


@pytest.mark.parametrize(
    "source", [each for each in sources("app") if rank(each.module) == "schema"], ids=lambda source: source.name
)
def test_a_schema_imports_no_schema_of_another_domain(source: Source) -> None:
    domain = source.module.split(".")[1]
    others = {each for each in source.imports(for_types=True) if rank(each) in ("schema", "kinds")}
    assert {each for each in others if each.split(".")[1] != domain} == set()


@pytest.mark.parametrize("source", sources("rest_compat"), ids=lambda source: source.name)
def test_the_facade_knows_only_the_executable_schema(source: Source) -> None:
    assert {each for each in source.imports(for_types=True) if each.startswith("app")} <= EXECUTABLE


def test_only_the_server_itself_and_its_command_line_know_the_facade() -> None:
    knowing = {
        source.name
        for source in sources("app", "migrations")
        if any(each.startswith("rest_compat") for each in source.imports(for_types=True))
    }
    assert knowing <= {"app/main.py", "app/cli.py"}


def test_annotations_are_read_where_they_stand() -> None:
    """Postponed ones end in RecursionError, together with Strawberry's lazy references."""
    late = [
        source.name
        for source in sources("app")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert late == []
