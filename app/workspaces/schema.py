"""Workspaces as GraphQL shows them."""

from datetime import datetime
from typing import Annotated, cast

import strawberry
from strawberry import Maybe

from app.core.db import Row
from app.core.declare import Info, show
from app.core.inputs import given
from app.core.scalars import JsonValue
from app.workspaces import actions, log, sharing
from app.workspaces.canvas import state_of
from app.workspaces.loaders import find_by_slug, find_workspace, workspaces_of_viewer
from app.workspaces.log import log_of, shown, snapshots_of
from app.workspaces.model import ShareLevel, WorkspaceLevel, WorkspaceTemplate

strawberry.enum(WorkspaceTemplate, description="What a workspace begins with.")
strawberry.enum(WorkspaceLevel, description="What somebody may do in a workspace.")
strawberry.enum(ShareLevel, description="What the owner of a workspace lets others do.")

Id = Annotated[strawberry.ID, strawberry.argument(description="The workspace's id, which is its project's.")]
CollaboratorId = Annotated[strawberry.ID, strawberry.argument(description="The collaborator's id.")]


@strawberry.type(description="Something that a program did to a workspace, in the program's own words.")
class WorkspaceEvent:
    id: strawberry.ID = strawberry.field(description="The event's id, as the program has made it.")
    type: str = strawberry.field(description="What was done: `ITEM_CREATED`, `ITEM_UPDATED`.")
    payload: JsonValue = strawberry.field(description="To what, and how.")
    timestamp: float = strawberry.field(description="When, by the program's clock: milliseconds since 1970.")
    user_id: strawberry.ID = strawberry.field(description="The user's id of who did it.")
    user_name: str = strawberry.field(description="What that user is called.")
    version: int = strawberry.field(description="Its number among the workspace's events, from 1 on.")


@strawberry.type(description="The state of a workspace at one of its versions.")
class WorkspaceState:
    version: int = strawberry.field(description="How many events it has had.")
    state: JsonValue = strawberry.field(
        description="All that its program knows: `workspaceId`, `globalTitle`, `items`."
    )


@strawberry.type(description="What programs did to a workspace.")
class WorkspaceLog:
    events: list[WorkspaceEvent] = strawberry.field(description="The newest 1,000 events, oldest first.")
    version: int = strawberry.field(description="How many events it has had.")
    snapshot: WorkspaceState = strawberry.field(
        description="Its state now. It may know more than the events do: items are recordings, which people change too."
    )


@strawberry.type(description="A state of a workspace that was kept: of every fiftieth version.")
class WorkspaceSnapshot:
    id: strawberry.ID = strawberry.field(description="The snapshot's id.")
    version: int = strawberry.field(description="How many events the workspace had had.")
    created_at: datetime = strawberry.field(description="When it was kept.")
    state: JsonValue = strawberry.field(description="All that its program knew.")


@strawberry.type(
    description="What came of an event: a new version, or what happened since the version it was meant for."
)
class AppendedEvent:
    success: bool | None = strawberry.field(description="It was carried out; null for a conflict.")
    conflict: bool = strawberry.field(description="It was meant for another version, and nothing was changed.")
    version: int = strawberry.field(description="The present version; of an event that was sent again, its own.")
    current_events: list[WorkspaceEvent] | None = strawberry.field(
        description="For a conflict: the events since the version that it was meant for."
    )


@strawberry.type(description="Somebody who is let into a workspace, or its owner.")
class Collaborator:
    id: strawberry.ID = strawberry.field(description="The membership's id; of the owner `owner-` and the user's id.")
    workspace_id: strawberry.ID = strawberry.field(description="The workspace's id.")
    user_id: strawberry.ID = strawberry.field(description="The user's id.")
    permission_level: WorkspaceLevel = strawberry.field(description="What the person may do in it.")
    created_at: datetime = strawberry.field(description="Since when; of the owner since when the workspace exists.")
    last_opened_at: datetime | None = strawberry.field(description="When the person last opened it.")
    name: str = strawberry.field(description="What the person is called.")
    email: str = strawberry.field(description="The person's address.")
    image: str | None = strawberry.field(description="Address of the person's picture.")


@strawberry.type(description="What an invitation to a workspace offers, for whoever has its link.")
class WorkspaceOffer:
    email: str = strawberry.field(description="The address that was invited.")
    workspace_name: str = strawberry.field(description="What the workspace is called.")
    icon: str | None = strawberry.field(description="The name of its icon.")
    color: str | None = strawberry.field(description="The colour of its card.")
    permission_level: WorkspaceLevel = strawberry.field(description="What the person may do there.")
    inviter_name: str = strawberry.field(description="Who invites.")
    inviter_image: str | None = strawberry.field(description="Address of the inviter's picture.")
    expires_at: datetime | None = strawberry.field(
        description="Until when the invitation can be taken; null for as long as it takes."
    )


@strawberry.type(description="An invitation to a workspace that nobody has taken yet.")
class WorkspaceInvite:
    id: strawberry.ID = strawberry.field(description="The invitation's id.")
    email: str = strawberry.field(description="The address that was invited.")
    permission_level: WorkspaceLevel = strawberry.field(description="What the person will be able to do.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(
        description="Until when it can be taken; null for as long as it takes."
    )
    inviter_id: strawberry.ID = strawberry.field(description="The user's id of who made it.")


@strawberry.type(description="What came of sharing: somebody who is in, or an address that was written to.")
class SharedWorkspace:
    collaborator: Collaborator | None = strawberry.field(description="Who is in now; null while it is only offered.")
    pending: bool | None = strawberry.field(description="The address was written to; null where somebody is in.")
    email: str | None = strawberry.field(description="That address.")
    message: str | None = strawberry.field(description="The same for people.")


@strawberry.type(description="A project with a canvas of items, which its owner shares by hand.")
class Workspace:
    id: strawberry.ID = strawberry.field(description="Its id: the project's that it is.")
    org_slug: str = strawberry.field(description="The organization that it belongs to: its owner's.")
    user_id: strawberry.ID = strawberry.field(description="The user's id of its owner.")
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    description: str = strawberry.field(description="What it is about; may be empty.")
    template: WorkspaceTemplate = strawberry.field(description="What it began with.")
    is_public: bool = strawberry.field(description="It is shown as public. That alone lets nobody in.")
    slug: str = strawberry.field(description="Its name in addresses: follows the name, and is its owner's only one.")
    icon: str | None = strawberry.field(description="The name of its icon.")
    color: str | None = strawberry.field(description="The colour of its card.")
    sort_order: int = strawberry.field(description="Its place among its owner's workspaces, from 0.")
    last_opened_at: datetime | None = strawberry.field(description="When you last opened it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When its name or what is shown of it last changed.")
    is_shared: bool = strawberry.field(description="Somebody else owns it, and lets you in.")
    permission_level: WorkspaceLevel = strawberry.field(description="What you may do in it.")
    shared_at: datetime | None = strawberry.field(description="Since when you are let in; null for your own.")

    @strawberry.field(
        description="All that its program knows: `workspaceId`, `globalTitle`, `items`. Enters its organization, and "
        "one operation can enter only one."
    )
    async def state(self, info: Info) -> JsonValue:
        return show(await state_of(info.context, _row(self)))

    @strawberry.field(description="Its owner, then who is let in by name, oldest first. Enters its organization.")
    async def collaborators(self, info: Info) -> list[Collaborator]:
        return show(await sharing.collaborators_of(info.context, _row(self)))

    @strawberry.field(description="Invitations to it that nobody has taken yet, oldest first. Enters its organization.")
    async def invites(self, info: Info) -> list[WorkspaceInvite]:
        return show(await sharing.invites_of(info.context, _row(self)))

    @strawberry.field(description="What programs did to it. Enters its organization.")
    async def log(self, info: Info) -> WorkspaceLog:
        told = await log_of(info.context, _row(self))
        return show({**told, "events": shown(told["events"])})

    @strawberry.field(description="States that were kept, newest first. For its owner only; enters its organization.")
    async def snapshots(self, info: Info) -> list[WorkspaceSnapshot]:
        return show(await snapshots_of(info.context, _row(self)))


def _row(root: object) -> Row:
    return cast(Row, root)


@strawberry.type(description="Something that is gone: a workspace, a collaborator, an invitation.")
class DeletedWorkspace:
    id: strawberry.ID = strawberry.field(description="The id that it had.")


@strawberry.type(description="Your own workspaces in their order.")
class WorkspaceOrder:
    workspaces: list[Workspace] = strawberry.field(description="The workspaces.")


@strawberry.input(description="A new workspace.")
class CreateWorkspaceInput:
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    description: str | None = strawberry.field(default=None, description="What it is about; up to 10,000 characters.")
    template: JsonValue | None = strawberry.field(
        default=None, description="`blank` or `getting_started`; anything else is blank."
    )
    is_public: bool | None = strawberry.field(default=None, description="Show it as public; `false` if not given.")
    icon: str | None = strawberry.field(default=None, description="The name of its icon; up to 100 characters.")
    color: str | None = strawberry.field(default=None, description="The colour of its card; up to 40 characters.")
    initial_state: JsonValue | None = strawberry.field(
        default=None, description="An object to begin with instead of the template: `items` is a list of objects."
    )


@strawberry.input(description="What to change of a workspace. What is not given stays as it is.")
class UpdateWorkspaceInput:
    name: Maybe[str] = strawberry.field(default=None, description="What it is called; the slug follows it.")
    description: Maybe[str | None] = strawberry.field(default=None, description="What it is about; null empties it.")
    is_public: Maybe[bool | None] = strawberry.field(default=None, description="Whether it is shown as public.")
    icon: Maybe[str | None] = strawberry.field(default=None, description="The name of its icon.")
    color: Maybe[str | None] = strawberry.field(default=None, description="The colour of its card.")


@strawberry.input(description="Something that a program did to a workspace.")
class AppendWorkspaceEventInput:
    event: JsonValue = strawberry.field(
        description="`type` and `payload`; `id`, so that sending it again does nothing; `timestamp` in milliseconds."
    )
    base_version: int = strawberry.field(description="The version that it is meant for.")


@strawberry.input(description="Whom to let into a workspace.")
class ShareWorkspaceInput:
    email: str = strawberry.field(description="The person's address.")
    permission_level: ShareLevel = strawberry.field(
        default=ShareLevel.EDITOR, description="What the person may do there; `EDITOR` if not given."
    )


@strawberry.input(description="What to change of a collaborator.")
class UpdateCollaboratorInput:
    permission_level: ShareLevel = strawberry.field(description="What the person may do from now on.")


@strawberry.input(description="An invitation to a workspace.")
class ClaimWorkspaceInviteInput:
    token: str = strawberry.field(description="The end of the invitation's link.")


@strawberry.input(description="An order of your workspaces.")
class ReorderWorkspacesInput:
    workspace_ids: list[strawberry.ID] = strawberry.field(description="Your own ones; the others come behind them.")


@strawberry.type
class Query:
    @strawberry.field(
        description="The workspaces that you own or are let into, of every organization: shared ones that you have "
        "not opened yet first, then what you opened last, then by their order."
    )
    async def workspaces(self, info: Info) -> list[Workspace]:
        return show(await workspaces_of_viewer(info.context))

    @strawberry.field(description="One of your workspaces. One that exists but is not yours is forbidden, not missing.")
    async def workspace(self, info: Info, id: Id) -> Workspace | None:
        return show(await find_workspace(info.context, id))

    @strawberry.field(description="Your own workspace of that slug, else one that is shared with you.")
    async def workspace_by_slug(
        self, info: Info, slug: Annotated[str, strawberry.argument(description="Its name in addresses.")]
    ) -> Workspace | None:
        return show(await find_by_slug(info.context, slug))

    @strawberry.field(
        description="What an invitation to a workspace offers, for whoever has its link. One that was taken or "
        "withdrawn is not there."
    )
    async def workspace_offer(
        self, info: Info, token: Annotated[str, strawberry.argument(description="The end of the invitation's link.")]
    ) -> WorkspaceOffer:
        return show(await sharing.find_offer(info.context, token))


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Make a workspace: a project of your own organization, which is founded if you own none."
    )
    async def create_workspace(
        self,
        info: Info,
        input: Annotated[CreateWorkspaceInput, strawberry.argument(description="The new workspace.")],
    ) -> Workspace:
        wish = actions.New(
            name=input.name,
            description=input.description,
            template=input.template,
            is_public=bool(input.is_public),
            icon=input.icon,
            color=input.color,
            initial_state=input.initial_state,
        )
        return show(await actions.create(info.context, wish))

    @strawberry.mutation(description="Change what is shown of a workspace. For its owner only.")
    async def update_workspace(
        self,
        info: Info,
        id: Id,
        input: Annotated[UpdateWorkspaceInput, strawberry.argument(description="What to change.")],
    ) -> Workspace:
        return show(await actions.change(info.context, id, given(input)))

    @strawberry.mutation(description="Delete a workspace for good, with all that lies in it. For its owner only.")
    async def delete_workspace(self, info: Info, id: Id) -> DeletedWorkspace:
        return show({"id": await actions.remove(info.context, id)})

    @strawberry.mutation(
        description="Carry out an event of a workspace, if it is meant for the present version. For owner and editors."
    )
    async def append_workspace_event(
        self,
        info: Info,
        id: Id,
        input: Annotated[AppendWorkspaceEventInput, strawberry.argument(description="The event.")],
    ) -> AppendedEvent:
        came = await log.append(info.context, id, input.event, input.base_version)
        since = came["current_events"]
        return show({**came, "current_events": None if since is None else shown(since)})

    @strawberry.mutation(description="Remember that you have opened a workspace now.")
    async def track_workspace_open(self, info: Info, id: Id) -> Workspace:
        return show(await actions.track_open(info.context, id))

    @strawberry.mutation(description="Put your own workspaces into an order.")
    async def reorder_workspaces(
        self,
        info: Info,
        input: Annotated[ReorderWorkspacesInput, strawberry.argument(description="The order.")],
    ) -> WorkspaceOrder:
        return show({"workspaces": await actions.reorder(info.context, input.workspace_ids)})

    @strawberry.mutation(
        description="Let somebody into a workspace. Whoever is not of your organization comes in as a client of it, at "
        "once or when the invitation is taken, within seven days. For its owner and editors."
    )
    async def share_workspace(
        self, info: Info, id: Id, input: Annotated[ShareWorkspaceInput, strawberry.argument(description="Whom.")]
    ) -> SharedWorkspace:
        came = await sharing.share(info.context, id, input.email, input.permission_level)
        pending = came.collaborator is None
        told = {"pending": True, "email": came.email, "message": sharing.SENT} if pending else {}
        return show({"pending": None, "email": None, "message": None, "collaborator": came.collaborator, **told})

    @strawberry.mutation(description="Let a collaborator do more, or less. For the workspace's owner only.")
    async def update_collaborator(
        self,
        info: Info,
        workspace_id: Id,
        id: CollaboratorId,
        input: Annotated[UpdateCollaboratorInput, strawberry.argument(description="What to change.")],
    ) -> Collaborator:
        return show(await sharing.change_level(info.context, workspace_id, id, input.permission_level))

    @strawberry.mutation(description="Let a collaborator in no longer. For the workspace's owner only.")
    async def remove_collaborator(self, info: Info, workspace_id: Id, id: CollaboratorId) -> DeletedWorkspace:
        return show({"id": await sharing.remove(info.context, workspace_id, id)})

    @strawberry.mutation(description="Take an invitation to a workspace back. For the workspace's owner only.")
    async def delete_workspace_invite(
        self,
        info: Info,
        workspace_id: Id,
        id: Annotated[strawberry.ID, strawberry.argument(description="The invitation's id.")],
    ) -> DeletedWorkspace:
        return show({"id": await sharing.withdraw(info.context, workspace_id, id)})

    @strawberry.mutation(description="Take the place in a workspace that an invitation offers.")
    async def claim_workspace_invite(
        self,
        info: Info,
        input: Annotated[ClaimWorkspaceInviteInput, strawberry.argument(description="The invitation.")],
    ) -> Workspace:
        return show(await sharing.claim(info.context, input.token))
