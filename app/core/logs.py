"""What log lines look like, and which request each belongs to.

No line holds a query string, a path with what stands in it, a header or a body: all of these can hold secrets.
"""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from app.core.ids import new_id

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")
"""Of the request that is being answered, or the job that is being done."""

ACCEPTABLE = re.compile(r"[A-Za-z0-9._:-]{1,128}")
TEXT = "%(asctime)s %(levelname)-7s %(name)s [%(request_id)s]: %(message)s"


def request_id(given: str) -> str:
    """The caller's own id of a request where it is fit to be logged, else a fresh one."""
    return given if ACCEPTABLE.fullmatch(given) else new_id()


class _WithRequest(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = REQUEST_ID.get()
        return True


class _Json(logging.Formatter):
    """One JSON object a line: time, level, logger, message, request_id, and what the line has beside."""

    def format(self, record: logging.LogRecord) -> str:
        shown = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
            **getattr(record, "beside", {}),
        }
        if record.exc_info:
            shown["error"] = self.formatException(record.exc_info)
        return json.dumps(shown, ensure_ascii=False)


def log_to_stderr(kind: str) -> None:
    """One line for each thing worth telling, as `text` or `json`.

    Uvicorn's own about starting and stopping say nothing that we do not.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if kind == "json" else logging.Formatter(TEXT))
    handler.addFilter(_WithRequest())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    for chatty in ("alembic", "httpx"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
