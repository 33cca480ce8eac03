"""The page that a mail's unsubscribe link opens, and what its button, or the mail program itself, does."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.core.context import Caller, Context
from app.core.db import Database
from app.core.errors import AppError, NotFound
from app.core.pages import page
from app.notifications.unsubscribing import CALLED, PATH, Letters, letters_of, unsubscribe
from app.settings import Settings


def unsubscribe_routes(database: Database, settings: Settings) -> list[BaseRoute]:
    """Looking changes nothing, since mail programs look at links by themselves; posting unsubscribes (RFC 8058)."""

    async def show(request: Request) -> Response:
        try:
            letters, _ = _asked(settings, request)
        except NotFound as refusal:
            return _refused(refusal)
        return page(
            "Unsubscribe", f'<p>End {CALLED[letters]}?</p><form method="post"><button>Unsubscribe</button></form>'
        )

    async def act(request: Request) -> Response:
        try:
            letters, user_id = _asked(settings, request)
            async with database.transaction(writes=True) as tx:
                await unsubscribe(Context(Caller(settings, database), tx, None, writes=True), letters, user_id)
        except AppError as refusal:
            return _refused(refusal)
        return page(
            "Unsubscribed", f"<p>This was the end of {CALLED[letters]}. Your preferences turn them on again.</p>"
        )

    address = f"{PATH}/{{letters}}/{{user_id}}/{{proof}}"
    return [Route(address, show), Route(address, act, methods=["POST"])]


def _asked(settings: Settings, request: Request) -> tuple[Letters, str]:
    given = request.path_params
    return letters_of(settings.secret, given["letters"], given["user_id"], given["proof"]), given["user_id"]


def _refused(refusal: AppError) -> Response:
    said = "This address is not whole." if isinstance(refusal, NotFound) else refusal.message
    answer = page("This did not work", f"<p>{said}</p>")
    answer.status_code = refusal.status
    return answer
