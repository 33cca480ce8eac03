"""What PostgreSQL writes for a REST route is, to the byte, what is made of the executor's answer."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Text, column, select
from sqlalchemy.dialects import postgresql

from app.api.compiler.plans import Plans
from app.api.compiler.wire import Written
from app.api.schema import schema
from app.core.conditions import PLAIN, bare
from app.core.ids import new_id
from app.recordings.model import RecordingType
from app.settings import Settings
from tests.contract.examples import EXAMPLES
from tests.contract.matrix import PRINCIPALS
from tests.contract.routes import NATIVE, READS, ROUTES
from tests.contract.scene import NEVER, Scene
from tests.rest.test_budgets import COMPILED
from tests.world import populate

WIRED = sorted(COMPILED)
FOREIGN = [name for name in READS if ROUTES[name].profile.name not in ("thicket", "auth")]
SPOKEN = {
    "GipoGetProject",
    "GipoGetTask",
    "GipoGetTimeEntry",
    "GipoGetWorkspace",
    "GipoListMembers",
    "GipoListProjectMembers",
    "GipoListProjects",
    "GipoListSubtasks",
    "GipoListTags",
    "GipoListTasks",
    "GipoListTaskTypes",
    "GipoListTimeEntries",
    "GipoListWorkspaces",
    "KitchenGetClient",
    "KitchenGetManager",
    "KitchenListClients",
    "KitchenListManagers",
    "KitchenListProjectManagers",
}
"""Reads of the dialects that PostgreSQL answers. The rest asks for something that is programmed."""


@pytest.fixture(scope="module")
async def scene(app: FastAPI, settings: Settings, owner: Any) -> Scene:
    """Everything that the examples name, and texts that are awkward to write."""
    scene = Scene(await populate(owner, app, settings), shared=True)
    for name in (*NATIVE, *SPOKEN):
        await EXAMPLES[name].prepare(scene)
    awkward = 'é \u2028 "quoted" \\ back\tslash \x7f 🎉 </script>'
    todo = await scene.id("todo-1")
    await scene.made("PATCH", f"/{{org}}/recordings/{todo}", {"title": awkward})
    recurrence = """{"a": [1, 2.5, "x, y: z"], "b": {}, "c": [], "d": {"e": null, "f": true}}"""
    await owner.execute("update recordings set recurrence = $1::jsonb where id = $2", recurrence, todo)
    return scene


@pytest.fixture
def written(compiling: None, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each answer was written by PostgreSQL."""
    said: list[bool] = []
    run = Plans.run

    async def noting(self: Plans, *arguments: Any) -> Any:
        answer = await run(self, *arguments)
        said.append(isinstance(answer, Written))
        return answer

    monkeypatch.setattr(Plans, "run", noting)
    return said


async def ask(scene: Scene, name: str, who: str, change: dict[str, Any], **options: Any) -> httpx.Response:
    route = ROUTES[name]
    request = await EXAMPLES[name].request(scene, route, change)
    return await scene.rest(who, options.pop("method", "GET"), request.path, **options)


def alike(one: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    own = ("x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id", "request-id", "correlation-id")
    own += ("ratelimit-remaining", "ratelimit-reset")
    headers = [(name, value) for name, value in one.headers.multi_items() if name not in own]
    return one.status_code, headers, one.content


async def compare(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str, who: str, change: dict[str, Any], **options: Any
) -> httpx.Response:
    """The answer, the same whoever gives it: PostgreSQL when it is asked again, the executor always."""
    plans = schema.plans
    for _ in range(3):
        compiled = await ask(scene, name, who, change, **options)
    monkeypatch.setattr(schema, "plans", None)
    executed = await ask(scene, name, who, change, **options)
    monkeypatch.setattr(schema, "plans", plans)
    assert alike(compiled) == alike(executed)
    return compiled


@pytest.mark.parametrize("who", PRINCIPALS.values())
@pytest.mark.parametrize("name", WIRED)
async def test_every_role_gets_the_same_bytes(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, name: str, who: str
) -> None:
    answer = await compare(scene, monkeypatch, name, who, {})
    assert written[-1] == (answer.status_code == 200)


@pytest.mark.parametrize("name", sorted(SPOKEN))
async def test_every_role_gets_the_same_bytes_of_a_dialect(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for who in ("stranger", "client", "member", "owner"):
        answer = await compare(scene, monkeypatch, name, PRINCIPALS[who], {})
        assert written[-1] == (answer.status_code == 200), who
    assert answer.status_code == 200


@pytest.mark.parametrize("name", sorted({*FOREIGN} - SPOKEN))
async def test_the_rest_of_a_dialect_is_the_executors(scene: Scene, written: list[bool], name: str) -> None:
    await EXAMPLES[name].prepare(scene)
    written.clear()
    for _ in range(2):
        assert (await ask(scene, name, "ana", {})).status_code == 200
    assert not any(written)


@pytest.mark.parametrize(
    ("name", "page", "said"),
    [
        ("KitchenListManagers", {"page": 2, "per_page": 1}, {"current_page": 2, "from": 2, "to": 2}),
        ("KitchenListManagers", {"page": 9}, {"current_page": 9, "from": None, "to": None}),
        ("GipoListMembers", {"limit": 1, "offset": 1}, {}),
        ("GipoListTimeEntries", {"limit": 1}, {}),
    ],
)
async def test_pages_of_a_dialect_are_alike(
    scene: Scene,
    written: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    page: dict[str, int],
    said: dict[str, int | None],
) -> None:
    answer = await compare(scene, monkeypatch, name, "ana", page)
    assert said.items() <= answer.json().get("meta", {}).items()
    assert written[-1]


NAMES = {
    "José Ñandú-O\u2019Brien": "joséñandúobrien",
    "ŻÓŁĆ İzmir ß 7½": "żółćizmirß7½",
    "Дарья Ёлкина": "дарьяёлкина",
    "a\\b'c%d:e {f} $1": "abcdef1",
}


@pytest.mark.parametrize(("name", "bare"), [*NAMES.items(), ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"), ("山田 🎉", "山田")])
async def test_names_become_user_names_alike(
    scene: Scene, written: list[bool], owner: Any, monkeypatch: pytest.MonkeyPatch, name: str, bare: str
) -> None:
    """What other scripts make of a letter may depend on those beside it: that is Python's."""
    await owner.execute("update users set name = $1 where id = $2", name, scene.world.people["bob"].user_id)
    answer = await compare(scene, monkeypatch, "GipoListMembers", "ana", {})
    assert bare in [row["user"]["username"] for row in answer.json()["data"]]
    assert written[-1] == (name in NAMES)


async def test_every_plain_letter_becomes_the_same_in_both_languages(owner: Any) -> None:
    letters = [chr(number) for each in PLAIN for number in each]
    sql = str(select(bare(column("letter", Text))).compile(dialect=postgresql.dialect()))
    said = await owner.fetch(
        f"{sql} from unnest($1::text[]) with ordinality as t(letter, place) order by place", letters
    )
    assert [row[0] for row in said] == [bare(letter) for letter in letters]


@pytest.mark.parametrize("kind", [each.value for each in RecordingType])
async def test_every_type_is_written_alike(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Some have a sub-object of their own."""
    for headers in (scene.world.headers("ana"), await newer_words(scene)):
        answer = await compare(scene, monkeypatch, "ListRecordings", "nobody", {"type": kind}, headers=headers)
        assert answer.status_code == 200
        assert written[-1]


@pytest.mark.parametrize("name", WIRED)
async def test_the_newer_vocabulary_is_written_alike(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    headers = await newer_words(scene)
    answer = await compare(scene, monkeypatch, name, "nobody", {}, headers=headers)
    assert answer.status_code == 200
    assert written[-1]


@pytest.mark.parametrize("page", [{"per_page": 1}, {"per_page": 1, "page": 2}, {"per_page": 100, "page": 9}])
@pytest.mark.parametrize("name", [name for name in WIRED if NATIVE[name].total])
async def test_pages_and_their_headers_are_alike(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, name: str, page: dict[str, int]
) -> None:
    answer = await compare(scene, monkeypatch, name, "ana", page)
    assert answer.headers["link"]
    assert written[-1]


@pytest.mark.parametrize("name", WIRED)
async def test_what_the_client_has_already_is_not_sent_again(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tag = (await compare(scene, monkeypatch, name, "ana", {})).headers["etag"]
    headers = {**scene.world.headers("ana"), "if-none-match": tag}
    answer = await compare(scene, monkeypatch, name, "nobody", {}, headers=headers)
    assert (answer.status_code, answer.content) == (304, b"")
    head = await compare(scene, monkeypatch, name, "ana", {}, method="HEAD")
    assert (head.status_code, head.headers["etag"], head.content) == (200, tag, b"")
    assert all(written[1:])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("GetRecording", {"id": NEVER}),
        ("GetRecording", {"id": "nonsense"}),
        ("GetProject", {"id": NEVER}),
        ("ListComments", {"id": "prj-1"}),
        ("ListProjectPeople", {"id": NEVER}),
        ("ListRecordings", {"type": "nonsense"}),
        ("ListRecordings", {"per_page": 101}),
        ("ListProjects", {"page": 0}),
        ("ListProjects", {"org": "nowhere"}),
    ],
)
async def test_refusals_are_alike(
    scene: Scene, written: list[bool], monkeypatch: pytest.MonkeyPatch, name: str, change: dict[str, Any]
) -> None:
    answer = await compare(scene, monkeypatch, name, "ana", change)
    assert answer.status_code in (404, 422)
    assert not any(written)


@pytest.mark.parametrize(
    ("position", "text"),
    [(0.5, b"0.5"), (3, b"3"), (65536.25, b"65536.25"), (1e-7, b"1e-7"), (-2.0, b"-2"), (1e15, b"1000000000000000")],
)
async def test_numbers_are_written_alike(
    scene: Scene, owner: Any, monkeypatch: pytest.MonkeyPatch, position: float, text: bytes
) -> None:
    """PostgreSQL writes very small and very large ones otherwise than JSON libraries do: those it leaves to us."""
    todo = await scene.id("todo-2")
    await owner.execute("update recordings set position = $1 where id = $2", position, todo)
    answer = await compare(scene, monkeypatch, "GetRecording", "ana", {"id": "todo-2"})
    assert b'"position":%b,' % text in answer.content


@pytest.mark.parametrize(
    ("tier", "status", "trial", "days"),
    [
        ("free", "active", None, [0, 29]),
        ("starter", "active", None, [0, 29, 31, 364]),
        ("pro", "active", None, [0, 29, 31, 364, 366]),
        ("comped", "past_due", None, [0, 29, 31, 364, 366]),
        ("pro", "cancelled", None, [0, 29]),
        ("pro", "trialing", "-1 second", [0, 29]),
        ("pro", "trialing", "1 day", [0, 29, 31, 364, 366]),
    ],
)
async def test_history_is_as_long_as_the_plan_says(
    scene: Scene,
    written: list[bool],
    owner: Any,
    monkeypatch: pytest.MonkeyPatch,
    tier: str,
    status: str,
    trial: str | None,
    days: list[int],
) -> None:
    org, bob, project = scene.world.org_id, await scene.id("mem-bob"), await scene.id("prj-1")
    await owner.execute("delete from events where org_id = $1 and actor_id = $2", org, bob)
    for age in (0, 29, 31, 364, 366):
        await owner.execute(
            "insert into events (id, org_id, actor_id, project_id, action, detail, created_at)"
            " values ($1, $2, $3, $5, 'told', jsonb_build_object('days', $4::int), now() - $4::int * interval '1 day')",
            new_id(), org, bob, age, project,
        )  # fmt: skip
    usual = await owner.fetchrow("select tier, billing_status, trial_ends_at from organizations where id = $1", org)
    change = "update organizations set tier = $2, billing_status = $3, trial_ends_at = $4 where id = $1"
    ends = await owner.fetchval("select now() + $1::text::interval", trial)
    await owner.execute(change, org, tier, status, ends)
    answer = await compare(scene, monkeypatch, "ListActivity", "ana", {"actor_id": bob})
    await owner.execute(change, org, *usual)
    assert sorted(row["detail"]["days"] for row in answer.json()) == days
    assert written[-1]


async def newer_words(scene: Scene) -> dict[str, str]:
    """The headers of a client that wants the newer names of types and tools."""
    made = await scene.made("POST", "/me/tokens", {"name": "SDK", "vocabulary": "2026-08-21"})
    return {"authorization": f"Bearer {made['token']}"}
