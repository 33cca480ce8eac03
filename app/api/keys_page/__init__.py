"""The page on which people make and revoke API keys. It is plain files; all that it does goes through `/graphql`."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

PATH = "/settings/api-keys"
HERE = Path(__file__).parent
FILES = {
    PATH: ("page.html", "text/html; charset=utf-8"),
    f"{PATH}/page.js": ("page.js", "text/javascript; charset=utf-8"),
    f"{PATH}/page.css": ("page.css", "text/css; charset=utf-8"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere, and in nobody's frame: a click here ends keys."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def keys_page_routes() -> list[BaseRoute]:
    """The page and its files."""
    return [_route(path, (HERE / name).read_bytes(), media_type) for path, (name, media_type) in FILES.items()]


def _route(path: str, content: bytes, media_type: str) -> Route:
    async def answer(_: Request) -> Response:
        return Response(content, 200, HEADERS, media_type)

    return Route(path, answer, methods=["GET"])
