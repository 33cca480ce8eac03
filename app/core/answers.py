"""GraphQL types that mutations of every domain answer with."""

import strawberry

OK = "Always true: what cannot be done answers with an error."


@strawberry.type(description="That it was done, where there is nothing left to show.")
class Done:
    ok: bool = strawberry.field(description=OK)
