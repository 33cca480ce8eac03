"""Exports in GraphQL."""

import strawberry


@strawberry.type(description="An organization's data, as one JSON document.")
class AccountExport:
    url: str = strawberry.field(description="Where to get it, with the same credential.")
    disposition: str = strawberry.field(description="That it is saved, and under which name: a Content-Disposition.")
