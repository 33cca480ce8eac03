"""Whatever people do in whatever order, places and batches stay what they are promised to be."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.recordings.deeds import board, done, put
from tests.world import World

CALM = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],  # a failure tells its steps at once, rather than after minutes the fewest
)
DONE = 2


@dataclass
class Line:
    """The promise of 2.7 in its simplest form: cards with numbers, in their order."""

    cards: list[tuple[float, str]] = field(default_factory=list)

    def append(self, card: str) -> None:
        self.cards.append((self.cards[-1][0] + 1 if self.cards else 0.0, card))

    def take(self, card: str) -> float | None:
        """The place that it had here; None if it is somewhere else."""
        for place, name in self.cards:
            if name == card:
                self.cards.remove((place, name))
                return place
        return None

    def place(self, card: str, wanted: float, before: float | None) -> None:
        """At its number; where one has it: before that one, or after it when it comes from below; then 0, 1, 2…"""
        tied = any(place == wanted for place, _ in self.cards)
        rises = before is not None and before < wanted
        index = sum(place <= wanted if rises else place < wanted for place, _ in self.cards)
        self.cards.insert(index, (wanted, card))
        if tied:
            self.cards = [(float(number), name) for number, (_, name) in enumerate(self.cards)]

    def place_first(self, card: str) -> None:
        self.place(card, self.cards[0][0] if self.cards else 0.0, None)


@dataclass
class Model:
    """Three columns, of which the last is Done."""

    lines: list[Line] = field(default_factory=lambda: [Line(), Line(), Line()])
    where: dict[str, int] = field(default_factory=dict)
    came_from: dict[str, int] = field(default_factory=dict)

    def create(self, card: str, column: int) -> None:
        self.lines[column].append(card)
        self.where[card] = column

    def move(self, card: str, column: int, position: float | None) -> None:
        now = self.where[card]
        if column == now:
            if position is not None:
                self.lines[now].place(card, position, self.lines[now].take(card))
            return
        self.lines[now].take(card)
        self.came_from.pop(card, None)
        if column == DONE:
            self.came_from[card] = now
        if position is not None:
            self.lines[column].place(card, position, None)
        elif column == DONE:
            self.lines[DONE].place_first(card)
        else:
            self.lines[column].append(card)
        self.where[card] = column

    def complete(self, card: str) -> None:
        if self.where[card] != DONE:
            self.move(card, DONE, None)

    def reopen(self, card: str) -> None:
        if self.where[card] == DONE:
            self.move(card, self.came_from[card], None)


async def do(world: World, model: Model, columns: list[str], deed: str, column: int, number: int, place: Any) -> None:
    """Do it to the server and to the model."""
    cards = list(model.where)
    if deed == "create":
        model.create((await world.child("ana", columns[column], "card", title="x"))["id"], column)
    elif cards and deed == "move":
        card = cards[number % len(cards)]
        await put(world, "ana", card, "position", {"parent_id": columns[column], "position": place})
        model.move(card, column, None if place is None else float(place))
    elif cards and deed == "complete":
        card = cards[number % len(cards)]
        await put(world, "ana", card, "completion")
        model.complete(card)
    elif cards:
        card = cards[number % len(cards)]
        await done(world, "ana", "DELETE", f"recordings/{card}/completion")
        model.reopen(card)


@CALM
@given(
    plan=st.lists(
        st.one_of(
            st.tuples(st.just("create"), st.integers(0, 1), st.just(0), st.none()),
            st.tuples(
                st.just("move"), st.integers(0, DONE), st.integers(0, 99), st.none() | st.integers(-1, 6) | st.just(1.5)
            ),
            st.tuples(st.sampled_from(["complete", "reopen"]), st.just(0), st.integers(0, 99), st.none()),
        ),
        min_size=5,
        max_size=18,
    )
)
async def test_places_are_as_the_tie_rule_says_after_any_sequence(world: World, plan: list[Any]) -> None:
    made = await board(world, await world.project())
    columns = [made["Triage"], made["Doing"], made["Done"]]
    model = Model()
    for step in plan:
        await do(world, model, columns, *step)
    for column, line in zip(columns, model.lines, strict=True):
        rows = await done(world, "ana", "GET", f"recordings/{column}/children")
        assert [(row["position"], row["id"]) for row in rows] == line.cards
        assert len({row["position"] for row in rows}) == len(rows)
        assert [row["completed"] for row in rows] == [column == made["Done"]] * len(rows)


@dataclass
class Thing:
    """The promise of 2.5 in its simplest form: a thing, its status, and with what it went."""

    parent: int | None
    status: str = "active"
    went_with: int | None = None


def below(things: list[Thing], root: int) -> list[int]:
    inside = [root]
    for number, thing in enumerate(things):
        if thing.parent in inside and number not in inside:
            inside.append(number)
    return inside


def set_status(things: list[Thing], which: int, wanted: str, batch: int) -> bool:
    """Whether it is allowed; if so, it is done."""
    thing = things[which]
    if thing.status == wanted:
        return True
    parent = things[thing.parent].status if thing.parent is not None else "active"
    if wanted != "trashed" and parent not in ("active", wanted):
        return False
    inside = below(things, which)
    went_with = thing.went_with
    for number in inside:
        if thing.status != "active" and things[number].went_with == went_with and went_with is not None:
            things[number].status, things[number].went_with = "active", None
    if wanted != "active":
        for number in inside:
            if things[number].status == "active":
                things[number].status, things[number].went_with = wanted, batch
    return True


@CALM
@given(
    shape=st.lists(st.integers(0, 99), min_size=1, max_size=7),
    plan=st.lists(
        st.tuples(st.integers(0, 99), st.sampled_from(["active", "archived", "trashed"])), min_size=3, max_size=14
    ),
)
async def test_what_went_together_comes_back_together(
    world: World, shape: list[int], plan: list[tuple[int, str]]
) -> None:
    vault = (await world.project())["containers"]["vault"]
    things: list[Thing] = []
    ids: list[str] = []
    for number in shape:
        parent = number % (len(things) + 1) - 1
        ids.append((await world.child("ana", ids[parent] if parent >= 0 else vault, "vault", title="x"))["id"])
        things.append(Thing(parent if parent >= 0 else None))
    for batch, (number, wanted) in enumerate(plan):
        which = number % len(things)
        allowed = set_status(things, which, wanted, batch)
        answer = await world.rest("ana", "PUT", f"/api/v1/{{org}}/recordings/{ids[which]}/status/{wanted}")
        assert answer.status_code == (200 if allowed else 422)
        for id, thing in zip(ids, things, strict=True):
            shown = await done(world, "ana", "GET", f"recordings/{id}")
            assert shown["status"] == thing.status
