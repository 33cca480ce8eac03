"""Whether a recording may be changed now: its project must be open, and it must not lie in archive or trash."""

from sqlmodel import col, select

from app.core.context import Context
from app.core.errors import Forbidden, Invalid, Problem, Reason
from app.orgs.model import Organization
from app.projects.model import Project, ProjectStatus
from app.recordings.model import Recording, RecordingStatus


async def require_open_project(ctx: Context, recording: Recording) -> None:
    """Raise Forbidden when its project is archived: then it can only be read (domain.md 2.5)."""
    require_open(await ctx.tx.value(select(col(Project.status)).where(col(Project.id) == recording.project_id)))


def require_open(project_status: str | None) -> None:
    """The same, of what is known already; None is what lies in no project."""
    if project_status == ProjectStatus.ARCHIVED:
        raise Forbidden("Project is archived")


def require_active(recording: Recording, *, field: str = "status") -> None:
    """Raise Invalid when it was archived or trashed; drafts may be worked on."""
    if recording.status in (RecordingStatus.ARCHIVED, RecordingStatus.TRASHED):
        name = recording.title or recording.type.replace("_", " ")
        message = f"{name} is {recording.status}"
        raise Invalid([Problem(field, Reason.invalid_value, message)], message)


async def restricts_content(ctx: Context) -> bool:
    """Whether only their makers may archive and trash things in this organization."""
    organization = await ctx.tx.first(select(Organization).where(col(Organization.id) == ctx.org_id))
    return organization is not None and organization.restrict_content_actions
