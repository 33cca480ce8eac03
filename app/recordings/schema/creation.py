"""One mutation per kind, `createTodo` and its like, each with just the fields that the kind has.

They are made of the kinds' rules: a new kind has its mutation without a word, and none can say more than its rules.
"""

import dataclasses
import inspect
from collections.abc import Mapping
from typing import Annotated, Any

import strawberry

from app.core.declare import show
from app.recordings.actions.create import New, create
from app.recordings.kind import KINDS, Kind, Text
from app.recordings.model import RecordingType
from app.recordings.schema.inputs import CreateRecordingInput, NewStatus
from app.recordings.schema.interface import NAMES, TYPES
from app.recordings.schema.mutations import Org

DATES = ("due_on", "starts_on", "starts_at", "ends_at", "all_day", "link", "circled", "recurrence")
BY_COMMENT = frozenset({RecordingType.COMMENT})
"""Made by a mutation of their own: `createComment` names what is commented on."""


def mutation() -> type:
    """The type whose fields make recordings, one for each kind that lies in another. Call it once all are known."""
    fields: dict[str, Any] = {}
    for shown in TYPES:
        kind = next(kind for kind in KINDS.values() if NAMES[kind.type.value] == shown.__name__)
        if kind.parents and kind.type not in BY_COMMENT and not kind.filed and not kind.made_apart:
            fields[f"create_{kind.type.value}"] = _creation(kind, shown)
    made = type("Mutation", (), {**fields, "__annotations__": {}})
    return strawberry.type(made)


def _creation(kind: Kind, shown: type) -> Any:
    words = kind.type.value.replace("_", " ")
    input_type = _input(kind, shown.__name__, words)

    async def resolve(root: Any, info: Any, org: str, parent_id: str, input: Any) -> Any:
        await info.context.enter(org)
        values = {field.name: getattr(input, field.name) for field in dataclasses.fields(input)}
        drafted = values.pop("status", None) is NewStatus.DRAFTED
        return show(await create(info.context, parent_id, New(type=kind.type, drafted=drafted, **values)))

    parents = " or ".join(sorted(parent.value.replace("_", " ") for parent in kind.parents))
    _sign(
        resolve,
        {
            "info": strawberry.Info,
            "org": Org,
            "parent_id": Annotated[
                strawberry.ID, strawberry.argument(description=f"The {parents} that it is to lie in.")
            ],
            "input": Annotated[input_type, strawberry.argument(description=f"The new {words}.")],
        },
        shown,
    )
    return strawberry.field(resolver=resolve, description=f"Make a {words}.")


def _sign(resolve: Any, arguments: Mapping[str, Any], returned: Any) -> None:
    """Tell Strawberry what the resolver takes and gives."""
    positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter("root", positional)]
    parameters += [inspect.Parameter(name, positional, annotation=kind) for name, kind in arguments.items()]
    resolve.__signature__ = inspect.Signature(parameters, return_annotation=returned)
    resolve.__annotations__ = {**arguments, "return": returned}


def _input(kind: Kind, name: str, words: str) -> type:
    """The input of one kind: the fields of CreateRecordingInput that it has."""
    required = {"starts_at"} | ({"title"} if kind.title is Text.REQUIRED else set())
    annotations: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    for field in sorted(dataclasses.fields(CreateRecordingInput), key=lambda field: field.name not in required):
        if not _has(kind, field.name):
            continue
        annotation = CreateRecordingInput.__annotations__[field.name]
        description = getattr(field, "description", None)
        if field.name in required:
            annotations[field.name] = _without_none(annotation)
            defaults[field.name] = strawberry.field(description=description)
        else:
            annotations[field.name] = annotation
            defaults[field.name] = strawberry.field(default=None, description=description)
    made = type(f"Create{name}Input", (), {"__annotations__": annotations, **defaults})
    return strawberry.input(made, description=f"A new {words}.")


def _without_none(annotation: Any) -> Any:
    return next(part for part in annotation.__args__ if part is not type(None))


def _has(kind: Kind, field: str) -> bool:
    """Whether a recording of this kind can be given the field."""
    if field in DATES:
        return field in kind.dates
    return {
        "title": kind.title is not Text.NONE,
        "content": kind.content is not Text.NONE,
        "content_html": kind.content is not Text.NONE,
        "assignee_ids": kind.assignable,
        "completion_subscriber_ids": kind.subscribable,
        "notify": kind.notifies,
        "status": kind.draftable,
        "priority": kind.planned,
        "estimated_hours": kind.planned,
        "linked_project_id": kind.planned,
        "task_type_id": kind.planned,
        "tag_ids": kind.planned,
    }.get(field, False)
