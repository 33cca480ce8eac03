"""Notifications, bells and open work in GraphQL."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import argument

from app.core.answers import OK
from app.core.declare import Info, linked, show
from app.core.node import Node, node_type
from app.core.refs import Person, Project, Recording
from app.notifications import actions
from app.notifications.fanout import Action
from app.people.model import Membership
from app.preferences.model import NotifyScope
from app.projects.model import Project as ProjectRow
from app.recordings.model import Recording as RecordingRow

strawberry.enum(
    Action,
    name="NotificationAction",
    description="What you are told of. Mentions, assignments, invitations, changed and cancelled events and direct "
    "chats are meant for you in person.",
)

Org = Annotated[str, argument(description="The organization's slug.")]


@node_type(description="Something that you are told.")
class Notification(Node):
    action: Action = strawberry.field(description="What happened.")
    title: str = strawberry.field(description="Who did it, by the name of then; or what you are reminded of.")
    body: str = strawberry.field(description="What was done, to be read after the title: `assigned you Write copy`.")
    bundle_count: int = strawberry.field(
        description="How often. Lines of a chat, and cheers within three hours, come as one while unread."
    )
    recording_id: strawberry.ID | None = strawberry.field(description="The id of the recording that it is about.")
    project_id: strawberry.ID | None = strawberry.field(description="The id of the project that it happened in.")
    actor_id: strawberry.ID | None = strawberry.field(
        description="The membership id of who did it; of a bundle, who did it last. Null for reminders."
    )
    read_at: datetime | None = strawberry.field(description="When you read it.")
    created_at: datetime = strawberry.field(description="When it happened; of lines of a chat, when the latest came.")
    recording: Recording | None = linked("recording_id", RecordingRow, description="The recording that it is about.")
    project: Project | None = linked("project_id", ProjectRow, description="The project that it happened in.")
    actor: Person | None = linked("actor_id", Membership, description="Who did it.")


@strawberry.type(description="How much of a project you want to be told.")
class ProjectBell:
    scope: NotifyScope = strawberry.field(description="How much.")


@strawberry.type(description="What is left after all was marked.")
class MarkNotificationsPayload:
    ok: bool = strawberry.field(description=OK)
    unread_count: int = strawberry.field(description="How many are left unread.")


@strawberry.type(description="A notification after it was marked.")
class MarkNotificationPayload:
    ok: bool = strawberry.field(description=OK)
    notification: Notification = strawberry.field(description="The notification as it is now.")


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Mark all that you were told in the organization as read.")
    async def mark_all_notifications_read(self, info: Info, org: Org) -> MarkNotificationsPayload:
        await info.context.enter(org)
        await actions.read_all(info.context)
        return MarkNotificationsPayload(ok=True, unread_count=0)

    @strawberry.mutation(description="Mark one notification as read, or as unread again.")
    async def mark_notification(
        self,
        info: Info,
        org: Org,
        id: Annotated[strawberry.ID, argument(description="The notification's id.")],
        read: Annotated[bool, argument(description="Whether you have read it.")] = True,
    ) -> MarkNotificationPayload:
        await info.context.enter(org)
        notification = await actions.mark(info.context, id, read=read)
        return MarkNotificationPayload(ok=True, notification=show(notification))

    @strawberry.mutation(description="Say how much of a project you want to be told.")
    async def set_project_bell(
        self,
        info: Info,
        org: Org,
        project_id: Annotated[strawberry.ID, argument(description="The project's id.")],
        scope: Annotated[
            NotifyScope | None, argument(description="How much; null for as much as your preferences say.")
        ] = None,
    ) -> Project:
        await info.context.enter(org)
        return show(await actions.set_bell(info.context, project_id, scope))


@strawberry.type(description="A piece of your work, or what holds one.")
class Work:
    recording: Recording = strawberry.field(description="The to-do, card or step.")
    children: "list[Work]" = strawberry.field(description="Your open subtasks or steps in it.")
    assigned_to_me: bool = strawberry.field(description="It is yours itself; else only something in it is.")


@strawberry.type(description="Your open work, subtasks and steps with what they lie in.")
class WorkGroups:
    priorities: list[Work] = strawberry.field(description="What you put first. Nothing can be put first so far.")
    non_priorities: list[Work] = strawberry.field(description="All the rest: what is due first comes first.")
