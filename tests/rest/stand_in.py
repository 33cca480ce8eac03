"""A small schema with what the five dialects need, kept in memory, behind a `run` like the real schema's."""

import copy
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, NewType

import httpx
import strawberry
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from strawberry import Maybe
from strawberry.file_uploads import Upload
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionResult, Info

from app.api.compiler.wire import Wire
from app.api.execute import Errors, Operation, Prepared, refused
from app.core.content import Content, attachment
from app.core.context import Caller, Credential, Presented
from app.core.errors import AppError, Forbidden, Invalid, LimitReached, NotFound, RateLimited, Reason, Unauthenticated
from rest_compat.body import Limits
from rest_compat.mount import facade
from rest_compat.naming import snake
from rest_compat.profile import Failure, Profile, Refusal
from rest_compat.thicket.profile import PROFILE as THICKET
from rest_compat.thicket.profile import paginate

HERE = Path(__file__).parent / "dialects"


def read_instant(text: object) -> datetime:
    if not isinstance(text, str):
        raise ValueError("must be an RFC 3339 date and time")
    return datetime.fromisoformat(text)


def read_date(text: object) -> date:
    if not isinstance(text, str):
        raise ValueError("must be YYYY-MM-DD")
    return date.fromisoformat(text)


def read_audience(value: object) -> Any:
    if value in ("everyone", "none") or isinstance(value, list):
        return value
    raise ValueError('must be "everyone", "none" or a list of membership ids')


JsonValue = NewType("JsonValue", object)
AudienceValue = NewType("AudienceValue", object)
SCALARS: dict[object, Any] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant.",
        serialize=lambda value: f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03d}Z",
        parse_value=read_instant,
    ),
    date: strawberry.scalar(name="Date", description="A day.", serialize=date.isoformat, parse_value=read_date),
    JsonValue: strawberry.scalar(
        name="JSON", description="Any JSON.", serialize=lambda value: value, parse_value=lambda value: value
    ),
    AudienceValue: strawberry.scalar(
        name="Audience", description="Who hears of it.", serialize=lambda value: value, parse_value=read_audience
    ),
}


@strawberry.enum(description="Where a project is in its life.")
class ProjectStatus(Enum):
    ACTIVE = "active"
    ARCHIVED = "archived"
    TRASHED = "trashed"


@strawberry.enum(description="The kinds of recordings.")
class RecordingType(Enum):
    MESSAGE = "message"
    TODO = "todo"
    TODOLIST = "todolist"
    VAULT = "vault"
    UPLOAD = "upload"
    CARD = "card"
    CARD_COLUMN = "card_column"
    CARD_STEP = "card_step"
    CHAT_LINE = "chat_line"


@strawberry.enum(description="A tool of a project.")
class Tool(Enum):
    TODOSET = "todoset"
    CHAT = "chat"


@strawberry.type(description="A person.")
class Person:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="What the person is called.")
    image: str | None = strawberry.field(description="Address of a picture.", default=None)


@strawberry.type(description="A page.")
class PageInfo:
    next_cursor: str | None = strawberry.field(description="Where the next page begins.")


@strawberry.type(description="A timer.")
class Timer:
    id: strawberry.ID = strawberry.field(description="Its id.")
    title: str = strawberry.field(description="What it counts down to.")
    ends_at: datetime | None = strawberry.field(description="When it ends.")


@strawberry.type(description="A space of timers.")
class Space:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="What it is called.")
    timers: list[Timer] = strawberry.field(description="What counts down in it.")


@strawberry.type(description="A project.")
class Project:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What it is about.", default=None)
    all_access: bool = strawberry.field(description="Everybody sees it.", default=False)
    status: ProjectStatus = strawberry.field(description="Where it is.", default=ProjectStatus.ACTIVE)
    color: str | None = strawberry.field(description="Its colour.", default=None)
    creator: Person | None = strawberry.field(description="Who made it.", default=None)
    created_at: datetime = strawberry.field(description="When.", default=datetime(2026, 6, 7, 12, 0, 0, 123000))
    custom_fields: JsonValue | None = strawberry.field(description="More.", default=None)
    attachments: list[str] = strawberry.field(description="Names of files.", default_factory=list)
    spaces: list[Space] = strawberry.field(description="Its spaces.", default_factory=list)
    timers: list[Timer] = strawberry.field(description="Its loose timers.", default_factory=list)

    @strawberry.field(description="How many timers it has.")
    def timer_count(self) -> int:
        return len(self.timers) + sum(len(space.timers) for space in self.spaces)


@strawberry.interface(description="Anything in a project.")
class Recording:
    id: strawberry.ID = strawberry.field(description="Its id.")
    title: str | None = strawberry.field(description="What it is called.")
    creator: Person | None = strawberry.field(description="Who made it.", default=None)
    assignees: list[Person] = strawberry.field(description="Who shall do it.", default_factory=list)


@strawberry.type(description="A message.")
class Message(Recording):
    content: str = strawberry.field(description="What it says.", default="")


@strawberry.type(description="A to-do.")
class Todo(Recording):
    due_on: date | None = strawberry.field(description="When it shall be done.", default=None)
    completed_at: datetime | None = strawberry.field(description="When it was done.", default=None)


@strawberry.type(description="A list of to-dos.")
class Todolist(Recording):
    total_count: int = strawberry.field(description="How many to-dos it has.", default=3)
    completed_count: int | None = strawberry.field(description="How many are done.", default=None)


@strawberry.type(name="Upload_", description="A file.")
class File(Recording):
    byte_size: int = strawberry.field(description="How long it is.", default=0)


@strawberry.type(description="Where to get a file.")
class Download:
    url: str = strawberry.field(description="The address.")
    media_type: str | None = strawberry.field(description="What it is.", default=None)
    disposition: str | None = strawberry.field(description="What to do with it.", default=None)


@strawberry.type(description="Some projects.")
class Projects:
    nodes: list[Project] = strawberry.field(description="The projects.")
    total_count: int = strawberry.field(description="How many there are on all pages.")
    page_info: PageInfo = strawberry.field(description="The page.")


@dataclass
class Store:
    projects: dict[str, Project] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    runs: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)


ADA = Person(id=strawberry.ID("mem-ada"), name="Ada")
BOB = Person(id=strawberry.ID("mem-bob"), name="Bob", image="bob.png")


def fresh() -> Store:
    projects = [Project(id=strawberry.ID(str(n)), name=f"P{n}", creator=ADA) for n in (1, 2, 3)]
    recordings: list[Recording] = [
        Message(id=strawberry.ID("10"), title="Kick-off", content="Hello", creator=ADA),
        Todo(id=strawberry.ID("20"), title="Write", due_on=date(2026, 1, 2), creator=None, assignees=[BOB, ADA]),
        Todolist(id=strawberry.ID("30"), title="Tasks"),
        File(id=strawberry.ID("40"), title="a.txt", byte_size=5),
    ]
    return Store({str(each.id): each for each in projects}, {str(each.id): each for each in recordings})


@dataclass
class Standing:
    """The context of an operation: a copy of the store that is kept if nothing went wrong."""

    caller: Caller
    store: Store

    @property
    def user(self) -> str:
        return self.caller.user_agent

    def enter(self, org: str) -> None:
        if not self.user:
            raise Unauthenticated
        if org != "acme":
            raise NotFound
        if self.caller.unreadable:
            raise self.caller.unreadable

    def require(self) -> None:
        if self.user == "cleo":
            raise Forbidden("Clients may not do that")
        if self.caller.unfit:
            raise self.caller.unfit


async def digits(first: int, length: int | None) -> AsyncGenerator[bytes, None]:
    """What the stand-in's files hold."""
    OPENED.append((first, length))
    for digit in b"0123456789"[first : None if length is None else first + length]:
        yield bytes([digit])


OPENED: list[tuple[int, int | None]] = []
"""Which parts of files were read."""


def standing(info: Info[Any, Any]) -> Standing:
    found: Standing = info.context
    return found


Slug = Annotated[str, strawberry.argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]


@strawberry.type(description="An organization.")
class Organization:
    @strawberry.field(description="Its projects.")
    def projects(
        self,
        info: Info[Any, Any],
        status: Annotated[ProjectStatus, strawberry.argument(description="Only these.")] = ProjectStatus.ACTIVE,
        first: Annotated[int | None, strawberry.argument(description="How many.")] = 50,
        page: Annotated[int | None, strawberry.argument(description="Which page.")] = 1,
        after: Annotated[str | None, strawberry.argument(description="After this one.")] = None,
    ) -> Projects:
        if first is not None and not 1 <= first <= 100:
            raise Invalid.field("first", Reason.out_of_range, "first must be between 1 and 100")
        found = [each for each in standing(info).store.projects.values() if each.status is status]
        size, number = first or 50, page or 1
        start = (number - 1) * size if after is None else int(after)
        end = start + size
        cursor = str(end) if end < len(found) else None
        return Projects(nodes=found[start:end], total_count=len(found), page_info=PageInfo(next_cursor=cursor))

    @strawberry.field(description="One project.")
    def project(self, info: Info[Any, Any], id: Id) -> Project | None:
        return standing(info).store.projects.get(str(id))

    @strawberry.field(description="Recordings, all of a type if one is given.")
    def recordings(
        self,
        info: Info[Any, Any],
        type: Annotated[RecordingType | None, strawberry.argument(description="Of this type.")] = None,
        ids: Annotated[list[strawberry.ID] | None, strawberry.argument(description="Only these.")] = None,
        due_after: Annotated[date | None, strawberry.argument(description="Due after.")] = None,
        mine: Annotated[bool | None, strawberry.argument(description="Only mine.")] = None,
    ) -> list[Recording]:
        found = standing(info).store.recordings.values()
        named = [each for each in found if type is None or snake(each.__class__.__name__) == type.value]
        return [each for each in named if ids is None or each.id in ids]

    @strawberry.field(description="One recording.")
    def recording(self, info: Info[Any, Any], id: Id) -> Recording | None:
        return standing(info).store.recordings.get(str(id))

    @strawberry.field(description="Where to get a file.")
    def download(self, info: Info[Any, Any], id: Id) -> Download | None:
        found = standing(info).store.recordings.get(str(id))
        return Download(url=f"https://files.example/{id}") if isinstance(found, File) else None

    @strawberry.field(description="A file itself.")
    def file(self, info: Info[Any, Any], id: Id) -> Download | None:
        caller = standing(info).caller
        caller.contents["known"] = Content(digits, size=10, tag="ten")
        caller.contents["endless"] = Content(digits)
        kind, name = {"40": ("known", "a.txt"), "endless": ("endless", "ä;\r\nX-Evil: 1.txt")}.get(str(id), ("", ""))
        return Download(url=kind, media_type="text/plain", disposition=attachment(name)) if kind else None

    @strawberry.field(description="It fails.")
    def broken(self) -> str:
        raise RuntimeError("a secret")


@strawberry.input(description="A timer to make.")
class TimerInput:
    title: str = strawberry.field(description="What it counts down to.", metadata={"max_length": 80})
    ends_at: datetime | None = strawberry.field(description="When it ends.", default=None)


@strawberry.input(description="A space to make.")
class SpaceInput:
    name: str = strawberry.field(description="What it is called.")
    timers: list[TimerInput] | None = strawberry.field(description="What counts down in it.", default=None)


@strawberry.input(description="A project to make.")
class CreateProjectInput:
    name: str = strawberry.field(description="What it is called.", metadata={"min_length": 1, "max_length": 200})
    description: str | None = strawberry.field(description="What it is about.", default=None)
    all_access: bool | None = strawberry.field(description="Everybody sees it.", default=False)
    color: str | None = strawberry.field(description="Its colour.", default=None)
    author: str | None = strawberry.field(description="Who asks for it.", default=None)
    files: list[Upload] | None = strawberry.field(description="Files.", default=None)
    custom_fields: JsonValue | None = strawberry.field(description="More.", default=None)
    spaces: list[SpaceInput] | None = strawberry.field(description="Its spaces.", default=None)
    timers: list[TimerInput] | None = strawberry.field(description="Its loose timers.", default=None)


@strawberry.input(description="What to change.")
class RecordingPatch:
    title: Maybe[str] = strawberry.field(description="What it is called.", default=None)
    due_on: Maybe[date | None] = strawberry.field(description="When it is due.", default=None)
    notify: Maybe[AudienceValue | None] = strawberry.field(description="Who hears of it.", default=None)


@strawberry.type(description="What can be asked.")
class Query:
    @strawberry.field(description="An organization of yours.")
    def organization(self, info: Info[Any, Any], slug: Slug) -> Organization | None:
        standing(info).enter(slug)
        return Organization()

    @strawberry.field(description="The organization of the key.")
    def key_organization(self, info: Info[Any, Any]) -> Organization:
        standing(info).enter("acme")
        return Organization()

    @strawberry.field(description="The user who is signed in.")
    def viewer(
        self,
        info: Info[Any, Any],
        token: Annotated[strawberry.ID | None, strawberry.argument(description="Of this feed.")] = None,
    ) -> Person | None:
        if token == "münchen":
            return Person(id=strawberry.ID("mem-\n€"), name="Gröger", image="a b.png")
        return ADA if standing(info).user or token == "feed" else None


def make(space: SpaceInput, number: int) -> Space:
    return Space(id=strawberry.ID(f"s{number}"), name=space.name, timers=timers(space.timers))


def timers(inputs: list[TimerInput] | None) -> list[Timer]:
    return [Timer(id=strawberry.ID(f"t{n}"), title=t.title, ends_at=t.ends_at) for n, t in enumerate(inputs or [])]


@strawberry.type(description="What can be done.")
class Mutation:
    @strawberry.mutation(description="Make a project.")
    def create_project(self, info: Info[Any, Any], input: CreateProjectInput, org: Slug = "acme") -> Project:
        here = standing(info)
        here.enter(org)
        here.require()
        if not input.name.strip():
            raise Invalid.field("name", Reason.blank, "name can't be blank")
        if len(here.store.projects) >= 5:
            raise LimitReached("Your plan allows 5 projects", details={"limit": "projects", "allowed": 5, "used": 5})
        id = strawberry.ID(str(len(here.store.projects) + 1))
        made = Project(
            id=id,
            name=input.name,
            description=input.description,
            all_access=bool(input.all_access),
            color=input.color,
            creator=Person(id=strawberry.ID("mem"), name=input.author or "Ada"),
            custom_fields=input.custom_fields,
            attachments=[each.filename for each in input.files or []],
            spaces=[make(space, number) for number, space in enumerate(input.spaces or [])],
            timers=timers(input.timers),
        )
        here.store.projects[str(id)] = made
        here.caller.response_headers.append(("Set-Cookie", "made=1; Path=/"))
        return made

    @strawberry.mutation(description="Remove a project.")
    def delete_project(self, info: Info[Any, Any], id: Id) -> bool:
        here = standing(info)
        here.enter("acme")
        if here.store.projects.pop(str(id), None) is None:
            raise NotFound
        return True

    @strawberry.mutation(description="Change a recording.")
    def update_recording(self, info: Info[Any, Any], org: Slug, id: Id, patch: RecordingPatch) -> Recording:
        here = standing(info)
        here.enter(org)
        if (found := here.store.recordings.get(str(id))) is None:
            raise NotFound
        here.require()
        if patch.title:
            found.title = patch.title.value
        if patch.due_on and isinstance(found, Todo):
            found.due_on = patch.due_on.value
        return found

    @strawberry.mutation(description="Show or hide a tool.")
    def set_tool(
        self,
        info: Info[Any, Any],
        org: Slug,
        id: Id,
        tool: Annotated[Tool, strawberry.argument(description="Which.")],
        enabled: Annotated[bool, strawberry.argument(description="Shown.")],
    ) -> bool:
        here = standing(info)
        here.enter(org)
        if str(id) not in here.store.projects:
            raise NotFound
        here.require()
        return enabled

    @strawberry.mutation(description="Keep a file.")
    def upload_file(
        self,
        info: Info[Any, Any],
        org: Slug,
        vault_id: Id,
        file: Annotated[Upload, strawberry.argument(description="The file.")],
        notify: Annotated[AudienceValue | None, strawberry.argument(description="Who hears of it.")] = None,
    ) -> Recording:
        here = standing(info)
        here.enter(org)
        here.require()
        return File(id=strawberry.ID("41"), title=file.filename, byte_size=file.size)


class StandIn(strawberry.Schema):
    """Runs operations on a store; whatever goes wrong leaves no trace."""

    store: Store = fresh()

    async def run(self, operation: Operation, variables: Mapping[str, Any], caller: Caller) -> ExecutionResult:
        self.store.runs.append((operation.name, dict(variables)))
        draft = Store(copy.deepcopy(self.store.projects), copy.deepcopy(self.store.recordings), self.store.runs)
        result = await self.execute(
            operation.text,
            variable_values=dict(variables),
            context_value=Standing(caller, draft),
            operation_name=operation.name,
            operation_extensions={"operation": operation},
        )
        assert isinstance(result, ExecutionResult)
        if not result.errors and (waiting := caller.unreadable or caller.unfit):
            return refused(waiting, None if operation.kind is OperationType.MUTATION else result.data)
        if not result.errors:
            self.store = draft
        return result

    def prepare(self, operation: Operation, wire: Wire | None) -> None:
        """Nothing is compiled here."""

    async def write(
        self, operation: Operation, wire: Wire, variables: Mapping[str, Any], caller: Caller
    ) -> ExecutionResult:
        return await self.run(operation, variables, caller)


schema = StandIn(
    query=Query,
    mutation=Mutation,
    types=[Message, Todo, Todolist, File],
    extensions=[Prepared, Errors],
    config=StrawberryConfig(scalar_map=SCALARS),
)


async def callers(request: Request) -> Caller:
    """The session's cookie, or the end of the key, is the user's name."""
    key = request.headers.get("authorization", "").rpartition("_")[2]
    if key == "flood":
        raise RateLimited(headers={"Retry-After": "7"})
    caller = Caller(settings=None, database=None, base_url="https://thicket.example")  # type: ignore[arg-type]
    caller.user_agent = key or request.cookies.get("better-auth.session_token", "")
    caller.credential = Credential(Presented.SESSION, b"") if caller.user_agent else None
    caller.response_headers.append(("X-RateLimit-Limit", "50"))
    return caller


def enveloped(failure: Failure) -> Refusal:
    return Refusal(failure.status, {"error": {"code": failure.code, "message": failure.message}})


def kitchen_refusal(failure: Failure) -> Refusal:
    fields = {row["field"]: [row["message"]] for row in failure.details or []} if failure.code == "invalid" else {}
    return Refusal(failure.status, {"message": failure.message, **({"errors": fields} if fields else {})})


def thinkex_refusal(failure: Failure) -> Refusal:
    return Refusal(failure.status, {"error": failure.message})


def tickward_refusal(failure: Failure) -> Refusal:
    if failure.code != "invalid":
        return Refusal(failure.status, {"error": {"type": failure.code, "message": failure.message}})
    rows = [{"path": "/" + row["field"].replace(".", "/"), "message": row["message"]} for row in failure.details]
    return Refusal(400, {"error": {"type": "validation_error", "message": failure.message, "errors": rows}})


def same(name: str) -> str:
    return name


ERROR: dict[str, Any] = {"type": "object"}


def profile(name: str, base: str, **options: Any) -> Profile:
    return Profile(
        name=name,
        title=f"{name.title()} API",
        summary="A dialect for tests.",
        folder=HERE / name,
        base=base,
        error_schema=ERROR,
        wires={"snake": snake},
        security={"key": {"type": "http", "scheme": "bearer"}},
        **options,
    )


PROFILES = (
    Profile(
        name="thicket",
        title="Thicket API",
        summary="The native dialect.",
        folder=HERE / "thicket",
        base="/api/v1",
        refuse=THICKET.refuse,
        error_schema=THICKET.error_schema,
        claims=("/api",),
        key_prefixes=("thicket_pat_",),
        reserved=THICKET.reserved,
        wires={"snake": snake},
        enum_aliases=THICKET.enum_aliases,
        paginate=paginate,
        security=THICKET.security,
    ),
    profile("gipo", "/api/v1", refuse=enveloped, key_prefixes=("ba_",), case=same),
    profile(
        "kitchen",
        "/api/v1",
        refuse=kitchen_refusal,
        key_prefixes=("kt_",),
        host_label="kitchen",
        forms="always",
        encoders={"DateTime": lambda text: text[:19] + "+00:00"},
    ),
    profile(
        "thinkex",
        "/api",
        refuse=thinkex_refusal,
        claims=("/api/workspaces",),
        case=same,
        encoders={"DateTime": lambda text: text[:19] + "Z"},
    ),
    profile("tickward", "/api/v1", refuse=tickward_refusal, key_prefixes=("tw_",), unknown_fields="reject"),
)


async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
    """The application behind the facade."""
    await PlainTextResponse("elsewhere")(scope, receive, send)


SERVED = facade(schema, callers, Limits(body=4096, upload=8192, file=6000), PROFILES)(elsewhere)


def client(user: str = "ana", **headers: str) -> httpx.AsyncClient:
    """A client of the stand-in, signed in as that user; empty: nobody."""
    cookies = {"better-auth.session_token": user} if user else {}
    transport = httpx.ASGITransport(app=SERVED)
    return httpx.AsyncClient(transport=transport, base_url="http://test", cookies=cookies, headers=headers)


def error(raised: AppError) -> dict[str, Any]:
    """The native body of a refusal."""
    return {"error": {"code": raised.code, "message": raised.message}}
