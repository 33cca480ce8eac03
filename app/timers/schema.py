"""Timers as GraphQL shows and changes them; the types of boards, spaces and timers are kinds of recordings."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Maybe, argument

from app.core.declare import Info, show
from app.core.inputs import given, said
from app.core.refs import Timer, TimerBoard, TimerSpace
from app.core.scalars import JsonValue
from app.recordings.model import RecordingType
from app.timers import actions, deleting, loaders, shapes, sharing
from app.timers.capabilities import FEATURES, LIMITS
from app.timers.facts import TimerMode
from app.timers.plan import preview_of
from app.timers.shapes import shaped

Org = Annotated[str, argument(description="The organization's slug; `~`: your own.")]
ProjectKey = Annotated[strawberry.ID, argument(description="The project's key, `project_…`, or its id.")]
ShareKey = Annotated[strawberry.ID, argument(description="The link's key, `share_…`.")]
SpaceKey = Annotated[strawberry.ID, argument(description="The space's key, or its id.")]
TimerKey = Annotated[strawberry.ID, argument(description="The timer's key, or its id.")]

COLOR = "A hex color such as `#2563eb`; empty text or null: none."
RECURRENCE = "How it begins anew when it ends: `{type: daily|weekly|monthly|yearly, enabled, lastDay}`."
MILESTONES = (
    "What it counts up to, 1 to 4 rules: `{rules: [{unit: days|weeks|months|years, every: 1}, {unit, at: [1, 3]}]}`. "
    "A timer with the mode SINCE must have some, no other can."
)
REMINDERS = "How long before its end people are told: up to 5 of `{offset_minutes}`, each up to 40,320."
IMAGE = "The picture behind it: `{unsplashId, url, thumbUrl, authorName, authorUrl}`."


@strawberry.input(description="A new timer in a new space.")
class SpaceTimerInput:
    label: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    target_date: datetime = strawberry.field(description="When it ends; or, in mode SINCE, when it began.")
    timezone: str = strawberry.field(description="By whose clock it repeats: an IANA name, `Europe/Warsaw`.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="What it is to go by, unique in its project: `[A-Za-z0-9_-]{6,128}`."
    )
    color: str | None = strawberry.field(default=None, description=COLOR)
    description: str | None = strawberry.field(default=None, description="Up to 200 characters.")
    notify: bool | None = strawberry.field(default=None, description="Tell people when it ends; true if not said.")
    reminders: JsonValue | None = strawberry.field(
        default=None, description=REMINDERS, metadata=shaped(shapes.REMINDERS)
    )
    recurrence: JsonValue | None = strawberry.field(
        default=None, description=RECURRENCE, metadata=shaped(shapes.RECURRENCE)
    )
    pinned: bool | None = strawberry.field(default=None, description="It stands before the others.")
    image: JsonValue | None = strawberry.field(default=None, description=IMAGE, metadata=shaped(shapes.IMAGE))
    mode: TimerMode | None = strawberry.field(default=None, description="Which way it counts; UNTIL if not said.")
    milestones: JsonValue | None = strawberry.field(
        default=None, description=MILESTONES, metadata=shaped(shapes.MILESTONES)
    )


@strawberry.input(description="A new timer.")
class CreateTimerInput(SpaceTimerInput):
    space_id: strawberry.ID | None = strawberry.field(default=None, description="The key of its space; null: none.")


@strawberry.input(description="What to change of a timer. What is not given stays as it is.")
class UpdateTimerInput:
    label: Maybe[str] = strawberry.field(default=None, description="What it is called; 1 to 200 characters.")
    target_date: Maybe[datetime] = strawberry.field(default=None, description="When it ends, or began.")
    timezone: Maybe[str] = strawberry.field(default=None, description="An IANA name, `Europe/Warsaw`.")
    archived_at: Maybe[datetime | None] = strawberry.field(
        default=None, description="When it was archived; null brings it back."
    )
    color: Maybe[str | None] = strawberry.field(default=None, description=COLOR)
    description: Maybe[str | None] = strawberry.field(default=None, description="Up to 200 characters.")
    space_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The key of its space; null: none."
    )
    notify: Maybe[bool] = strawberry.field(default=None, description="Tell people when it ends.")
    reminders: Maybe[JsonValue | None] = strawberry.field(
        default=None, description=REMINDERS, metadata=shaped(shapes.REMINDERS)
    )
    recurrence: Maybe[JsonValue | None] = strawberry.field(
        default=None, description=RECURRENCE, metadata=shaped(shapes.RECURRENCE)
    )
    pinned: Maybe[bool] = strawberry.field(default=None, description="It stands before the others.")
    image: Maybe[JsonValue | None] = strawberry.field(default=None, description=IMAGE, metadata=shaped(shapes.IMAGE))
    mode: Maybe[TimerMode] = strawberry.field(default=None, description="Can be said again, but not changed.")
    milestones: Maybe[JsonValue | None] = strawberry.field(
        default=None, description=MILESTONES, metadata=shaped(shapes.MILESTONES)
    )


@strawberry.input(description="A new space of timers.")
class CreateTimerSpaceInput:
    name: str = strawberry.field(description="What it is called; 1 to 30 characters.")
    id: strawberry.ID | None = strawberry.field(
        default=None, description="What it is to go by, unique in its project: `[A-Za-z0-9_-]{3,64}`."
    )
    color: str | None = strawberry.field(default=None, description=COLOR)


@strawberry.input(description="A new space with what is to lie in it.")
class PlannedSpaceInput(CreateTimerSpaceInput):
    timers: list[SpaceTimerInput] | None = strawberry.field(default=None, description="Its timers.")


@strawberry.input(description="What to change of a space. What is not given stays as it is.")
class UpdateTimerSpaceInput:
    name: Maybe[str] = strawberry.field(default=None, description="What it is called; 1 to 30 characters.")
    color: Maybe[str | None] = strawberry.field(default=None, description=COLOR)


@strawberry.input(description="What to change of a project of timers. What is not given stays as it is.")
class UpdateTimerProjectInput:
    name: Maybe[str] = strawberry.field(default=None, description="What it is called; 1 to 40 characters.")
    color: Maybe[str | None] = strawberry.field(default=None, description=COLOR)


@strawberry.input(description="A new project of timers: at most 4 spaces and 50 timers.")
class CreateTimerProjectInput:
    name: str = strawberry.field(description="What it is called; 1 to 40 characters.")
    color: str | None = strawberry.field(default=None, description=COLOR)
    spaces: list[PlannedSpaceInput] | None = strawberry.field(default=None, description="Its spaces.")
    timers: list[CreateTimerInput] | None = strawberry.field(default=None, description="Its timers outside of them.")
    expected_plan_hash: str | None = strawberry.field(
        default=None, description="The hash that its preview had: it is made only if it would be the same still."
    )


@strawberry.type(description="A page of boards of timers.")
class TimerBoardPage:
    boards: list[TimerBoard] = strawberry.field(description="The boards, newest project first.")
    has_more: bool = strawberry.field(description="There are more in this direction.")


@strawberry.type(description="A public link on a timer.")
class TimerShare:
    key: strawberry.ID = strawberry.field(description="What it goes by; its secret, too: who knows it sees the timer.")
    project_id: strawberry.ID = strawberry.field(description="What the timer's project goes by: `project_…`.")
    project_name: str = strawberry.field(description="What that is called.")
    timer_id: strawberry.ID = strawberry.field(description="What the timer goes by.")
    timer_label: str = strawberry.field(description="What it is called.")
    created_at: datetime = strawberry.field(description="When it was shared.")

    @strawberry.field(description="Where the world sees it: the path on this server.")
    def url_path(self) -> str:
        return f"/share/{self.key}"


@strawberry.type(description="What making a project would make.")
class TimerPlan:
    plan_hash: str = strawberry.field(description="`sha256:` and the hash of all that was asked for.")
    summary: JsonValue = strawberry.field(
        description="How many of what would be made.", metadata=shaped(shapes.PLAN_SUMMARY)
    )
    changes: JsonValue = strawberry.field(
        description="What would be made, one by one, with where it was asked for.", metadata=shaped(shapes.PLAN_CHANGES)
    )
    warnings: JsonValue = strawberry.field(
        description="What somebody may want to think over.", metadata=shaped(shapes.PLAN_WARNINGS)
    )
    apply: JsonValue = strawberry.field(description="How to have it made.", metadata=shaped(shapes.PLAN_APPLY))


@strawberry.type(description="What deleting something would do.")
class TimerDeletionPlan:
    operation: str = strawberry.field(description="`delete_project` or `delete_space`.")
    target: JsonValue = strawberry.field(description="What would be deleted.", metadata=shaped(shapes.TARGET))
    would_change: bool = strawberry.field(description="Always true: there is something to delete.")
    summary: JsonValue = strawberry.field(
        description="How many of what would be deleted or changed.", metadata=shaped(shapes.DELETION_SUMMARY)
    )
    changes: JsonValue = strawberry.field(
        description="What would happen, one by one.", metadata=shaped(shapes.DELETION_CHANGES)
    )
    warnings: JsonValue = strawberry.field(
        description="What somebody may want to think over.", metadata=shaped(shapes.DELETION_WARNINGS)
    )
    apply: JsonValue = strawberry.field(description="How to have it deleted.", metadata=shaped(shapes.DELETION_APPLY))


@strawberry.type(description="What was deleted, as it was called.")
class DeletedTimers:
    id: strawberry.ID = strawberry.field(description="What it went by.")
    name: str = strawberry.field(description="What it was called.")
    project_id: strawberry.ID = strawberry.field(description="What its project goes, or went, by.")
    project_name: str = strawberry.field(description="What that is called.")


@strawberry.type(description="All that you see of timers, at one moment.")
class TimerSync:
    synced_at: datetime = strawberry.field(description="That moment.")
    boards: list[TimerBoard] = strawberry.field(description="The boards, newest project first.")
    spaces: list[TimerSpace] = strawberry.field(description="Their spaces.")
    timers: list[Timer] = strawberry.field(description="Their timers, archived ones too.")


@strawberry.type(description="A timer as the world sees it.")
class SharedTimer:
    label: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What else there is to say.")
    target_date: datetime = strawberry.field(description="What it counts to, or from.")
    page: str = strawberry.field(description="All that as a page of HTML.")


@strawberry.type(description="What the timers' own API can do.")
class TimerCapabilities:
    features: JsonValue = strawberry.field(description="What there is.", metadata=shaped(shapes.FEATURES))
    limits: JsonValue = strawberry.field(description="How much of it at once.", metadata=shaped(shapes.LIMITS))


@strawberry.type
class Query:
    @strawberry.field(description="Projects with a board of timers, newest first.")
    async def timer_boards(
        self,
        info: Info,
        org: Org,
        first: Annotated[int, argument(description="How many: 1 to 100.")] = 100,
        after: Annotated[
            strawberry.ID | None, argument(description="Only those after the project of this key.")
        ] = None,
        before: Annotated[
            strawberry.ID | None, argument(description="Only those before the project of this key.")
        ] = None,
    ) -> TimerBoardPage:
        await info.context.enter(org)
        return show(await loaders.boards(info.context, first, after, before))

    @strawberry.field(description="The board of timers of a project.")
    async def timer_board(self, info: Info, org: Org, project: ProjectKey) -> TimerBoard:
        await info.context.enter(org)
        return show(await loaders.find_board(info.context, project))

    @strawberry.field(description="A timer by its key.")
    async def timer(self, info: Info, org: Org, project: ProjectKey, key: TimerKey) -> Timer:
        await info.context.enter(org)
        board = await loaders.find_board(info.context, project)
        return show(await loaders.find_timer(info.context, board, key))

    @strawberry.field(description="A space by its key.")
    async def timer_space(self, info: Info, org: Org, project: ProjectKey, key: SpaceKey) -> TimerSpace:
        await info.context.enter(org)
        board = await loaders.find_board(info.context, project)
        return show(await loaders.find_space(info.context, board, key))

    @strawberry.field(description="The public link on a timer that goes by this key.")
    async def timer_share(self, info: Info, org: Org, project: ProjectKey, key: ShareKey) -> TimerShare:
        await info.context.enter(org)
        board = await loaders.find_board(info.context, project)
        return show(await loaders.find_share(info.context, board, key))

    @strawberry.field(description="All projects of timers with all that is in them, at once.")
    async def timer_sync(self, info: Info, org: Org) -> TimerSync:
        await info.context.enter(org)
        ctx = info.context
        return TimerSync(
            synced_at=ctx.now,
            boards=show(await loaders.every_board(ctx)),
            spaces=show(await loaders.everything(ctx, RecordingType.TIMER_SPACE)),
            timers=show(await loaders.everything(ctx, RecordingType.TIMER)),
        )

    @strawberry.field(description="What making this project would make. Nothing is written.")
    async def preview_timer_project(
        self, info: Info, org: Org, input: Annotated[CreateTimerProjectInput, argument(description="The project.")]
    ) -> TimerPlan:
        await info.context.enter(org)
        return TimerPlan(**preview_of(actions.preview(info.context, said(input))))

    @strawberry.field(description="What deleting this project would delete. Nothing is written.")
    async def preview_timer_project_deletion(self, info: Info, org: Org, project: ProjectKey) -> TimerDeletionPlan:
        await info.context.enter(org)
        return TimerDeletionPlan(**await deleting.preview_of_project(info.context, project))

    @strawberry.field(description="What deleting this space would do. Nothing is written.")
    async def preview_timer_space_deletion(
        self, info: Info, org: Org, project: ProjectKey, key: SpaceKey
    ) -> TimerDeletionPlan:
        await info.context.enter(org)
        return TimerDeletionPlan(**await deleting.preview_of_space(info.context, project, key))

    @strawberry.field(description="What the timers' own API can do, and how much of it: for programs, no one signs in.")
    def timer_capabilities(self) -> TimerCapabilities:
        return TimerCapabilities(features=FEATURES, limits=LIMITS)

    @strawberry.field(description="A timer that was shared, for whoever knows its link. Nobody needs to sign in.")
    async def shared_timer(
        self, info: Info, key: Annotated[str, argument(description="The link's key, `share_…`.")]
    ) -> SharedTimer:
        return SharedTimer(**await sharing.shown(info.context, key))


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Make a project with spaces and timers, all at once or not at all.")
    async def create_timer_project(
        self, info: Info, org: Org, input: Annotated[CreateTimerProjectInput, argument(description="The project.")]
    ) -> TimerBoard:
        await info.context.enter(org)
        return show(await actions.create_project(info.context, said(input), input.expected_plan_hash))

    @strawberry.mutation(description="Rename or recolour a project of timers.")
    async def update_timer_project(
        self,
        info: Info,
        org: Org,
        project: ProjectKey,
        input: Annotated[UpdateTimerProjectInput, argument(description="What to change.")],
    ) -> TimerBoard:
        await info.context.enter(org)
        return show(await actions.change_project(info.context, project, given(input)))

    @strawberry.mutation(description="Delete a project of timers for good, with all that is in it.")
    async def delete_timer_project(self, info: Info, org: Org, project: ProjectKey) -> DeletedTimers:
        await info.context.enter(org)
        return show(await deleting.delete_project(info.context, project))

    @strawberry.mutation(description="Make a space for timers.")
    async def create_timer_space(
        self,
        info: Info,
        org: Org,
        project: ProjectKey,
        input: Annotated[CreateTimerSpaceInput, argument(description="The space.")],
    ) -> TimerSpace:
        await info.context.enter(org)
        return show(await actions.create_space(info.context, project, said(input)))

    @strawberry.mutation(description="Rename or recolour a space.")
    async def update_timer_space(
        self,
        info: Info,
        org: Org,
        project: ProjectKey,
        key: SpaceKey,
        input: Annotated[UpdateTimerSpaceInput, argument(description="What to change.")],
    ) -> TimerSpace:
        await info.context.enter(org)
        return show(await actions.change_space(info.context, project, key, given(input)))

    @strawberry.mutation(description="Delete a space; its timers stay, in no space.")
    async def delete_timer_space(self, info: Info, org: Org, project: ProjectKey, key: SpaceKey) -> DeletedTimers:
        await info.context.enter(org)
        return show(await deleting.delete_space(info.context, project, key))

    @strawberry.mutation(description="Make a timer.")
    async def create_timer(
        self,
        info: Info,
        org: Org,
        project: ProjectKey,
        input: Annotated[CreateTimerInput, argument(description="The timer.")],
    ) -> Timer:
        await info.context.enter(org)
        return show(await actions.create_timer(info.context, project, said(input)))

    @strawberry.mutation(description="Change, move, archive or bring back a timer.")
    async def update_timer(
        self,
        info: Info,
        org: Org,
        project: ProjectKey,
        key: TimerKey,
        input: Annotated[UpdateTimerInput, argument(description="What to change.")],
    ) -> Timer:
        await info.context.enter(org)
        return show(await actions.change_timer(info.context, project, key, given(input)))

    @strawberry.mutation(description="Delete a timer for good, with its public link.")
    async def delete_timer(self, info: Info, org: Org, project: ProjectKey, key: TimerKey) -> DeletedTimers:
        await info.context.enter(org)
        return show(await deleting.delete_timer(info.context, project, key))

    @strawberry.mutation(description="Give a timer a public link; the one it has, if it has one.")
    async def share_timer(self, info: Info, org: Org, project: ProjectKey, key: TimerKey) -> TimerShare:
        await info.context.enter(org)
        return show(await sharing.share(info.context, project, key))

    @strawberry.mutation(description="Take a public link away: it leads nowhere any more.")
    async def unshare_timer(
        self,
        info: Info,
        org: Org,
        project: ProjectKey,
        key: ShareKey,
    ) -> TimerShare:
        await info.context.enter(org)
        return show(await sharing.unshare(info.context, project, key))
