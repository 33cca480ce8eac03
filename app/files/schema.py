"""Files in GraphQL: sending them, and what is known of each version."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.file_uploads import Upload

from app.core.declare import Info, linked, show
from app.core.refs import Person, UploadedFile
from app.core.scalars import AudienceValue
from app.files import actions, addresses
from app.people.model import Membership

Org = Annotated[str, strawberry.argument(description="The organization's slug.")]


@strawberry.type(description="What an upload holds, or held before it was replaced.")
class FileVersion:
    id: strawberry.ID = strawberry.field(description="The version's id.")
    version: int = strawberry.field(description="Its number, from 1 on.")
    filename: str = strawberry.field(description="What the file is called.")
    byte_size: int = strawberry.field(description="How many bytes it has.")
    content_type: str = strawberry.field(description="What it is, told by its bytes: `image/png`.")
    width: int | None = strawberry.field(description="An image's width in pixels.")
    height: int | None = strawberry.field(description="An image's height in pixels.")
    created_at: datetime = strawberry.field(description="When it was sent.")
    creator: Person = linked("creator_id", Membership, description="Who sent it.")


@strawberry.type(description="A file that this server sends itself.")
class StoredContent:
    filename: str = strawberry.field(description="What the file is called.")
    content_type: str = strawberry.field(description="What it is.")
    byte_size: int = strawberry.field(description="How many bytes it has.")
    url: str = strawberry.field(description="Where the bytes come from: the address whose end was given.")
    disposition: str = strawberry.field(description="Whether it is shown or saved: a Content-Disposition header.")


@strawberry.input(description="A new file in a folder.")
class CreateUploadInput:
    file: Upload = strawberry.field(description="The file: 1 byte to 50 MB.")
    description_html: str | None = strawberry.field(
        default=None, description="What is to be said of it, as HTML, which is made safe."
    )
    notify: AudienceValue | None = strawberry.field(default=None, description="Who hears of it; nobody if not given.")


@strawberry.input(description="What takes the place of an upload's file.")
class UpdateUploadInput:
    file: Upload = strawberry.field(description="The new version: 1 byte to 50 MB.")


@strawberry.type
class Query:
    @strawberry.field(
        description="What an address under `/files/` leads to, for whoever has it. Only where this server keeps files "
        "itself."
    )
    async def stored_content(
        self, info: Info, token: Annotated[str, strawberry.argument(description="The address's end.")]
    ) -> StoredContent:
        content, served = await addresses.opened(info.context, token)
        url = f"{info.context.caller.settings.url}/files/{token}"
        info.context.caller.contents[url] = content
        return show(
            {
                "filename": served.filename,
                "content_type": served.content_type,
                "byte_size": content.size,
                "url": url,
                "disposition": served.disposition,
            }
        )


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Put a file into a folder or a chat.")
    async def create_upload(
        self,
        info: Info,
        org: Org,
        parent_id: Annotated[strawberry.ID, strawberry.argument(description="The folder or chat.")],
        input: Annotated[CreateUploadInput, strawberry.argument(description="The file, and what is said of it.")],
    ) -> UploadedFile:
        await info.context.enter(org)
        sent = await actions.send(info.context, parent_id, input.file, input.description_html, input.notify)
        return show(sent)

    @strawberry.mutation(description="Replace an upload's file. What it held before stays as an earlier version.")
    async def update_upload(
        self,
        info: Info,
        org: Org,
        id: Annotated[strawberry.ID, strawberry.argument(description="The upload's id.")],
        input: Annotated[UpdateUploadInput, strawberry.argument(description="What takes its place.")],
    ) -> UploadedFile:
        await info.context.enter(org)
        return show(await actions.replace(info.context, id, input.file))
