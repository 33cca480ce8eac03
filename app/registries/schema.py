"""Tags, types of tasks and custom fields, as GraphQL shows them."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import argument

from app.core.declare import Info, linked, show
from app.core.inputs import given
from app.registries import actions
from app.registries import values as said
from app.registries.model import CustomField as FieldRow
from app.registries.model import CustomFieldType
from app.registries.model import Tag as TagRow
from app.registries.model import TaskType as TaskTypeRow

strawberry.enum(CustomFieldType, description="What the values of a custom field are.")

Org = Annotated[str, argument(description="The organization's slug.")]
TagId = Annotated[strawberry.ID, argument(description="The tag's id.")]
TaskTypeId = Annotated[strawberry.ID, argument(description="The type's id.")]
FieldId = Annotated[strawberry.ID, argument(description="The custom field's id.")]


@strawberry.type(description="A word that tasks are marked with, the same for the whole organization.")
class Tag:
    id: strawberry.ID = strawberry.field(description="The tag's id.")
    name: str = strawberry.field(description="The word.")
    color: str = strawberry.field(description="Its colour, as in `#2563eb`.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")


@strawberry.type(description="A kind of task, as bug or feature, the same for the whole organization.")
class TaskType:
    id: strawberry.ID = strawberry.field(description="The type's id.")
    name: str = strawberry.field(description="What it is called.")
    color: str = strawberry.field(description="Its colour, as in `#ef4444`.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")


@strawberry.type(description="A field that the organization adds to its projects.")
class CustomField:
    id: strawberry.ID = strawberry.field(description="The field's id.")
    name: str = strawberry.field(description="What it is called. Capital letters count.")
    type: CustomFieldType = strawberry.field(description="What its values are.")
    options: list[str] | None = strawberry.field(description="What a list's value is one of; null for other types.")
    description: str = strawberry.field(description="What it is for; may be empty.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")


@strawberry.type(description="What a project says in one custom field.")
class CustomFieldValue:
    id: strawberry.ID = strawberry.field(description="The value's id.")
    field_id: strawberry.ID = strawberry.field(description="The field's id.")
    field: CustomField = linked("field_id", FieldRow, description="The field.")
    value: str = strawberry.field(
        description="As text: a number without needless digits, `true` or `false`, a day as `2026-06-07`."
    )
    created_at: datetime = strawberry.field(description="When the project first said something in it.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="The field's and the project's ids with a dot between them: no two values share it.")
    def key(self) -> strawberry.ID:
        row: Any = self
        return strawberry.ID(f"{row.field_id}.{row.project_id}")


@strawberry.input(description="A new tag.")
class CreateTagInput:
    name: str = strawberry.field(description="The word: 1 to 100 characters.")
    color: str | None = strawberry.field(default=None, description="Its colour, as in `#2563eb`; grey if not given.")


@strawberry.input(description="What to change of a tag. What is not given stays as it is.")
class UpdateTagInput:
    name: strawberry.Maybe[str] = strawberry.field(description="The word: 1 to 100 characters.")
    color: strawberry.Maybe[str | None] = strawberry.field(description="Its colour; null for grey.")


@strawberry.input(description="A new type of tasks.")
class CreateTaskTypeInput:
    name: str = strawberry.field(description="What it is called: 1 to 100 characters.")
    color: str | None = strawberry.field(default=None, description="Its colour, as in `#ef4444`; grey if not given.")


@strawberry.input(description="What to change of a type of tasks. What is not given stays as it is.")
class UpdateTaskTypeInput:
    name: strawberry.Maybe[str] = strawberry.field(description="What it is called: 1 to 100 characters.")
    color: strawberry.Maybe[str | None] = strawberry.field(description="Its colour; null for grey.")


@strawberry.input(description="A new custom field.")
class CreateCustomFieldInput:
    name: str = strawberry.field(description="What it is called: 1 to 100 characters.")
    type: CustomFieldType = strawberry.field(description="What its values are; that stays so.")
    options: list[str] | None = strawberry.field(
        default=None, description="For a list: what a value is one of, 1 to 100 different texts."
    )
    description: str | None = strawberry.field(default=None, description="What it is for: at most 1,000 characters.")


@strawberry.input(description="What to change of a custom field. What is not given stays as it is.")
class UpdateCustomFieldInput:
    name: strawberry.Maybe[str] = strawberry.field(description="What it is called: 1 to 100 characters.")
    options: strawberry.Maybe[list[str] | None] = strawberry.field(
        description="For a list: what a value is one of from now on. Projects keep the values that they have."
    )
    description: strawberry.Maybe[str | None] = strawberry.field(description="What it is for; null for nothing.")


@strawberry.input(description="What to say in one custom field.")
class CustomFieldValueInput:
    field_id: strawberry.ID = strawberry.field(description="The field's id.")
    value: str | None = strawberry.field(
        default=None,
        description="As text: a number; true, false, yes, no, 1 or 0; a day as `2026-06-07`; one of a list's options; "
        "null or blank for nothing.",
    )


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Add a tag. For owners and admins.")
    async def create_tag(
        self, info: Info, org: Org, input: Annotated[CreateTagInput, argument(description="The new tag.")]
    ) -> Tag:
        await info.context.enter(org)
        return show(await actions.create_label(info.context, TagRow, input.name, input.color))

    @strawberry.mutation(description="Change a tag. For owners and admins.")
    async def update_tag(
        self, info: Info, org: Org, id: TagId, input: Annotated[UpdateTagInput, argument(description="What to change.")]
    ) -> Tag:
        await info.context.enter(org)
        return show(await actions.change_label(info.context, TagRow, id, given(input)))

    @strawberry.mutation(description="Remove a tag, also from the tasks that have it. For owners and admins.")
    async def delete_tag(self, info: Info, org: Org, id: TagId) -> strawberry.ID:
        await info.context.enter(org)
        return strawberry.ID(await actions.remove(info.context, TagRow, id))

    @strawberry.mutation(description="Add a type of tasks. For owners and admins.")
    async def create_task_type(
        self, info: Info, org: Org, input: Annotated[CreateTaskTypeInput, argument(description="The new type.")]
    ) -> TaskType:
        await info.context.enter(org)
        return show(await actions.create_label(info.context, TaskTypeRow, input.name, input.color))

    @strawberry.mutation(description="Change a type of tasks. For owners and admins.")
    async def update_task_type(
        self,
        info: Info,
        org: Org,
        id: TaskTypeId,
        input: Annotated[UpdateTaskTypeInput, argument(description="What to change.")],
    ) -> TaskType:
        await info.context.enter(org)
        return show(await actions.change_label(info.context, TaskTypeRow, id, given(input)))

    @strawberry.mutation(description="Remove a type of tasks; tasks of it have none then. For owners and admins.")
    async def delete_task_type(self, info: Info, org: Org, id: TaskTypeId) -> strawberry.ID:
        await info.context.enter(org)
        return strawberry.ID(await actions.remove(info.context, TaskTypeRow, id))

    @strawberry.mutation(description="Add a custom field to all projects. For owners and admins.")
    async def create_custom_field(
        self, info: Info, org: Org, input: Annotated[CreateCustomFieldInput, argument(description="The new field.")]
    ) -> CustomField:
        await info.context.enter(org)
        return show(await actions.create_field(info.context, input.name, input.type, input.options, input.description))

    @strawberry.mutation(description="Change a custom field, but for its type. For owners and admins.")
    async def update_custom_field(
        self,
        info: Info,
        org: Org,
        id: FieldId,
        input: Annotated[UpdateCustomFieldInput, argument(description="What to change.")],
    ) -> CustomField:
        await info.context.enter(org)
        return show(await actions.change_field(info.context, id, given(input)))

    @strawberry.mutation(description="Remove a custom field and what projects say in it. For owners and admins.")
    async def delete_custom_field(self, info: Info, org: Org, id: FieldId) -> strawberry.ID:
        await info.context.enter(org)
        return strawberry.ID(await actions.remove(info.context, FieldRow, id))

    @strawberry.mutation(
        description="Say something in custom fields of a project. Fields that are not given keep what they say. "
        "Returns all that the project says then."
    )
    async def set_custom_field_values(
        self,
        info: Info,
        org: Org,
        project_id: Annotated[strawberry.ID, argument(description="The project's id.")],
        values: Annotated[list[CustomFieldValueInput], argument(description="At most one for each field.")],
    ) -> list[CustomFieldValue]:
        await info.context.enter(org)
        wanted = {str(each.field_id): each.value for each in values}
        return show(await said.set_values(info.context, project_id, wanted))
