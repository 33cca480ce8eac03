"""What a kind of recording may be and do. One `Kind` per file in `kinds/`; everything else asks here."""

from dataclasses import dataclass
from enum import Enum

from app.recordings.model import Recording, RecordingType


class Sharing(Enum):
    """How clients come to see a recording (domain.md 2.4, column V)."""

    NEVER = "a container: clients see it when it holds something for them"
    INHERITED = "as its parent"
    OWN = "a switch of its own; for what lies in it too"


class Text(Enum):
    """Whether a kind has a title or a content."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Kind:
    """The rules of one recording type (domain.md 2.4)."""

    type: RecordingType
    parents: frozenset[RecordingType] = frozenset()
    """Where it may lie. Empty: only a new project makes it."""
    title: Text = Text.REQUIRED
    content: Text = Text.OPTIONAL
    dates: frozenset[str] = frozenset()
    commentable: bool = False
    completable: bool = False
    assignable: bool = False
    standalone: bool = False
    """It lies nowhere, and is in no project."""
    positionable: bool = False
    shallow: bool = False
    """It lies in its own kind, but only one level deep."""
    subscribable: bool = False
    draftable: bool = False
    notifies: bool = False
    """Posting it says who hears of it: `notify`."""
    notifies_silently: bool = False
    """Nobody hears of it where `notify` says nothing."""
    made_apart: bool = False
    """It has a mutation of its own to make it."""
    filed: bool = False
    """It is a file: made by sending one (app/files)."""
    pinnable: bool = False
    colorable: bool = False
    holdable: bool = False
    planned: bool = False
    """It has a priority, an estimate, and a project that it is work for."""
    sharing: Sharing = Sharing.INHERITED
    by_clients: bool = False
    """Clients may make it where they see its parent."""
    author_edits: bool = False
    """Only its author may change it."""
    erasable: bool = False
    """It is deleted for good, not trashed."""

    @property
    def container(self) -> bool:
        """One of a project's own containers, or nothing but a container."""
        return not self.parents and not self.standalone

    @property
    def words(self) -> str:
        """As it is named in a sentence to people: its name on the wire."""
        return self.type.value


KINDS: dict[RecordingType, Kind] = {}
"""Every kind there is, filled by `kinds/`."""


def kind_of(type: str) -> Kind:
    return KINDS[RecordingType(type)]


def is_tools_own(recording: Recording) -> bool:
    """It is the container of one of a project's tools; of folders the outermost."""
    return kind_of(recording.type).container or (recording.type == RecordingType.VAULT and recording.parent_id is None)
