"""Refusals in a dialect's words."""

import orjson
from starlette.responses import Response

from app.core.errors import AppError
from rest_compat.profile import Failure, Profile


def failure_of(refusal: AppError) -> Failure:
    """A refusal that is in the wire's words already."""
    return Failure(refusal.code, refusal.status, refusal.message, refusal.details, refusal.headers)


def refused(profile: Profile, failure: Failure) -> Response:
    """The dialect's words for a refusal."""
    refusal = profile.refuse(failure)
    headers = {"Cache-Control": "no-store", **failure.headers, **refusal.headers}
    if refusal.body is None:
        return Response(status_code=refusal.status, headers=headers)
    return Response(orjson.dumps(refusal.body), refusal.status, headers, "application/json")
