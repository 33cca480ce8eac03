"""Projects as managers plan them, in GraphQL."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry import Maybe, argument

from app.core.declare import Info, show
from app.core.inputs import given
from app.core.refs import Person, Project
from app.projects.managed import actions
from app.projects.model import WorkStatus

Org = Annotated[str, argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, argument(description="The project's id.")]
PersonId = Annotated[strawberry.ID, argument(description="A membership id, or the id of a user.")]


@strawberry.input(description="A new project, with its plan.")
class CreatePlannedProjectInput:
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    description: str | None = strawberry.field(default=None, description="What it is about.")
    company_id: strawberry.ID | None = strawberry.field(
        default=None, description="The client's company that the work is for."
    )
    work_status: WorkStatus | None = strawberry.field(
        default=None, description="How far the work has come; not started if not given."
    )
    expected_finalization_date: date | None = strawberry.field(default=None, description="When the work is to be done.")


@strawberry.input(description="What to change of a project and its plan. What is not given stays as it is.")
class UpdatePlannedProjectInput:
    name: Maybe[str] = strawberry.field(default=None, description="What it is called; 1 to 200 characters.")
    description: Maybe[str | None] = strawberry.field(default=None, description="What it is about; null empties it.")
    company_id: Maybe[strawberry.ID | None] = strawberry.field(
        default=None, description="The client's company that the work is for; null for none."
    )
    work_status: Maybe[WorkStatus] = strawberry.field(default=None, description="How far the work has come.")
    expected_finalization_date: Maybe[date | None] = strawberry.field(
        default=None, description="When the work is to be done; null if nobody knows."
    )
    finalized_at: Maybe[datetime | None] = strawberry.field(
        default=None, description="When the work was done; null reopens it. Says nothing of `workStatus`."
    )


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Make a project with its plan, which only those see who are put on it. For owners and admins."
    )
    async def create_planned_project(
        self,
        info: Info,
        org: Org,
        input: Annotated[CreatePlannedProjectInput, argument(description="The new project.")],
    ) -> Project:
        await info.context.enter(org)
        values = {
            "company_id": input.company_id,
            "work_status": (input.work_status or WorkStatus.NOT_STARTED).value,
            "expected_finalization_date": input.expected_finalization_date,
        }
        return show(await actions.create(info.context, input.name, input.description, values))

    @strawberry.mutation(description="Change a project and its plan. For who made the project, owners and admins.")
    async def update_planned_project(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[UpdatePlannedProjectInput, argument(description="What to change.")],
    ) -> Project:
        await info.context.enter(org)
        return show(await actions.change(info.context, id, given(input)))

    @strawberry.mutation(description="Put a project into the trash, for 30 days. For owners and admins.")
    async def trash_planned_project(self, info: Info, org: Org, id: Id) -> bool:
        await info.context.enter(org)
        await actions.trash(info.context, id)
        return True

    @strawberry.mutation(
        description="Put somebody of the team on a project; twice is fine. For who made it, owners and admins."
    )
    async def add_project_member(self, info: Info, org: Org, project_id: Id, person_id: PersonId) -> Person:
        await info.context.enter(org)
        return show(await actions.add_member(info.context, project_id, person_id))

    @strawberry.mutation(
        description="Take somebody off a project that is not open to all the team. For who made it, owners and admins."
    )
    async def remove_project_member(self, info: Info, org: Org, project_id: Id, person_id: PersonId) -> bool:
        await info.context.enter(org)
        await actions.remove_member(info.context, project_id, person_id)
        return True
