"""Which kind of answer a client of `/graphql` wants, by its `Accept` header (RFC 9110 12.5.1)."""

from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
HTML = "text/html"
EVENT_STREAM = "text/event-stream"
KEPT = 500
"""Headers whose meaning is kept, of at most LONGEST_KEPT characters: there are as many as kinds of clients."""
LONGEST_KEPT = 300


@dataclass(frozen=True)
class _Range:
    media_type: str
    quality: float
    place: int


def answer_type(accept: str | None) -> str:
    """The media type to answer in: GRAPHQL_RESPONSE where it is named and wanted no less than JSON, else JSON.

    What else stands in the header is passed over (ruling 22 of the contract), even where it leaves nothing that we
    speak: an answer in JSON is of more use than 406, and the RFC allows it.
    """
    ranges = {found.media_type: found for found in _ranges(accept or "*/*")}
    wanted = ranges.get(GRAPHQL_RESPONSE)
    if wanted is None or wanted.quality == 0:
        return JSON
    plain = ranges.get(JSON)
    if plain is None or (wanted.quality, -wanted.place) > (plain.quality, -plain.place):
        return GRAPHQL_RESPONSE
    return JSON


def reads_events(accept: str | None) -> bool:
    """Whether the client names streams of events (SSE) among what it reads."""
    return any(found.media_type == EVENT_STREAM and found.quality > 0 for found in _ranges(accept or ""))


def reads_nothing_else(accept: str | None) -> bool:
    """Whether streams of events are all that it reads of what we speak."""
    other = {JSON, GRAPHQL_RESPONSE, "application/*", "*/*"}
    return reads_events(accept) and not any(
        found.media_type in other and found.quality > 0 for found in _ranges(accept or "")
    )


def wants_page(accept: str | None) -> bool:
    """Whether the client is a browser that shows a page: it names HTML, and no kind of GraphQL answer."""
    named = {found.media_type for found in _ranges(accept or "") if found.quality > 0}
    return HTML in named and not named & {JSON, GRAPHQL_RESPONSE}


def _ranges(accept: str) -> tuple[_Range, ...]:
    return _kept(accept) if len(accept) <= LONGEST_KEPT else _read(accept)


def _read(accept: str) -> tuple[_Range, ...]:
    ranges = []
    for place, part in enumerate(accept.split(",")):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                quality = _quality(parameter[2:])
        ranges.append(_Range(media_type, quality, place))
    return tuple(ranges)


_kept = lru_cache(KEPT)(_read)


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 1.0
