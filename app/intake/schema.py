"""Projects that begin with a client's words, in GraphQL."""

from typing import Annotated

import strawberry

from app.core.declare import Info, show
from app.core.markup import TextFormat
from app.core.refs import Message, Person, Project
from app.core.scalars import FileOrAddress, JsonValue
from app.intake.actions import Wish, Words, begin, say
from app.people import clients

Org = Annotated[str, strawberry.argument(description="The organization's slug.")]


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


@strawberry.input(description="What is to be posted on a project's message board.")
class PostMessageInput:
    text: str = strawberry.field(description="What is said. Its first line becomes the title.")
    format: TextFormat = strawberry.field(default=TextFormat.MARKDOWN, description="What the text is written in.")
    files: list[FileOrAddress] | None = strawberry.field(
        default=None, description="Files that belong to it, at most 20: files of the request, or addresses of files."
    )
    author_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The membership id of whose message it is: somebody on the project; you, if not given. For others "
        "only owners and admins may post.",
    )


@strawberry.input(description="A client who is new.")
class AddClientInput:
    name: str = strawberry.field(description="What the client is called; 1 to 100 characters.")
    email: str = strawberry.field(description="The client's address.")


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Make a project for a client, who is its author, with the first message. You and the client are on "
        "it, the rest of the team is not."
    )
    async def create_client_project(
        self,
        info: Info,
        org: Org,
        input: Annotated[CreateClientProjectInput, strawberry.argument(description="How it begins.")],
    ) -> Project:
        await info.context.enter(org)
        wish = Wish(
            title=input.title,
            name=input.name,
            email=input.email,
            message=Words(input.message, input.message_format, input.files or ()),
            custom_fields=input.custom_fields,
        )
        return show(await begin(info.context, wish))

    @strawberry.mutation(description="Post a message that the project's clients see, as it was written.")
    async def post_message(
        self,
        info: Info,
        org: Org,
        project_id: Annotated[strawberry.ID, strawberry.argument(description="The project's id.")],
        input: Annotated[PostMessageInput, strawberry.argument(description="The message.")],
    ) -> Message:
        await info.context.enter(org)
        words = Words(input.text, input.format, input.files or ())
        return show(await say(info.context, project_id, words, input.author_id))

    @strawberry.mutation(
        description="Give a client a place at once, without a password, which is asked for by mail. For owners and "
        "admins."
    )
    async def add_client(
        self,
        info: Info,
        org: Org,
        input: Annotated[AddClientInput, strawberry.argument(description="The new client.")],
    ) -> Person:
        await info.context.enter(org)
        return show(await clients.add_client(info.context, input.name, input.email))
