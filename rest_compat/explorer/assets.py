"""The offline explorer: Swagger UI from the installed package `fastapi-offline`, served from our own path."""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import orjson

from rest_compat.profile import Profile

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Tried in a browser: Swagger UI needs neither inline scripts nor inline styles."""

PACKAGED = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon.png": "image/png",
}


@dataclass(frozen=True)
class Asset:
    """Bytes to serve."""

    content: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@cache
def page(profile: Profile, base: str) -> Asset:
    """The explorer below `base`; where Swagger UI is not installed, a page that links to the document."""
    title = html.escape(profile.title)
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
    if _folder() is None:
        body = (
            f"</head><body><h1>{title}</h1><p>{html.escape(profile.summary)}</p>"
            f'<p><a href="{base}/openapi.json">OpenAPI document</a></p></body></html>'
        )
    else:
        body = (
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="icon" href="{base}/explorer/favicon.png">'
            f'<link rel="stylesheet" href="{base}/explorer/swagger-ui.css"></head><body><div id="explorer"></div>'
            f'<script src="{base}/explorer/swagger-ui-bundle.js"></script>'
            f'<script src="{base}/explorer/start.js"></script></body></html>'
        )
    return Asset((head + body).encode(), "text/html; charset=utf-8", _safe())


@cache
def file(name: str, base: str) -> Asset | None:
    """One of the files that the page below `base` loads."""
    folder = _folder()
    if folder is None:
        return None
    if name == "start.js":
        return Asset(_start(base).encode(), "text/javascript; charset=utf-8", _safe())
    if name not in PACKAGED or not (folder / name).is_file():
        return None
    return Asset((folder / name).read_bytes(), PACKAGED[name], _safe())


def _start(base: str) -> str:
    """Cookies of the same origin are sent, so whoever is signed in tries routes as himself."""
    options = {
        "url": f"{base}/openapi.json",
        "dom_id": "#explorer",
        "deepLinking": True,
        "docExpansion": "list",
        "filter": True,
        "withCredentials": True,
        "validatorUrl": None,
    }
    return f"window.explorer = SwaggerUIBundle({orjson.dumps(options).decode()});\n"


def _safe() -> dict[str, str]:
    return {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


@cache
def _folder() -> Path | None:
    """Where the package keeps its files. Its code is not imported: it is only wanted for them."""
    found = find_spec("fastapi_offline")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "static"
    return folder if (folder / "swagger-ui-bundle.js").is_file() else None
