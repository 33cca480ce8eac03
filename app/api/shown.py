"""Results and errors of GraphQL as they are written into answers, whichever way these go."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from app.api.compiler.plans import Compiled
from app.core.errors import AppError

MESSAGE_LENGTH = 1000


def shown_error(error: GraphQLError) -> dict[str, Any]:
    """The error as clients see it. What stands in HTTP headers does not stand in the body too."""
    shown: dict[str, Any] = {**error.formatted, "message": error.message[:MESSAGE_LENGTH]}
    extensions = {name: value for name, value in (error.extensions or {}).items() if name != "headers"}
    return {**shown, "extensions": extensions} if extensions else shown


def shown_refusal(refusal: AppError) -> dict[str, Any]:
    return shown_error(GraphQLError(refusal.message, extensions=refusal.extensions))


def shown_result(
    data: Mapping[str, Any] | None, errors: Sequence[GraphQLError], extensions: Mapping[str, Any] | None
) -> dict[str, Any]:
    """An answer with data."""
    shown: dict[str, Any] = {"data": data}
    if errors:
        shown["errors"] = [shown_error(error) for error in errors]
    if extensions:
        shown["extensions"] = extensions
    return shown


def result_json(result: ExecutionResult) -> bytes:
    """The same as JSON."""
    if isinstance(result, Compiled):
        return b'{"data":%b}' % result.json
    return orjson.dumps(shown_result(result.data, result.errors or (), result.extensions))
