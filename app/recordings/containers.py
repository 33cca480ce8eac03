"""The containers that a project's tools own, and what a new one holds."""

from app.core.context import Context
from app.core.ids import new_id
from app.projects.model import LABELS, ProjectTool, Tool
from app.recordings.model import Recording, RecordingType, SpecialColumn

SWITCHED_OFF = frozenset({Tool.QUESTIONNAIRE, Tool.CLIENTSIDE})
"""Tools that a new project has, but does not show."""

SPECIAL_COLUMNS: dict[SpecialColumn, str] = {
    SpecialColumn.TRIAGE: "Triage",
    SpecialColumn.NOT_NOW: "Not now",
    SpecialColumn.DONE: "Done",
}


async def equip(ctx: Context, project_id: str) -> None:
    """Give a new project its tools, each with its container, and the card table its own columns."""
    tools, containers = [], []
    for position, (tool, label) in enumerate(LABELS.items()):
        enabled = tool not in SWITCHED_OFF
        container = Recording(
            id=new_id(),
            org_id=ctx.org_id,
            project_id=project_id,
            type=RecordingType(tool.value).value,
            title=label,
            creator_id=ctx.me,
            tool=tool.value,
            tool_enabled=enabled,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        containers.append(container)
        tools.append(
            ProjectTool(
                org_id=ctx.org_id,
                project_id=project_id,
                tool=tool.value,
                label=label,
                enabled=enabled,
                position=position,
                container_id=container.id,
            )
        )
        if tool is Tool.CARD_TABLE:
            table = container
    columns = [
        Recording(
            org_id=ctx.org_id,
            project_id=project_id,
            parent_id=table.id,
            type=RecordingType.CARD_COLUMN.value,
            title=title,
            creator_id=ctx.me,
            tool=Tool.CARD_TABLE.value,
            position=position,
            special=special.value,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for position, (special, title) in enumerate(SPECIAL_COLUMNS.items())
    ]
    await ctx.tx.add_all([*containers, *columns])
    await ctx.tx.add_all(tools)
