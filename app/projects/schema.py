"""Projects as GraphQL shows them."""

from datetime import date, datetime
from typing import Annotated, cast

import strawberry
from sqlmodel import col
from strawberry import Maybe

from app.core.conditions import both, either
from app.core.declare import Connection, Info, computed, connected, counted, linked, listed, present, show
from app.core.inputs import given
from app.core.node import Node, node_type
from app.core.paging import Window
from app.core.policy import Verb, allows
from app.core.refs import Company, CustomFieldValue, Message, Person, ProjectBell, Recording
from app.core.sources import Batch, Listing
from app.notifications.model import ProjectBell as BellRow
from app.people.model import Company as CompanyRow
from app.people.model import Membership, Side
from app.projects import actions, links, members
from app.projects.loaders import (
    BY_NAME,
    addresses_invited_to,
    links_listed,
    people_by_name,
    people_on_project,
    team_on_project,
    tools_listed,
)
from app.projects.model import Project as ProjectRow
from app.projects.model import ProjectAccess, ProjectStar, ProjectStatus, ProjectTool, Tool, WorkStatus
from app.projects.model import ProjectLink as LinkRow
from app.recordings.loaders import recordings_in_project, shared_messages
from app.recordings.model import Recording as RecordingRow
from app.registries.loaders import values_listed
from app.registries.model import CustomFieldValue as ValueRow

Org = Annotated[str, strawberry.argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="The project's id.")]
PersonId = Annotated[strawberry.ID, strawberry.argument(description="The person's membership id.")]
WhichSide = Annotated[Side, strawberry.argument(description="What the person has to be.")]
LinkId = Annotated[strawberry.ID, strawberry.argument(description="The link's id.")]

LATEST_SHARED_MESSAGE = Batch(
    Listing(RecordingRow, shared_messages, on=col(RecordingRow.project_id)), (), Window(size=1)
)


@strawberry.type(name="ProjectTool", description="A tool as one project has it.")
class ToolInProject:
    tool: Tool = strawberry.field(description="Which tool it is.")
    label: str = strawberry.field(description="What it is called in this project.")
    enabled: bool = strawberry.field(description="Whether it is shown; a hidden tool loses nothing of its content.")
    position: float = strawberry.field(description="Its place among the project's tools, from 0.")
    container_id: strawberry.ID = strawberry.field(description="The id of the container that its content lies in.")
    container: Recording | None = linked(
        "container_id", RecordingRow, description="The container that its content lies in."
    )


@strawberry.type(description="A way from a project to something that lies elsewhere.")
class ProjectLink:
    id: strawberry.ID = strawberry.field(description="The link's id.")
    url: str = strawberry.field(description="Where it leads.")
    title: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What is to be found there.")
    visible_to_clients: bool = strawberry.field(description="The project's clients see it.")
    position: float = strawberry.field(description="Its place among the project's links.")
    created_at: datetime = strawberry.field(description="When it was added.")


@node_type(description="A place where some people do some work with some tools.")
class Project(Node):
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    description: str | None = strawberry.field(description="What it is about.")
    status: ProjectStatus = strawberry.field(description="Active, archived (read-only) or in the trash.")
    all_access: bool = strawberry.field(description="The whole team sees it, not only those who were put on it.")
    clients_enabled: bool = strawberry.field(description="Clients may be put on it.")
    client_company_name: str | None = strawberry.field(description="The client's name as the project shows it.")
    company_id: strawberry.ID | None = strawberry.field(description="The id of the company that it is for.")
    folder_id: strawberry.ID | None = strawberry.field(description="The folder that it is filed in.")
    color: str | None = strawberry.field(description="Its colour.")
    logo: str | None = strawberry.field(description="Address of its logo.")
    starts_on: date | None = strawberry.field(description="Its first day; set together with `endsOn`.")
    ends_on: date | None = strawberry.field(description="Its last day.")
    show_activity: bool = strawberry.field(description="Whether its page shows what happened lately.")
    is_template: bool = strawberry.field(description="It is a template to make projects from.")
    is_sample: bool = strawberry.field(description="It came with the organization, to look around in.")
    creator_id: strawberry.ID = strawberry.field(description="The membership id of who made it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    org_id: strawberry.ID = strawberry.field(name="organizationId", description="The organization that it belongs to.")
    work_status: WorkStatus = strawberry.field(description="How far the work in it has come.")
    expected_finalization_date: date | None = strawberry.field(description="When the work is to be done.")
    finalized_at: datetime | None = strawberry.field(description="When the work was done.")
    is_system: bool = strawberry.field(
        description="The server made it, for the board of tasks that belong to no project in particular."
    )
    members: list[Person] = listed(
        Membership, team_on_project, on=col(ProjectRow.id), description="Who of the team can see it, by name."
    )
    creator: Person | None = linked("creator_id", Membership, description="Who made it.")
    company: Company | None = linked("company_id", CompanyRow, description="The company that it is for.")
    starred: bool = present(
        ProjectStar, on=col(ProjectStar.project_id), description="You keep it at the top of your list."
    )
    bell: ProjectBell | None = linked(
        "id",
        BellRow,
        to="project_id",
        description="How much of it you want to be told; null: as much as your preferences say.",
    )
    tools: list[ToolInProject] = listed(
        ProjectTool, tools_listed, on=col(ProjectTool.project_id), description="Its tools, in order."
    )
    links: list[ProjectLink] = listed(
        LinkRow, links_listed, on=col(LinkRow.project_id), description="Ways to what lies elsewhere, in their places."
    )
    custom_field_values: list[CustomFieldValue] = listed(
        ValueRow,
        values_listed,
        on=col(ValueRow.project_id),
        description="What it says in the organization's custom fields, by the names of the fields.",
    )
    people: Connection[Person] = connected(
        Membership,
        people_on_project,
        on=col(ProjectRow.id),
        description="Everybody who can see it, by name.",
    )
    recordings: Connection[Recording] = connected(
        RecordingRow,
        recordings_in_project,
        on=col(RecordingRow.place_id),
        description="What lies in it: all of one type, newest first.",
    )
    shared_message_count: int = counted(
        RecordingRow,
        shared_messages,
        on=col(RecordingRow.project_id),
        description="How many messages its clients see.",
    )

    @strawberry.field(description="The latest message that its clients see; null while there is none.")
    async def latest_shared_message(self, info: Info) -> Message | None:
        rows = await info.context.load(LATEST_SHARED_MESSAGE, _project(self).id)
        return show(next(iter(rows), None))

    joined: bool = present(
        ProjectAccess,
        on=col(ProjectAccess.project_id),
        where=BY_NAME,
        say=lambda row, viewer, by_name: either(by_name, both(row.all_access, allows(viewer, Verb.change_project))),
        description="You are on it. Only owners can list projects that they are not on.",
    )
    viewer_can_edit: bool = computed(
        lambda row, viewer: allows(viewer, Verb.change_project),
        description="You may change its name, tools, people and status.",
    )


@strawberry.type(description="Who is on a project by name, after a change.")
class ProjectPeople:
    granted: list[Person] = listed(
        Membership,
        people_by_name,
        on=col(ProjectAccess.project_id),
        description="People who were put on the project by name, by name.",
    )

    @strawberry.field(description="Addresses of open invitations that lead to this project.")
    async def invited(self, info: Info) -> list[str]:
        return await addresses_invited_to(info.context, _project(self).id)


def _project(root: object) -> ProjectRow:
    return cast(ProjectRow, root)


@strawberry.input(description="What a new project is.")
class CreateProjectInput:
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    all_access: bool | None = strawberry.field(
        default=True, description="The whole team sees it. Without this, only those who are put on it by name."
    )


@strawberry.input(description="What to change of a project. What is not given stays as it is.")
class UpdateProjectInput:
    name: Maybe[str | None] = strawberry.field(default=None, description="What it is called; 1 to 200 characters.")
    description: Maybe[str | None] = strawberry.field(default=None, description="What it is about; null empties it.")
    all_access: Maybe[bool] = strawberry.field(default=None, description="The whole team sees it.")
    clients_enabled: Maybe[bool] = strawberry.field(
        default=None, description="Clients may be on it. `false` makes everything team-only and takes clients off."
    )
    client_company_name: Maybe[str | None] = strawberry.field(
        default=None, description="The client's name as the project shows it."
    )
    company_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The id of the company that it is for; null for none."
    )
    color: Maybe[str | None] = strawberry.field(default=None, description="Its colour.")
    starts_on: Maybe[date | None] = strawberry.field(default=None, description="Its first day; only with `endsOn`.")
    ends_on: Maybe[date | None] = strawberry.field(default=None, description="Its last day; only with `startsOn`.")
    show_activity: Maybe[bool] = strawberry.field(
        default=None, description="Whether its page shows what happened lately."
    )


@strawberry.input(description="What to change of a project's tool. At least one field.")
class UpdateProjectToolInput:
    enabled: bool | None = strawberry.field(default=None, description="Show it, or hide it without losing anything.")
    title: str | None = strawberry.field(default=None, description="What to call it here; 1 to 60 characters.")
    position: float | None = strawberry.field(default=None, description="Where to put it among the tools, from 0.")


@strawberry.input(description="Who is to be on a project by name: the whole list, or what to change of it.")
class SetProjectPeopleInput:
    membership_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Exactly these, and you.")
    grant: list[strawberry.ID] | None = strawberry.field(default=None, description="Put these on it as well.")
    revoke: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Take these off it; your own id means leaving."
    )


@strawberry.input(description="A new link of a project.")
class CreateProjectLinkInput:
    url: str = strawberry.field(
        description="Where it leads: begins with `http://` or `https://`; up to 2,000 characters."
    )
    title: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    description: str | None = strawberry.field(default=None, description="What is to be found there.")
    visible_to_clients: bool = strawberry.field(default=False, description="The project's clients see it.")


@strawberry.input(description="What to change of a link. What is not given stays as it is.")
class UpdateProjectLinkInput:
    url: Maybe[str] = strawberry.field(default=None, description="Where it leads.")
    title: Maybe[str] = strawberry.field(default=None, description="What it is called; 1 to 200 characters.")
    description: Maybe[str | None] = strawberry.field(
        default=None, description="What is to be found there; null empties it."
    )
    visible_to_clients: Maybe[bool] = strawberry.field(default=None, description="The project's clients see it.")
    position: Maybe[float] = strawberry.field(default=None, description="Its place: between those of its neighbours.")


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Make a project, with all its tools. You are on it and it is starred for you.")
    async def create_project(
        self,
        info: Info,
        org: Org,
        input: Annotated[CreateProjectInput, strawberry.argument(description="The new project.")],
    ) -> Project:
        await info.context.enter(org)
        everybody = True if input.all_access is None else input.all_access
        return show(await actions.create(info.context, input.name, input.description, everybody))

    @strawberry.mutation(description="Change a project's own fields.")
    async def update_project(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[UpdateProjectInput, strawberry.argument(description="What to change.")],
    ) -> Project:
        await info.context.enter(org)
        return show(await actions.change(info.context, id, given(input)))

    @strawberry.mutation(
        description="Archive a project (read-only, off the list), put it into the trash, or bring it back."
    )
    async def set_project_status(
        self,
        info: Info,
        org: Org,
        id: Id,
        status: Annotated[ProjectStatus, strawberry.argument(description="What it is to become.")],
    ) -> Project:
        await info.context.enter(org)
        return show(await actions.set_status(info.context, id, status))

    @strawberry.mutation(description="Show, hide, rename or move a project's tool. Answers with all its tools.")
    async def update_project_tool(
        self,
        info: Info,
        org: Org,
        id: Id,
        tool: Annotated[Tool, strawberry.argument(description="Which tool.")],
        input: Annotated[UpdateProjectToolInput, strawberry.argument(description="What to change.")],
    ) -> list[ToolInProject]:
        await info.context.enter(org)
        return show(
            await actions.change_tool(
                info.context, id, tool, enabled=input.enabled, title=input.title, position=input.position
            )
        )

    @strawberry.mutation(
        description="Say who is on a project by name. Putting a client on it lets clients in. Answers with the list."
    )
    async def set_project_people(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[SetProjectPeopleInput, strawberry.argument(description="Who.")],
    ) -> ProjectPeople:
        await info.context.enter(org)
        return show(await actions.set_people(info.context, id, input.membership_ids, input.grant, input.revoke))

    @strawberry.mutation(
        description="Put a client, or one of the team, on a project by name. Who is on it already stays on it."
    )
    async def add_project_person(
        self, info: Info, org: Org, id: Id, membership_id: PersonId, side: WhichSide
    ) -> Person:
        await info.context.enter(org)
        return show(await members.add(info.context, id, membership_id, side))

    @strawberry.mutation(description="Take a client, or one of the team, off a project. Answers with the person.")
    async def remove_project_person(
        self, info: Info, org: Org, id: Id, membership_id: PersonId, side: WhichSide
    ) -> Person:
        await info.context.enter(org)
        return show(await members.remove(info.context, id, membership_id, side))

    @strawberry.mutation(description="Keep a project at the top of your list, or no longer. Nobody else sees it.")
    async def star_project(
        self,
        info: Info,
        org: Org,
        id: Id,
        starred: Annotated[bool, strawberry.argument(description="Whether it is to be at the top.")] = True,
    ) -> Project:
        await info.context.enter(org)
        return show(await actions.star(info.context, id, starred))

    @strawberry.mutation(description="Put yourself on a project that you are not on. For owners only.")
    async def join_project(self, info: Info, org: Org, id: Id) -> Project:
        await info.context.enter(org)
        return show(await actions.join(info.context, id))

    @strawberry.mutation(description="Add a link to a project.")
    async def create_project_link(
        self,
        info: Info,
        org: Org,
        project_id: Id,
        input: Annotated[CreateProjectLinkInput, strawberry.argument(description="The new link.")],
    ) -> ProjectLink:
        await info.context.enter(org)
        return show(
            await links.create(
                info.context,
                project_id,
                url=input.url,
                title=input.title,
                description=input.description,
                visible_to_clients=input.visible_to_clients,
            )
        )

    @strawberry.mutation(description="Change or move a project's link.")
    async def update_project_link(
        self,
        info: Info,
        org: Org,
        project_id: Id,
        id: LinkId,
        input: Annotated[UpdateProjectLinkInput, strawberry.argument(description="What to change.")],
    ) -> ProjectLink:
        await info.context.enter(org)
        return show(await links.change(info.context, project_id, id, given(input)))

    @strawberry.mutation(description="Take a link off a project. Answers with its id.")
    async def delete_project_link(self, info: Info, org: Org, project_id: Id, id: LinkId) -> strawberry.ID:
        await info.context.enter(org)
        return strawberry.ID(await links.remove(info.context, project_id, id))
