"""What is compared. Each scenario is one entry: who is asked for what, and what the answers must say.

Numbers in titles are those of the goals (benchmarks/goals.py).
"""

from functools import partial
from typing import Any
from urllib.parse import quote

from benchmarks import answers, data, documents
from benchmarks.asking import Asker
from benchmarks.lanes import LARGE, SMALL, Lane, Scenario, ask, get, post

LIMIT, UNBOUND = "limit", " without row-level security"
UNBOUND_LIMIT = f"{LIMIT}{UNBOUND}"
PHRASE = f'"{data.WORDS[3]} {data.WORDS[7]}" {data.WORDS[11][:4]}'
"""Two words that stand together, and the beginning of a third."""


def _list(asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/recordings?type=todo&per_page=50")


def _sofa_list(asker: Asker) -> bytes:
    return get(asker, f"/api/todos?org={asker.slug}&first=50")


def _search(asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/search?type=todo&per_page=50&q={quote(PHRASE)}")


def _rare_search(asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/search?type=todo&per_page=50&q={data.RARE}")


def _month(asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/calendar?from=2026-03-01&to=2026-04-01&tasks=true")


def _one(asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/recordings/{asker.todo}")


def _told(asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/told/{asker.todo}", f"X-Settings: {'|'.join(asker.settings)}")


def _new(asker: Asker) -> bytes:
    what = {"type": "todo", "title": "A new one", "content": "To be done.", "assignee_ids": asker.people}
    return post(asker, f"/api/v1/{asker.slug}/recordings/{asker.todolist}/children", what)


def _bare(what: str, asker: Asker) -> bytes:
    return get(asker, f"/api/v1/{asker.slug}/{what}")


def _after(asker: Asker) -> bytes:
    return ask(documents.AFTER, after=asker.cursor)(asker)


def _children(asker: Asker) -> bytes:
    return ask(documents.CHILDREN, list=asker.todolist)(asker)


_todos = ask(documents.TODOS)


def _page_of_50(answer: Any) -> bool:
    return len(answer["rows"]) == 50 < answer["total"]


def _many_children(answer: Any) -> bool:
    return len(answer["rows"]) == 50 and sum(len(row["children"]) for row in answer["rows"]) > 250


def _rows(count: int, answer: Any) -> bool:
    return len(answer["rows"]) == count


TODOS = Scenario(
    "list",
    "1, 2, 7, 9: a list of 50 with people, all fields, and the count of the whole",
    (
        Lane(LIMIT, "bare", _list, answers.rest_list),
        Lane("Thicket REST", "thicket", _list, answers.rest_list),
        Lane("Thicket GraphQL", "thicket", _todos, answers.graphql_list),
        Lane("FastAPI + SQLModel by hand", "handwritten", _list, answers.rest_list),
        Lane("SOFA over the yoga schema", "sofa", _sofa_list, answers.sofa_list),
        Lane("PostGraphile", "postgraphile", ask(documents.POSTGRAPHILE_TODOS), answers.postgraphile_list),
        Lane("mercurius + JIT + loaders", "mercurius", _todos, answers.graphql_list),
        Lane("graphql-yoga + dataloader", "yoga", _todos, answers.graphql_list),
        Lane("Apollo Server + dataloader", "apollo", _todos, answers.graphql_list),
        Lane("plain Strawberry + dataloaders", "plain_strawberry", _todos, answers.graphql_list),
    ),
    enough=_page_of_50,
    quick=frozenset({"bare", "thicket", "handwritten", "postgraphile", "mercurius", "plain_strawberry"}),
)
PAGE = Scenario(
    "page",
    "3: 500 rows with people (Thicket: five lists of 100 in one query)",
    (
        Lane(LIMIT, "bare", partial(_bare, "page"), answers.bare_rows, connections=8),
        Lane("Thicket GraphQL", "thicket", ask(documents.PAGE_IN_FIVE), answers.brief_rows, connections=8),
        Lane(
            "PostGraphile", "postgraphile", ask(documents.POSTGRAPHILE_PAGE), answers.postgraphile_rows, connections=8
        ),
        Lane("mercurius + JIT + loaders", "mercurius", ask(documents.PAGE), answers.brief_rows, connections=8),
        Lane("graphql-yoga + dataloader", "yoga", ask(documents.PAGE), answers.brief_rows, connections=8),
    ),
    enough=partial(_rows, 500),
)
DEPTH = Scenario(
    "depth",
    "4: 50 lists with their to-dos with their people, about 1,000 objects",
    (
        Lane(LIMIT, "bare", partial(_bare, "lists"), answers.bare_rows, connections=8),
        Lane("Thicket GraphQL", "thicket", ask(documents.LISTS), answers.brief_lists, connections=8),
        Lane(
            "PostGraphile", "postgraphile", ask(documents.POSTGRAPHILE_LISTS), answers.postgraphile_lists, connections=8
        ),
        Lane("mercurius + JIT + loaders", "mercurius", ask(documents.LISTS), answers.brief_lists, connections=8),
        Lane("graphql-yoga + dataloader", "yoga", ask(documents.LISTS), answers.brief_lists, connections=8),
        Lane("Apollo Server + dataloader", "apollo", ask(documents.LISTS), answers.brief_lists, connections=8),
    ),
    enough=_many_children,
)
ONE = Scenario(
    "one",
    "5: one recording by its id",
    (
        Lane("limit without authentication", "bare", _told, answers.rest_one),
        Lane(LIMIT, "bare", _one, answers.rest_one),
        Lane("Thicket REST", "thicket", _one, answers.rest_one),
        Lane("FastAPI + SQLModel by hand", "handwritten", _one, answers.rest_one),
    ),
    enough=partial(_rows, 1),
    quick=frozenset({"bare", "thicket", "handwritten"}),
)
SEARCH = Scenario(
    "search",
    "to-dos by a phrase and the beginning of a word, with highlights, beside a list of 50",
    (
        Lane("a list of 50", "thicket", _list, answers.rest_list),
        Lane("a search", "thicket", _search, answers.rest_list),
    ),
    enough=lambda answer: bool(answer["rows"]),
    equal=False,
)
RARE = Scenario(
    "rare",
    "11: to-dos by a rare word among 2,000,000, with highlights, one connection",
    (
        Lane(UNBOUND_LIMIT, "bare", _rare_search, answers.rest_list, LARGE, 1, unbound=True),
        Lane(f"Thicket REST{UNBOUND}", "thicket", _rare_search, answers.rest_list, LARGE, 1, unbound=True),
        Lane("Thicket REST", "thicket", _rare_search, answers.rest_list, LARGE, 1),
    ),
    enough=partial(_rows, 20),
)
NEW = Scenario(
    "new",
    "6: a new to-do for five people, with events, subscriptions, notifications and the job that mails them",
    (
        Lane("bare inserts of the same rows", "bare", _new, answers.rest_new),
        Lane("Thicket REST", "thicket", _new, answers.rest_new),
        Lane("FastAPI + SQLModel by hand", "handwritten", _new, answers.rest_new),
    ),
    enough=partial(_rows, 1),
    written=("recordings", "assignments", "subscriptions", "events", "notifications", "jobs"),
)


def _growing(name: str, what: str, request: Any, read: Any, count: int) -> Scenario:
    """The same request with ten times the data, one at a time."""
    return Scenario(
        name,
        f"10: {what}, 200,000 and 2,000,000 recordings, one connection",
        tuple(Lane(size, "thicket", request, read, data=size, connections=1) for size in (SMALL, LARGE)),
        enough=partial(_rows, count) if count else lambda answer: bool(answer["rows"]),
        equal=False,
    )


GROWTH = (
    _growing("growth of a list", "a list of 50", ask(documents.FIRST), answers.brief_rows, 50),
    _growing("growth of a counted list", "a list of 50 and the count of the whole", _todos, answers.graphql_list, 50),
    _growing("growth of a late page", "page 200 of 5 by cursor", _after, answers.brief_rows, 5),
    _growing("growth of children", "the to-dos of a list", _children, answers.brief_children, 0),
    _growing("growth of a calendar", "a month of entries and tasks", _month, answers.bare_rows, 0),
)
CONNECTIONS = Scenario(
    "connections",
    "15: the list of 50 over ever more connections",
    tuple(
        Lane(f"{name}, {connections}", "thicket", request, read, connections=connections)
        for name, request, read in (
            ("Thicket REST", _list, answers.rest_list),
            ("Thicket GraphQL", _todos, answers.graphql_list),
        )
        for connections in (1, 4, 16, 64)
    ),
    enough=_page_of_50,
)
SCENARIOS = (TODOS, PAGE, DEPTH, ONE, SEARCH, RARE, *GROWTH, CONNECTIONS, NEW)
"""In the order in which they run: what writes comes last."""

STARTED = (
    Lane("Thicket", "thicket", _list, answers.rest_list),
    Lane("FastAPI + SQLModel by hand", "handwritten", _list, answers.rest_list),
    Lane("plain Strawberry + dataloaders", "plain_strawberry", _todos, answers.graphql_list),
    Lane("PostGraphile", "postgraphile", ask(documents.POSTGRAPHILE_TODOS), answers.postgraphile_list),
    Lane("mercurius + JIT + loaders", "mercurius", _todos, answers.graphql_list),
    Lane("graphql-yoga + dataloader", "yoga", _todos, answers.graphql_list),
)
"""Whose start is looked at."""
