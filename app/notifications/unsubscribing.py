"""The link in our mails that ends them: it needs no session, and says itself whose mails of which kind it ends."""

import hmac
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from app.core.context import Context
from app.core.errors import NotFound
from app.core.ids import is_id
from app.core.mail import Token
from app.preferences.model import Preferences

PATH = "/unsubscribe"


class Letters(StrEnum):
    """Kinds of mails that somebody may not want."""

    NOTIFICATIONS = "notifications"
    ASSIGNMENTS = "assignments"
    ACTIVITY = "activity"


PREFERENCE = {
    Letters.NOTIFICATIONS: "email_notifications",
    Letters.ASSIGNMENTS: "weekly_assignments_email",
    Letters.ACTIVITY: "activity_digest",
}
CALLED = {
    Letters.NOTIFICATIONS: "mails of what concerns you",
    Letters.ASSIGNMENTS: "the weekly mail of your assignments",
    Letters.ACTIVITY: "the daily mail of what happened",
}


def token_of(letters: Letters, user_id: str) -> Token:
    """What proves that the link was in a mail to this person."""
    return Token(f"unsubscribe:{letters}", user_id)


def address(url: str, letters: Letters, user_id: str, proof: str) -> str:
    """The link; `proof` is the token, or the mark that stands for it."""
    return f"{url}{PATH}/{letters}/{user_id}/{proof}"


def letters_of(secret: str, letters: str, user_id: str, proof: str) -> Letters:
    """Which mails a link ends. Raises NotFound for a link that is not ours."""
    if letters not in PREFERENCE or not is_id(user_id):
        raise NotFound
    wanted = token_of(Letters(letters), user_id).revealed(secret)
    if not hmac.compare_digest(wanted.encode(), proof.encode("utf-8", "replace")):
        raise NotFound
    return Letters(letters)


async def unsubscribe(ctx: Context, letters: Letters, user_id: str) -> None:
    """End mails of this kind. Again changes nothing more."""
    await ctx.tx.become(user_id)
    field = PREFERENCE[letters]
    usual = Preferences(user_id=user_id, created_at=ctx.now, updated_at=ctx.now).model_dump()
    changed = {field: False, "updated_at": ctx.now}
    statement = insert(Preferences).values({**usual, **changed})
    await ctx.tx.run(statement.on_conflict_do_update(index_elements=[col(Preferences.user_id)], set_=changed))
