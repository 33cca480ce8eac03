"""Projects that begin with a client's words, in GraphQL."""

from typing import Annotated

import strawberry

from app.core.declare import Info, show
from app.core.markup import TextFormat
from app.core.refs import Project
from app.core.scalars import FileOrAddress, JsonValue
from app.intake.actions import Wish, begin


@strawberry.input(description="What a client's project begins with.")
class CreateClientProjectInput:
    title: str = strawberry.field(description="What the project is called; 1 to 200 characters.")
    name: str = strawberry.field(description="What the client is called, where the address is new here.")
    email: str = strawberry.field(
        description="The client's address. Who is new joins as a client at once, without a password."
    )
    message: str = strawberry.field(description="What the client says: the project's first message.")
    message_format: TextFormat = strawberry.field(description="What the message is written in.")
    files: list[FileOrAddress] | None = strawberry.field(
        default=None,
        description="Files that belong to the message, at most 20: files of the request, or addresses of files that "
        "lie elsewhere.",
    )
    custom_fields: JsonValue | None = strawberry.field(
        default=None,
        description="Name of a custom field → what the project says in it. Names that no field has are left out; "
        "capital letters count.",
    )


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Make a project for a client, who is its author, with the first message. You and the client are on "
        "it, the rest of the team is not."
    )
    async def create_client_project(
        self,
        info: Info,
        org: Annotated[str, strawberry.argument(description="The organization's slug.")],
        input: Annotated[CreateClientProjectInput, strawberry.argument(description="How it begins.")],
    ) -> Project:
        await info.context.enter(org)
        wish = Wish(
            title=input.title,
            name=input.name,
            email=input.email,
            message=input.message,
            message_format=input.message_format,
            files=input.files or (),
            custom_fields=input.custom_fields,
        )
        return show(await begin(info.context, wish))
