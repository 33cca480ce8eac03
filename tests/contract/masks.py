"""Answers of two worlds made comparable: what each world has for its own becomes the name that it has in both."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.scene import Scene

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d((\.\d{3})?Z|\+00:00)")
SECRETS = (
    (re.compile(r"thicket_pat_\w+"), "<token>"),
    (re.compile(r"\b(ba|kt|tw)_\w+"), r"<\1 key>"),
    (re.compile(r"\b(req|corr)_[0-9a-f]{24}\b"), r"<\1>"),
    (re.compile(r"\b(project|space|timer)_[0-9a-f]{12}\b"), r"<\1 key>"),
    (re.compile(r"\bwhsec_\w{32}\b"), "<signing secret>"),
    (re.compile(r"\bwh_[0-9a-f]{12}\b"), "<webhook key>"),
    (re.compile(r"\bshare_\w{32}\b"), "<share key>"),
    (re.compile(r"/join/[\w-]+"), "/join/<token>"),
    (re.compile(r"/feeds/\w+"), "/feeds/<token>"),
    (re.compile(r"/\d{10}/\w{32}"), "/<until>/<mark>"),
    (re.compile(r"(DTSTAMP|CREATED|LAST-MODIFIED):\d{8}T\d{6}Z"), r"\1:<now>"),
    (re.compile(r"-[a-z0-9]{6}\b(?=$|/|\")"), "-<six>"),
)
FOLDED = "\r\n "
"""Where a line of a calendar file goes on in the next."""
SESSION = re.compile(r"[A-Za-z0-9]{32}")


class Masks:
    """One world's. Unknown ids are numbered as they appear, so two answers are equal only if theirs repeat alike."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.names = {id: name for name, id in scene.ids.items()}

    def of(self, value: Any) -> Any:
        """The same, with names for ids, and for what is random or made of this moment."""
        if isinstance(value, dict):
            return {key: self.of(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.of(each) for each in value]
        return self.of_text(value) if isinstance(value, str) else value

    def of_text(self, text: str) -> str:
        if INSTANT.fullmatch(text):
            return "<now>" if is_recent(text) else text
        if SESSION.fullmatch(text):
            return "<session>"
        text = text.replace(FOLDED, "")
        text = UUID.sub(lambda found: self.name(found[0]), text)
        text = text.replace(f"-{self.scene.world.tag}", "-<tag>")
        for pattern, mask in SECRETS:
            text = pattern.sub(mask, text)
        return text

    def name(self, id: str) -> str:
        return self.names.setdefault(id, f"#{len(self.names)}")


def is_recent(text: str) -> bool:
    """Whether it was made by this test: now, or a week from now for what expires."""
    moment = datetime.fromisoformat(text)
    now = datetime.now(UTC)
    return any(abs(moment - now - ahead) < timedelta(hours=1) for ahead in (timedelta(), timedelta(days=7)))
