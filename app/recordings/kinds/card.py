"""Card: its rules and its GraphQL type."""

import strawberry
from sqlmodel import col

from app.boards.loaders import steps_listed, tags_on_card
from app.core.declare import Info, counted, linked, listed
from app.core.refs import Project, Tag, TaskType
from app.core.sources import SOURCE, Expression
from app.projects.model import Project as ProjectRow
from app.recordings.kind import Kind, Sharing
from app.recordings.kinds.card_column import CardColumn
from app.recordings.kinds.card_step import CardStep
from app.recordings.loaders import counted_as
from app.recordings.model import Priority, RecordingTag, RecordingType
from app.recordings.model import Recording as RecordingRow
from app.recordings.schema import (
    Assignable,
    ClientVisible,
    Commentable,
    Completable,
    Dated,
    Positionable,
    Recording,
    Subscribable,
    recording_type,
)
from app.registries.model import Tag as TagRow
from app.registries.model import TaskType as TaskTypeRow
from app.timekeeping.loaders import seconds_in_sql, seconds_on


@recording_type(
    Kind(
        RecordingType.CARD,
        parents=frozenset({RecordingType.CARD_COLUMN}),
        dates=frozenset({"due_on", "starts_on"}),
        commentable=True,
        completable=True,
        assignable=True,
        positionable=True,
        subscribable=True,
        holdable=True,
        planned=True,
        sharing=Sharing.OWN,
    )
)
class Card(Commentable, Completable, Assignable, Positionable, Subscribable, Dated, ClientVisible, Recording):
    """A piece of work on a board. It is done when it is in the Done column."""

    completed_from_id: strawberry.ID | None = strawberry.field(
        description="The id of the column that a done card came from, and goes back to when it is opened again."
    )

    @strawberry.field(
        description="How many seconds people spent on it and on its steps; a running timer is not counted yet. "
        "Clients see 0.",
        metadata={SOURCE: Expression(seconds_in_sql)},
    )
    async def tracked_seconds(self, info: Info) -> int:
        return await info.context.load(seconds_on, self.id)

    org_id: strawberry.ID = strawberry.field(name="organizationId", description="The organization that it belongs to.")
    priority: Priority = strawberry.field(description="How pressing it is.")
    estimated_hours: float | None = strawberry.field(description="How many hours it will take, as far as one knows.")
    task_type_id: strawberry.ID | None = strawberry.field(description="The id of its type, one of the organization's.")
    linked_project_id: strawberry.ID | None = strawberry.field(
        description="The project that it is work for. Then only that project's people see it, besides owners and "
        "admins; without one, everybody who sees the board."
    )
    linked_project: Project | None = linked(
        "linked_project_id", ProjectRow, description="The project that it is work for, if you see that."
    )
    column: CardColumn | None = linked("parent_id", RecordingRow, description="The column that it lies in.")
    steps: list[CardStep] = listed(
        RecordingRow, steps_listed, on=col(RecordingRow.parent_id), description="Its active steps, in order."
    )
    task_type: TaskType | None = linked("task_type_id", TaskTypeRow, description="What type of task it is.")
    tags: list[Tag] = listed(
        TagRow,
        tags_on_card,
        on=col(RecordingTag.recording_id),
        description="The tags that it is marked with, by name.",
    )
    step_count: int = counted(
        RecordingRow,
        counted_as(RecordingType.CARD_STEP),
        on=col(RecordingRow.parent_id),
        description="How many active steps it has.",
    )
