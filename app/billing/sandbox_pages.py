"""The pages for browsers: where the sandbox is paid and cancelled in, and where people come to when they are done.

Plain HTML without scripts. Whoever has the address of one may do what it is for, as with Stripe's; it works for half an
hour, and its forms are taken from our own pages only.
"""

from datetime import datetime
from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.auth.origins import origin_of, trusted_origins
from app.billing.model import Interval
from app.billing.provider import Price, return_url
from app.billing.providers import sandbox_of
from app.billing.sandbox import CANCEL, PATH, Link
from app.billing.sandbox_deeds import Account, Deed, account_of, do
from app.core.context import Caller, Context
from app.core.db import Database
from app.core.errors import AppError, Forbidden, NotFound
from app.core.pages import page
from app.settings import Settings

SANDBOX = '<p class="sandbox">This is a sandbox: no money is taken.</p>'
SAYS_OFTEN = {Interval.MONTHLY: "a month", Interval.YEARLY: "a year"}


def billing_routes(database: Database, settings: Settings) -> list[BaseRoute]:
    """All pages; those of the sandbox only where it is in use."""

    async def returned(_: Request) -> Response:
        return page("Thank you", "<p>You can close this window. Your plan is what you have chosen within moments.</p>")

    pages: list[BaseRoute] = [Route("/billing/returned", returned)]
    if not settings.pays_in_sandbox:
        return pages
    trusted = trusted_origins(settings)

    async def show(request: Request) -> Response:
        try:
            link = sandbox_of(settings).opened(_link(request))
            async with database.transaction(writes=False) as tx:
                account = await account_of(tx, link.customer)
        except AppError as refusal:
            return _refused(refusal)
        return _shown(settings, link, account)

    async def act(request: Request) -> Response:
        try:
            _check_origin(request, trusted)
            link = sandbox_of(settings).opened(_link(request))
            deed = _deed(request)
            async with database.transaction(writes=True) as tx:
                await do(Context(Caller(settings, database, base_url=settings.url), tx, None, True), link, deed)
        except AppError as refusal:
            return _refused(refusal)
        return RedirectResponse(link.path, 303, {"Cache-Control": "no-store"})

    address = f"{PATH}/{{customer}}/{{about}}/{{until}}/{{mark}}"
    return [*pages, Route(address, show), Route(f"{address}/{{deed}}", act, methods=["POST"])]


def _link(request: Request) -> Link:
    given = request.path_params
    until = given["until"]
    if not (until.isascii() and until.isdecimal() and len(until) <= 12):
        raise NotFound
    return Link(given["customer"], given["about"], int(until), given["mark"])


def _deed(request: Request) -> Deed:
    try:
        return Deed(request.path_params["deed"])
    except ValueError as error:
        raise NotFound from error


def _check_origin(request: Request, trusted: frozenset[str]) -> None:
    """Raise Forbidden for a form that a page of a foreign site has the browser send (ruling 19)."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "")
    if not (origin_of(origin) in trusted if origin else site in ("", "none", "same-origin")):
        raise Forbidden


def _shown(settings: Settings, link: Link, account: Account) -> Response:
    name = escape(account.organization)
    back = f'{SANDBOX}<p><a href="{escape(return_url(settings))}">Done</a></p>'
    if account.subscription is None or account.until is None:
        if link.price is None:
            return page(f"{name} has no subscription", f"<p>What was bought is over.</p>{back}")
        return page(f"Upgrade {name} to {link.price.product_name}", _checkout(link, link.price) + back)
    until, often = _day(account.until), SAYS_OFTEN[account.price.billing_interval]
    if account.ends:
        said = f"<p>It is cancelled, and ends on {until}. Until then nothing changes.</p>"
    else:
        said = f"<p>{_money(account.price)} {often}, next on {until}.</p>"
    return page(f"{name} is on {account.price.product_name}", said + _portal(link, account) + back)


def _checkout(link: Link, price: Price) -> str:
    often = SAYS_OFTEN[price.billing_interval]
    form = _form(link, Deed.PAY, f"Pay {_money(price)}")
    return f'<p class="price">{_money(price)} {often}</p>{form}'


def _portal(link: Link, account: Account) -> str:
    """What can be changed; on a page to pay on, nothing more."""
    if link.price is not None:
        return ""
    if account.ends:
        return _form(link, Deed.KEEP, "Do not cancel")
    other = account.other_price
    switch = f"Pay {_money(other)} {SAYS_OFTEN[other.billing_interval]} instead"
    cancel = _form(link, Deed.CANCEL, "Cancel at the end of the period")
    return cancel if link.about == CANCEL else _form(link, Deed.SWITCH, switch) + cancel


def _form(link: Link, deed: Deed, label: str) -> str:
    return f'<form method="post" action="{escape(link.path)}/{deed}"><p><button>{escape(label)}</button></p></form>'


def _money(price: Price) -> str:
    return f"${price.unit_amount / 100:,.2f}"


def _day(moment: datetime) -> str:
    return f'<time datetime="{moment:%Y-%m-%d}">{moment:%B} {moment.day}, {moment.year}</time>'


def _refused(refusal: AppError) -> Response:
    told = {NotFound.status: "This address works no longer. Open the page anew."}
    answer = page("This did not work", f"<p>{escape(told.get(refusal.status, refusal.message))}</p>")
    answer.status_code = refusal.status
    answer.headers.update(refusal.headers)
    return answer
