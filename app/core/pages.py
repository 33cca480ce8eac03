"""Pages for browsers that come with an address from us: plain HTML without scripts, which no other page can frame."""

import base64
import hashlib

from starlette.responses import HTMLResponse

STYLE = """
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; line-height: 1.2 }
.price { font-size: 2rem; margin: 1rem 0 }
.sandbox { border-inline-start: .25rem solid #b45309; padding-inline-start: .75rem }
button { font: inherit; padding: .6rem 1rem; min-height: 2.75rem; cursor: pointer }
:focus-visible { outline: .2rem solid #2563eb; outline-offset: .15rem }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{_HASH}'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # "no-referrer" would have browsers hide the origin of our own forms too
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def page(title: str, body: str) -> HTMLResponse:
    """`title` and `body` are HTML."""
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>",
        headers=HEADERS,
    )
