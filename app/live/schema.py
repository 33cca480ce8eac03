"""Subscriptions: what happens, told as it happens.

Each field is run again and again. For the first time it finds out what to watch and gives nothing; then once for each
new row, as an operation of its own, in a transaction that becomes the subscriber anew (app/api/streams.py).
"""

from typing import Annotated

import strawberry
from strawberry import argument

from app.core.declare import Info, linked, show
from app.core.refs import ActivityEvent, Notification, Recording
from app.live import actions
from app.live.loaders import cursor_of, here
from app.notifications.loaders import find_notification
from app.recordings.model import Recording as RecordingRow

CURSOR = "The place behind this event: give it as `after` when you subscribe again, and you miss nothing."
After = Annotated[
    str | None,
    argument(description="Start at the cursor of an event, or at a `liveCursor`, instead of now; as far back as the "
    "organization's plan shows what happened."),
]  # fmt: skip
Project = Annotated[strawberry.ID, argument(description="The project's id.")]


@strawberry.type(description="Something happened.")
class ActivityUpdate:
    cursor: str = strawberry.field(description=CURSOR)
    event: ActivityEvent = strawberry.field(description="What happened.")


@strawberry.type(description="Something happened to a recording.")
class RecordingUpdate:
    cursor: str = strawberry.field(description=CURSOR)
    event: ActivityEvent = strawberry.field(description="What happened.")
    recording_id: strawberry.ID = strawberry.field(description="The recording's id.")
    recording: Recording | None = linked(
        "recording_id", RecordingRow, description="The recording as it is by now; null where it was deleted for good."
    )


@strawberry.type(description="Something happened in a chat.")
class ChatUpdate:
    cursor: str = strawberry.field(description=CURSOR)
    event: ActivityEvent = strawberry.field(description="What happened: `created`, `line_deleted` and the like.")
    line_id: strawberry.ID = strawberry.field(description="The line's id.")
    line: Recording | None = linked(
        "line_id", RecordingRow, description="The line as it is by now; null where it was deleted."
    )


@strawberry.type(description="You are told something.")
class NotificationUpdate:
    cursor: str = strawberry.field(description=CURSOR)
    notification: Notification = strawberry.field(
        description="The notification as it is by now. One that bundles more than before comes again."
    )


@strawberry.type
class Query:
    @strawberry.field(
        description="The place in what happens where everything is that was committed so far. Ask for it before you "
        "load what you show, subscribe `after` it, and nothing is missed between the two."
    )
    async def live_cursor(self, info: Info) -> str:
        _ = info.context.user_id
        return cursor_of(await here(info.context))


@strawberry.type
class Subscription:
    @strawberry.field(description="What happens in an organization, in the projects that you see; or in one of them.")
    async def activity_happened(
        self,
        info: Info,
        org: Annotated[str, argument(description="The organization's slug.")],
        project_id: Annotated[strawberry.ID | None, argument(description="Only in this project.")] = None,
        after: After = None,
    ) -> ActivityUpdate | None:
        ctx = info.context
        if (news := await actions.heard(ctx)) is None:
            await actions.watch_activity(ctx, org, project_id, after)
            return None
        return show({"cursor": news.cursor, "event": await actions.event(ctx, news.id)})

    @strawberry.field(
        description="What happens to the recordings of a project: they are made, changed, moved, completed, discussed. "
        "What is taken from you, such as an item that is hidden from clients, is not told."
    )
    async def recording_changed(self, info: Info, project_id: Project, after: After = None) -> RecordingUpdate | None:
        ctx = info.context
        if (news := await actions.heard(ctx)) is None:
            await actions.watch_recordings(ctx, project_id, after)
            return None
        happened = await actions.event(ctx, news.id)
        return show({"cursor": news.cursor, "event": happened, "recording_id": actions.subject_of(happened)})

    @strawberry.field(description="What happens to the lines of a chat: they are written, changed, cheered, deleted.")
    async def chat_changed(
        self,
        info: Info,
        chat_id: Annotated[strawberry.ID, argument(description="The chat's id; a direct chat's is one too.")],
        after: After = None,
    ) -> ChatUpdate | None:
        ctx = info.context
        if (news := await actions.heard(ctx)) is None:
            await actions.watch_chat(ctx, chat_id, after)
            return None
        happened = await actions.event(ctx, news.id)
        return show({"cursor": news.cursor, "event": happened, "line_id": actions.subject_of(happened)})

    @strawberry.field(description="What you are told in an organization. What you have read meanwhile is left out.")
    async def notification_received(
        self,
        info: Info,
        org: Annotated[str, argument(description="The organization's slug.")],
        after: After = None,
    ) -> NotificationUpdate | None:
        ctx = info.context
        if (news := await actions.heard(ctx)) is None:
            await actions.watch_notifications(ctx, org, after)
            return None
        return show({"cursor": news.cursor, "notification": await find_notification(ctx, news.id)})
