"""Which operations an `Idempotency-Key` holds for, and what makes two of them the same.

A REST request is here what a GraphQL one is: its route's operation with variables. Method, path, query and body say
no more than that; the order of their keys, and fields that nobody knows, make no difference.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from weakref import WeakValueDictionary

from graphql import DocumentNode
from starlette.datastructures import UploadFile

from app.api.entering import organization_of, root_fields
from app.core.context import Caller
from app.idempotency.actions import Repeatable

SIGNING_IN = frozenset(
    {
        "signUp",
        "signIn",
        "signOut",
        "updateUser",
        "changePassword",
        "verifyPassword",
        "requestPasswordReset",
        "resetPassword",
        "revokeSession",
        "revokeOtherSessions",
        "revokeSessions",
    }
)
"""Mutations that ignore keys, as `/api/auth` does: their answers are cookies and secrets."""
SHOWN_ONCE = frozenset({"createAccessToken", "createApiKey", "createWebhook"})
"""Mutations whose answers hold a secret of which only a hash is kept."""


async def repeatable(
    document: DocumentNode, name: str | None, text: str, variables: Mapping[str, Any], caller: Caller
) -> Repeatable | None:
    """The mutation as one with a key; None where there is no key, or where it changes nothing."""
    key = caller.idempotency_key
    if key is None or caller.credential is None or caller.unreadable or caller.unfit:
        return None
    fields = list(root_fields(document, name))
    names = {field.name.value for field in fields}
    if names & SIGNING_IN:
        return None
    request = await asyncio.to_thread(_digest, text, name, variables)
    org = next((found for field in fields if (found := organization_of(field, variables))), None)
    return Repeatable(key, request, org, secret=bool(names & SHOWN_ONCE))


class Turns:
    """Has those wait for each other who send the same key, before they hold a database connection.

    Within this process; others are waited for at the record's unique key.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[bytes, str], asyncio.Lock] = WeakValueDictionary()

    def of(self, caller: Caller, write: Repeatable) -> asyncio.Lock:
        assert caller.credential is not None
        return self._locks.setdefault((caller.credential.digest, write.key), asyncio.Lock())


def _digest(text: str, name: str | None, variables: Mapping[str, Any]) -> bytes:
    asked = json.dumps([text, name, variables], sort_keys=True, default=_told)
    return hashlib.sha256(asked.encode()).digest()


def _told(value: object) -> object:
    """What a variable that is no JSON says: of a file, its name and what is in it."""
    if not isinstance(value, UploadFile):
        return str(value)
    value.file.seek(0)
    content = hashlib.file_digest(value.file, "sha256").hexdigest()  # type: ignore[arg-type]
    value.file.seek(0)
    return [value.filename, content]
