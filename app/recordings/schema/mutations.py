"""What people do to recordings, in GraphQL."""

from typing import Annotated

import strawberry

from app.core.declare import Info, show
from app.core.inputs import given
from app.core.scalars import AudienceValue
from app.recordings.actions import (
    batch,
    cheering,
    completion,
    copying,
    create,
    edit,
    involvement,
    lifecycle,
    moving,
)
from app.recordings.model import RecordingStatus
from app.recordings.schema.inputs import (
    BatchRecordingsInput,
    CreateRecordingInput,
    NewStatus,
    SubscriberNotice,
    UpdateRecordingInput,
)
from app.recordings.schema.interface import Assignable, Cheer, Recording, Subscribable

Org = Annotated[str, strawberry.argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="The recording's id.")]
Ids = list[strawberry.ID]


@strawberry.type(description="What one deed on many recordings came to.")
class RecordingBatch:
    count: int = strawberry.field(description="How many recordings were changed, or made.")
    ids: Ids = strawberry.field(description="Their ids, in the order that was asked for; of copies: the new ones.")


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Make a recording in another one: a to-do in a list, a message on a board.")
    async def create_recording(
        self,
        info: Info,
        org: Org,
        parent_id: Annotated[strawberry.ID, strawberry.argument(description="The recording that it is to lie in.")],
        input: Annotated[CreateRecordingInput, strawberry.argument(description="The new recording.")],
    ) -> Recording:
        await info.context.enter(org)
        new = create.New(
            type=input.type,
            title=input.title,
            content=input.content,
            content_html=input.content_html,
            due_on=input.due_on,
            starts_on=input.starts_on,
            starts_at=input.starts_at,
            ends_at=input.ends_at,
            all_day=input.all_day,
            link=input.link,
            circled=input.circled,
            recurrence=input.recurrence,
            priority=input.priority,
            estimated_hours=input.estimated_hours,
            linked_project_id=input.linked_project_id,
            task_type_id=input.task_type_id,
            tag_ids=input.tag_ids,
            assignee_ids=input.assignee_ids,
            notify=input.notify,
            completion_subscriber_ids=input.completion_subscriber_ids,
            drafted=input.status is NewStatus.DRAFTED,
        )
        return show(await create.create(info.context, parent_id, new))

    @strawberry.mutation(description="Change a recording's title, content or dates.")
    async def update_recording(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[UpdateRecordingInput, strawberry.argument(description="What to change.")],
    ) -> Recording:
        await info.context.enter(org)
        values = given(input)
        visible = values.pop("visible_to_clients", None)
        recording = await edit.edit(info.context, id, values)
        return show(recording if visible is None else await edit.share(info.context, id, visible))

    @strawberry.mutation(
        description="Archive a recording, put it into the trash (for 30 days), or bring it back, with what lies in it."
    )
    async def set_recording_status(
        self,
        info: Info,
        org: Org,
        id: Id,
        status: Annotated[RecordingStatus, strawberry.argument(description="ACTIVE, ARCHIVED or TRASHED.")],
    ) -> Recording:
        await info.context.enter(org)
        return show(await lifecycle.set_status(info.context, id, status))

    @strawberry.mutation(description="Delete a chat line for good. Everything else goes to the trash instead.")
    async def delete_chat_line(self, info: Info, org: Org, id: Id) -> bool:
        await info.context.enter(org)
        await lifecycle.erase(info.context, id)
        return True

    @strawberry.mutation(description="Say something to a recording.")
    async def create_comment(
        self,
        info: Info,
        org: Org,
        recording_id: Annotated[strawberry.ID, strawberry.argument(description="What to comment on.")],
        content: Annotated[str | None, strawberry.argument(description="The comment as plain text.")] = None,
        content_html: Annotated[
            str | None, strawberry.argument(description="The comment as HTML, which is made safe; wins.")
        ] = None,
    ) -> Recording:
        await info.context.enter(org)
        return show(await create.comment(info.context, recording_id, content, content_html))

    @strawberry.mutation(description="Mark a to-do, card or step done. Doing it twice keeps the first stamp.")
    async def complete_recording(self, info: Info, org: Org, id: Id) -> Recording:
        await info.context.enter(org)
        return show(await completion.complete(info.context, id))

    @strawberry.mutation(description="Make a to-do, card or step open again.")
    async def reopen_recording(self, info: Info, org: Org, id: Id) -> Recording:
        await info.context.enter(org)
        return show(await completion.reopen(info.context, id))

    @strawberry.mutation(
        description="Move a recording among its siblings, under another parent, or both. A plain index works as "
        "`position`, and so does a fraction between two siblings."
    )
    async def move_recording(
        self,
        info: Info,
        org: Org,
        id: Id,
        parent_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The new parent; not given: it stays.")
        ] = None,
        position: Annotated[
            float | None, strawberry.argument(description="The new place; not given: the last one of the new parent.")
        ] = None,
    ) -> Recording:
        await info.context.enter(org)
        return show(await moving.move(info.context, id, parent_id=parent_id, position=position))

    @strawberry.mutation(description="Say who is to do it: exactly these. Only who is new is told.")
    async def set_assignees(
        self,
        info: Info,
        org: Org,
        id: Id,
        membership_ids: Annotated[Ids, strawberry.argument(description="Membership ids; they must be on the project.")],
    ) -> Assignable:
        await info.context.enter(org)
        return show(await involvement.set_assignees(info.context, id, membership_ids))

    @strawberry.mutation(description="Hear of what happens to a recording.")
    async def subscribe(self, info: Info, org: Org, id: Id) -> Subscribable:
        await info.context.enter(org)
        return show(await involvement.follow(info.context, id))

    @strawberry.mutation(description="Hear no more of what happens to a recording.")
    async def unsubscribe(self, info: Info, org: Org, id: Id) -> Subscribable:
        await info.context.enter(org)
        return show(await involvement.unfollow(info.context, id))

    @strawberry.mutation(description="Choose for others who hears of a recording.")
    async def change_subscribers(
        self,
        info: Info,
        org: Org,
        id: Id,
        add: Annotated[Ids | None, strawberry.argument(description="Membership ids to let hear of it.")] = None,
        remove: Annotated[Ids | None, strawberry.argument(description="Membership ids to leave in peace.")] = None,
        notify: Annotated[
            SubscriberNotice, strawberry.argument(description="When to tell who is added.")
        ] = SubscriberNotice.NONE,
    ) -> Subscribable:
        await info.context.enter(org)
        tell = notify is SubscriberNotice.NOW
        return show(await involvement.change_subscribers(info.context, id, add or [], remove or [], tell=tell))

    @strawberry.mutation(description="Show a recording to the project's clients, or hide it, with all that lies in it.")
    async def set_recording_visibility(
        self,
        info: Info,
        org: Org,
        id: Id,
        visible_to_clients: Annotated[bool, strawberry.argument(description="Whether clients see it.")],
    ) -> Recording:
        await info.context.enter(org)
        return show(await edit.share(info.context, id, visible_to_clients))

    @strawberry.mutation(description="Keep a message at the top of its board.")
    async def pin_recording(self, info: Info, org: Org, id: Id) -> Recording:
        await info.context.enter(org)
        return show(await edit.pin(info.context, id, True))

    @strawberry.mutation(description="Let a pinned message go.")
    async def unpin_recording(self, info: Info, org: Org, id: Id) -> Recording:
        await info.context.enter(org)
        return show(await edit.pin(info.context, id, False))

    @strawberry.mutation(description="Park a card where it is; on a column: give it a section for parked cards.")
    async def set_recording_hold(
        self,
        info: Info,
        org: Org,
        id: Id,
        on_hold: Annotated[bool, strawberry.argument(description="Whether it is parked.")],
    ) -> Recording:
        await info.context.enter(org)
        return show(await edit.hold(info.context, id, on_hold))

    @strawberry.mutation(description="Colour a column.")
    async def set_column_color(
        self,
        info: Info,
        org: Org,
        id: Id,
        color: Annotated[
            str,
            strawberry.argument(
                description="Red, orange, yellow, green, blue, aqua, purple, gray, pink, brown; white takes it away."
            ),
        ],
    ) -> Recording:
        await info.context.enter(org)
        return show(await edit.color(info.context, id, color))

    @strawberry.mutation(description="Let nobody comment on a recording any more, or let them again.")
    async def set_comments_closed(
        self,
        info: Info,
        org: Org,
        id: Id,
        closed: Annotated[bool, strawberry.argument(description="Whether the thread is closed.")],
    ) -> Recording:
        await info.context.enter(org)
        return show(await edit.close_comments(info.context, id, closed))

    @strawberry.mutation(description="Post a draft.")
    async def publish_draft(
        self,
        info: Info,
        org: Org,
        id: Id,
        notify: Annotated[
            AudienceValue | None, strawberry.argument(description="Who hears of it; everybody if not given.")
        ] = None,
    ) -> Recording:
        await info.context.enter(org)
        return show(await edit.publish(info.context, id, notify))

    @strawberry.mutation(
        description="Copy a recording with what is active in it, as the last one in a parent that may hold it. You are "
        "the copy's author, and nobody is told."
    )
    async def copy_recording(
        self,
        info: Info,
        org: Org,
        id: Id,
        parent_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Where to; its own parent if not given."),
        ] = None,
        include_comments: Annotated[bool | None, strawberry.argument(description="Copy the comments too.")] = False,
    ) -> Recording:
        await info.context.enter(org)
        return show(await copying.copy(info.context, id, parent_id, include_comments=bool(include_comments)))

    @strawberry.mutation(description="Applaud a recording. The very same cheer again is refused.")
    async def create_cheer(
        self,
        info: Info,
        org: Org,
        recording_id: Annotated[strawberry.ID, strawberry.argument(description="What to applaud.")],
        content: Annotated[str, strawberry.argument(description="An emoji, or up to 16 characters.")],
    ) -> Cheer:
        await info.context.enter(org)
        return show(await cheering.cheer(info.context, recording_id, content))

    @strawberry.mutation(description="Take your own cheer back.")
    async def delete_cheer(
        self,
        info: Info,
        org: Org,
        recording_id: Annotated[strawberry.ID, strawberry.argument(description="What was applauded.")],
        id: Annotated[strawberry.ID, strawberry.argument(description="The cheer's id.")],
    ) -> bool:
        await info.context.enter(org)
        await cheering.take_back(info.context, recording_id, id)
        return True

    @strawberry.mutation(description="Do one thing to up to 100 recordings: it happens to all of them, or to none.")
    async def batch_recordings(
        self,
        info: Info,
        org: Org,
        input: Annotated[BatchRecordingsInput, strawberry.argument(description="What, and to which.")],
    ) -> RecordingBatch:
        await info.context.enter(org)
        wanted = batch.Batch(
            action=input.action,
            ids=input.ids,
            assignee_ids=input.assignee_ids,
            due_on=input.due_on.value if input.due_on else None,
            due_on_given=input.due_on is not None,
            days=input.days,
            parent_id=input.parent_id,
            include_comments=bool(input.include_comments),
            status=input.status,
            color=input.color,
            title=input.title,
        )
        ids = await batch.change_many(info.context, wanted)
        return show({"count": len(ids), "ids": ids})
