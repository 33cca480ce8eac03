"""Compiled queries, both ways, answer what graphql-core's executor does: random documents, every role."""

import json
import os
import random
from typing import Any

import asyncpg
import pytest

from app.api.compiler.plans import Plans
from app.api.schema import schema
from app.core.db import Database
from tests.compiled.generate import Generator, cursors_in
from tests.world import World

REFUSALS = ("P0002", "42501")
"""What a statement raises where something must be there and is not, or where the role does not allow it."""
DOCUMENTS = int(os.environ.get("THICKET_TEST_DOCUMENTS", "400"))


@pytest.fixture
def counted(compiling: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many documents had a plan, how many of those tell what they found, how many answers were compiled, and how
    many were left to the executor."""
    counts = {"planned": 0, "telling": 0, "compiled": 0, "left": 0}
    run, plan, statement = Plans.run, Plans._plan, Database.read

    async def counting(self: Plans, *arguments: object) -> object:
        answer = await run(self, *arguments)  # type: ignore[arg-type]
        counts["compiled" if answer is not None else "left"] += 1
        return answer

    def planning(self: Plans, *arguments: object) -> object:
        found = plan(self, *arguments)  # type: ignore[arg-type]
        counts["planned"] += found is not None
        counts["telling"] += bool(getattr(found, "tells", None))
        return found

    async def reading(self: Database, sql: str, arguments: Any) -> Any:
        try:
            return await statement(self, sql, arguments)
        except asyncpg.PostgresError as error:  # the statement may refuse, but it may not be wrong
            if error.sqlstate not in REFUSALS:
                raise AssertionError(f"{error}\n{sql}") from error
            raise

    monkeypatch.setattr(Database, "read", reading)
    monkeypatch.setattr(Plans, "run", counting)
    monkeypatch.setattr(Plans, "_plan", planning)
    return counts


# graphql-core drops the coroutines beside a list's item that is refused, and Python says that nobody awaited them.
@pytest.mark.usefixtures("collecting")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_random_documents_are_answered_alike(
    world: World, monkeypatch: pytest.MonkeyPatch, counted: dict[str, int]
) -> None:
    ids = await furnish(world)
    dice = random.Random(20261121)
    generator = Generator(schema._schema, ids, dice)
    plans, closures = schema.plans, schema.closures
    for number in range(DOCUMENTS):
        document = generator.document(world.org)
        (who,) = dice.choices(("ana", "abe", "bob", "cleo", "eve", "nobody"), (6, 3, 5, 6, 1, 1))
        answers, telling = [], counted["telling"]
        ways = [(plans, closures), (plans, closures), (None, closures), (None, None)]
        for statements, executor in ways:
            if counted["telling"] == telling + 1 and len(ways) == 4:
                ways[2:2] = ways[:2]  # what was found is looked for among its own type, when that is asked again
            monkeypatch.setattr(schema, "plans", statements)  # compiled when asked again
            monkeypatch.setattr(schema, "closures", executor)
            data = await world.gql(who, document.text, **document.variables)
            # Data as a text, for fields come in the order of the document; errors come in any.
            answers.append((json.dumps(data), landed(data, world.errors)))
        assert all(answer == answers[-1] for answer in answers), (
            f"document {number} for {who}:\n{document.text}\n{document.variables}\n" + "\n".join(map(str, answers))
        )
        cursors_in(data, generator.cursors)
    print(counted)  # noqa: T201 -- figures that one wants to see with -s
    assert counted["planned"] > DOCUMENTS / 2
    assert counted["compiled"] > DOCUMENTS / 5


def landed(data: Any, errors: list[dict[str, Any]]) -> set[str]:
    """The errors. Of those that took an outer object with them, only which: how many of them are told, once one did,
    is a matter of which field was faster."""
    told = set()
    for error in errors:
        path, here = error.get("path", []), data
        place: list[Any] = []
        for step in path:
            if here is None:
                break
            place.append(step)
            here = here[step]
        told.add(json.dumps(error) if len(place) == len(path) else f"null at {place}")
    return told


async def furnish(world: World) -> dict[str, list[str]]:
    """Content of many kinds, seen and unseen, and the ids of all of it."""
    open_project = await world.project("ana", "Open")
    closed_project = await world.project("bob", "Closed", all_access=False)
    shared = await world.project("ana", "Shared", all_access=False)
    people = {"membership_ids": [world.id("cleo"), world.id("mia")]}
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{shared['id']}/people", people)
    found: dict[str, list[str]] = {"Project": [each["id"] for each in (open_project, closed_project, shared)]}
    found |= await _directory(world) | {"Organization": [world.org_id, world.other_org_id]}
    for who, project in (("ana", open_project), ("bob", closed_project), ("ana", shared)):
        for kind, ids in (await _content(world, who, project, project is shared)).items():
            found.setdefault(kind, []).extend(ids)
    return found | {"Recording": found["Todo"] + found["Message"] + found["Other"]}


async def _directory(world: World) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {"Company": [], "PeopleGroup": []}
    for name in ("Client Co", "own", "Partner"):
        company = await world.rest("ana", "POST", "/api/v1/{org}/companies", {"name": name, "is_client": name < "D"})
        made["Company"].append(company.json()["id"])
    for name, member in (("makers", "bob"), ("Thinkers", "mia")):
        group = {"name": name, "membership_ids": [world.id(member)]}
        made["PeopleGroup"].append((await world.rest("ana", "POST", "/api/v1/{org}/groups", group)).json()["id"])
    for role in ("client", "member", "owner"):
        await world.rest("ana", "POST", "/api/v1/{org}/people", {"email": f"{role}@new.example", "role": role})
    for who, company in (("cleo", made["Company"][0]), ("bob", made["Company"][1])):
        await world.rest("ana", "PATCH", f"/api/v1/{{org}}/people/{world.id(who)}", {"company_id": company})
    away = "update memberships set out_of_office_start = '2026-06-01', out_of_office_end = '2026-06-09' where id = $1"
    await world.owner.execute(away, world.id("mia"))
    return made | {"Person": [world.id(who) for who in ("ana", "bob", "cleo", "mia")]}


async def _content(world: World, who: str, project: dict[str, Any], shown: bool) -> dict[str, list[str]]:
    containers = project["containers"]
    todolist = await world.child(who, containers["todoset"], "todolist", title="Tasks", content="all <of> them")
    todo = await world.child(who, todolist["id"], "todo", title="One", due_on="2026-06-15", content="x\n\ny")
    two = await world.child(who, todolist["id"], "todo", title='Tw\u00f6 "q"', assignee_ids=[world.id(who)])
    message = await world.child(who, containers["message_board"], "message", title="Hello", content="Hi & bye")
    document = await world.child(who, containers["vault"], "document", title="Spec")
    column = await world.child(who, containers["card_table"], "card_column", title="Doing")
    card = await world.child(who, column["id"], "card", title="Card")
    entry = {"starts_at": "2026-06-08T10:00:00Z", "ends_at": "2026-06-08T11:00:00.250Z"}
    meeting = await world.child(who, containers["schedule"], "schedule_entry", title="Demo", **entry)
    for content in ("hi", "there", "you"):
        await world.child(who, containers["chat"], "chat_line", content=content)
    for each in (todo, message, card):
        await world.child(who, each["id"], "comment", content="Good")
    await world.rest(who, "PUT", f"/api/v1/{{org}}/recordings/{todo['id']}/completion")
    await world.rest(who, "POST", f"/api/v1/{{org}}/recordings/{two['id']}/cheers", {"content": "👏"})
    for each in (todolist, message, document):
        path = f"/api/v1/{{org}}/recordings/{each['id']}/visibility"
        await world.rest(who, "PUT", path, {"visible_to_clients": shown})
    others = [*containers.values(), column["id"], document["id"], todolist["id"]]
    return {"Todo": [todo["id"], two["id"], meeting["id"], card["id"]], "Message": [message["id"]], "Other": others}
