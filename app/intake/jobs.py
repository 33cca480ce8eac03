"""Fetches files that messages were sent with as addresses."""

from app.core.context import Caller
from app.core.jobs import Payload, errand
from app.intake import fetching

TRIES = 5
"""Over about a minute: what is not there then is not waited for."""


@errand(fetching.FETCH, tries=TRIES)
async def fetch(caller: Caller, payload: Payload) -> None:
    """One attempt. Done twice, it finds the link gone, and does nothing."""
    await fetching.fetch(caller, payload)
