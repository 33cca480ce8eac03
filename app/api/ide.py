"""GraphiQL: the page that a browser gets at `/graphql`, and its files. Everything comes from this server."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

SOURCES = Path(__file__).parent / "graphiql"
BUNDLE = Path(__file__).parent / "static" / "graphiql"
BUILT = (BUNDLE / "graphiql.js").exists()
"""Whether the bundle was there when the server started. Building it takes Node; a plain page of ours does without."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor measures and colours by style attributes
        "font-src 'self' data:",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_FILE_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
_PAGE_HEADERS = {
    **_FILE_HEADERS,
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}


def page() -> Response:
    """GraphiQL, or the plain page where its bundle was not built."""
    file = SOURCES / ("page.html" if BUILT else "fallback.html")
    return HTMLResponse(file.read_bytes(), headers=_PAGE_HEADERS)


def static_files(path: str) -> BaseRoute:
    """The route to the page's scripts and styles."""
    return Mount(path, app=_Files(directory=BUNDLE)) if BUILT else Route(f"{path}/fallback.js", _fallback_script)


async def _fallback_script(_: Request) -> Response:
    return FileResponse(SOURCES / "fallback.js", headers=_FILE_HEADERS)


class _Files(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(_FILE_HEADERS)
        return response
