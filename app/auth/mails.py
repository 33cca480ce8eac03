"""The letters of signing in."""

from urllib.parse import quote

from app.core.mail import Mail, Token
from app.settings import Settings


def password_reset(settings: Settings, to: str, name: str, token: Token, leads_to: str | None) -> Mail:
    """How to set a new password: a link that leads on to the user's own front end, and the code itself."""
    address = f"{settings.url}/api/auth/reset-password/{token.mark}"
    link = f"{address}?callbackURL={quote(leads_to, safe='')}" if leads_to else None
    way = f"Open this address:\n\n{link}\n\nIf it asks for a code, it is" if link else "Give this code to your app:"
    return Mail(
        to,
        "Set a new password for Thicket",
        f"Hello {name},\n\n"
        "somebody, we hope you, asked for a new password for your Thicket account.\n\n"
        f"{way}\n\n{token.mark}\n\n"
        "It works once, and within an hour. If you did not ask for it, do nothing: your password stays as it is.\n",
        token,
    )
