"""Cards and steps as tasks, in GraphQL: all that is said of them in one mutation."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import Maybe, argument

from app.boards import actions
from app.core.declare import Info, show
from app.core.inputs import given
from app.core.refs import Card, CardStep
from app.recordings.actions.create import New
from app.recordings.model import Priority, RecordingType

Org = Annotated[str, argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, argument(description="The card's id.")]
StepId = Annotated[strawberry.ID, argument(description="The step's id.")]
Ids = list[strawberry.ID]


@strawberry.input(description="A new card.")
class AddCardInput:
    board_id: strawberry.ID = strawberry.field(description="The board that it is to lie on.")
    column_id: strawberry.ID | None = strawberry.field(
        default=None, description="A column of that board; the first one if not given."
    )
    title: str = strawberry.field(description="What is to be done; 1 to 300 characters.")
    content_html: str | None = strawberry.field(
        default=None, description="What there is to say of it as HTML, which is made safe; up to 50,000 characters."
    )
    priority: Priority | None = strawberry.field(default=None, description="How pressing it is; normal if not given.")
    starts_on: date | None = strawberry.field(default=None, description="When work on it is to begin.")
    due_on: date | None = strawberry.field(default=None, description="When it is to be done.")
    estimated_hours: float | None = strawberry.field(
        default=None, description="How many hours it will take: 0 to 100,000."
    )
    task_type_id: strawberry.ID | None = strawberry.field(default=None, description="What type of task it is.")
    tag_ids: Ids | None = strawberry.field(default=None, description="The tags that it is marked with.")
    linked_project_id: strawberry.ID | None = strawberry.field(
        default=None, description="The project that it is work for; only its people will see the card."
    )
    assignee_ids: Ids | None = strawberry.field(
        default=None, description="Who is to do it: membership ids, or ids of their users. They must see the board."
    )


@strawberry.input(description="What to change of a card. What is not given stays as it is; null empties.")
class UpdateCardInput:
    title: Maybe[str] = strawberry.field(default=None, description="What is to be done; 1 to 300 characters.")
    content_html: Maybe[str | None] = strawberry.field(
        default=None, description="What there is to say of it as HTML, which is made safe; up to 50,000 characters."
    )
    priority: Maybe[Priority] = strawberry.field(default=None, description="How pressing it is.")
    starts_on: Maybe[date | None] = strawberry.field(default=None, description="When work on it is to begin.")
    due_on: Maybe[date | None] = strawberry.field(default=None, description="When it is to be done.")
    estimated_hours: Maybe[float | None] = strawberry.field(
        default=None, description="How many hours it will take: 0 to 100,000."
    )
    task_type_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description="What type of task it is.")
    tag_ids: Maybe[Ids] = strawberry.field(default=None, description="The tags that it is marked with, exactly these.")
    linked_project_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The project that it is work for; only its people see the card."
    )
    assignee_ids: Maybe[Ids] = strawberry.field(
        default=None, description="Who is to do it, exactly these: membership ids, or ids of their users."
    )
    board_id: Maybe[strawberry.ID] = strawberry.field(
        default=None, description="The board to move it to; its first column, unless `columnId` says another."
    )
    column_id: Maybe[strawberry.ID] = strawberry.field(
        default=None, description="The column to move it to. Into Done finalizes it, out of Done reopens it."
    )
    index: Maybe[int] = strawberry.field(
        default=None, description="Its place among the column's active cards, from 0; the last if there are fewer."
    )
    completed_at: Maybe[datetime | None] = strawberry.field(
        default=None, description="When it was done: moves it to Done. Null reopens it: back to where it came from."
    )


@strawberry.input(description="A new step of a card.")
class AddStepInput:
    title: str = strawberry.field(description="What is to be done; 1 to 300 characters.")
    content_html: str | None = strawberry.field(
        default=None, description="What there is to say of it as HTML, which is made safe; up to 50,000 characters."
    )
    assignee_ids: Ids | None = strawberry.field(
        default=None, description="Who is to do it: membership ids, or ids of their users."
    )


@strawberry.input(description="What to change of a step. What is not given stays as it is; null empties.")
class UpdateStepInput:
    title: Maybe[str] = strawberry.field(default=None, description="What is to be done; 1 to 300 characters.")
    content_html: Maybe[str | None] = strawberry.field(
        default=None, description="What there is to say of it as HTML, which is made safe; up to 50,000 characters."
    )
    assignee_ids: Maybe[Ids] = strawberry.field(
        default=None, description="Who is to do it, exactly these: membership ids, or ids of their users."
    )
    index: Maybe[int] = strawberry.field(
        default=None, description="Its place among the card's active steps, from 0; the last if there are fewer."
    )
    completed_at: Maybe[datetime | None] = strawberry.field(
        default=None, description="When it was done; null reopens it."
    )


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Put a card onto a board, with all that is to be said of it.")
    async def add_card(
        self, info: Info, org: Org, input: Annotated[AddCardInput, argument(description="The new card.")]
    ) -> Card:
        await info.context.enter(org)
        new = New(
            type=RecordingType.CARD,
            title=input.title,
            content_html=input.content_html,
            priority=input.priority,
            starts_on=input.starts_on,
            due_on=input.due_on,
            estimated_hours=input.estimated_hours,
            linked_project_id=input.linked_project_id,
            task_type_id=input.task_type_id,
            tag_ids=input.tag_ids,
            assignee_ids=input.assignee_ids,
        )
        return show(await actions.add_card(info.context, input.board_id, input.column_id, new))

    @strawberry.mutation(
        description="Change a card, move it, say who is to do it, finalize or reopen it: all of it, or nothing."
    )
    async def update_card(
        self, info: Info, org: Org, id: Id, input: Annotated[UpdateCardInput, argument(description="What to change.")]
    ) -> Card:
        await info.context.enter(org)
        return show(await actions.change_card(info.context, id, given(input)))

    @strawberry.mutation(description="Put a card into the trash, with its steps. It can be restored for 30 days.")
    async def trash_card(self, info: Info, org: Org, id: Id) -> bool:
        await info.context.enter(org)
        await actions.trash_card(info.context, id)
        return True

    @strawberry.mutation(description="Add a step to a card.")
    async def add_step(
        self,
        info: Info,
        org: Org,
        card_id: Id,
        input: Annotated[AddStepInput, argument(description="The new step.")],
    ) -> CardStep:
        await info.context.enter(org)
        new = New(
            type=RecordingType.CARD_STEP,
            title=input.title,
            content_html=input.content_html,
            assignee_ids=input.assignee_ids,
        )
        return show(await actions.add_step(info.context, card_id, new))

    @strawberry.mutation(description="Change a card's step, finalize or reopen it.")
    async def update_step(
        self,
        info: Info,
        org: Org,
        card_id: Id,
        id: StepId,
        input: Annotated[UpdateStepInput, argument(description="What to change.")],
    ) -> CardStep:
        await info.context.enter(org)
        return show(await actions.change_step(info.context, card_id, id, given(input)))

    @strawberry.mutation(description="Put a card's step into the trash. It can be restored for 30 days.")
    async def trash_step(self, info: Info, org: Org, card_id: Id, id: StepId) -> bool:
        await info.context.enter(org)
        await actions.trash_step(info.context, card_id, id)
        return True
