"""What clients say: projects that begin with it, and messages that are posted for somebody, all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile

from app.core.context import Context
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.forms import MOST_FILES
from app.core.ids import new_id
from app.core.markup import TextFormat
from app.core.policy import Verb, require
from app.core.rules import line, normal_email
from app.files.actions import send
from app.intake.fetching import fetch_later, link
from app.people.actions import NAME as LONGEST_NAME
from app.people.clients import known_or_new
from app.projects.actions import NAME, found, revise
from app.projects.loaders import find_project, people_ids_on
from app.projects.model import Project, ProjectStatus, Tool
from app.recordings.actions.posting import Post, container_of, post, written
from app.recordings.model import Recording
from app.registries.values import set_named_values

LONGEST_ADDRESS = 2_000

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True)
class Words:
    """What somebody says, with files."""

    text: str
    format: TextFormat
    files: Sequence[object] = ()
    """Files that came with the request, and addresses of others."""


@dataclass(frozen=True)
class Wish:
    """What a client's project begins with."""

    title: str
    name: str
    email: str
    message: Words
    custom_fields: object = None
    """Names → what to say in these fields."""


async def begin(ctx: Context, wish: Wish) -> Project:
    """A project that is the client's, who is its author and on it, as the caller is; the team at large is not.

    Raises Forbidden, Invalid (every field that is wrong), LimitReached (projects, guests, storage).
    """
    require(ctx, Verb.create_project)
    title, said = await _checked(wish)
    author = await known_or_new(ctx, wish.name, wish.email)
    project = Project(
        id=new_id(),
        org_id=ctx.org_id,
        name=title,
        all_access=False,
        clients_enabled=True,
        creator_id=author.id,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await found(ctx, project)
    if author.id != ctx.me:
        await revise(ctx, project, grant={author.id}, revoke=())
    await _post(ctx, project.id, wish.message, said, author.id)
    await set_named_values(ctx, project.id, _values(wish.custom_fields))
    return await find_project(ctx, project.id)


async def say(ctx: Context, project_id: str, words: Words, author_id: str | None) -> Recording:
    """A message that the project's clients see. Owners and admins may post it for somebody else on the project.

    Raises Forbidden, Invalid (every field that is wrong), LimitReached (storage).
    """
    require(ctx, Verb.create_content)
    project = await _known(ctx, project_id)
    author = ctx.me
    if author_id is not None and author_id.lower() != ctx.me:
        require(ctx, Verb.manage_people)
        author = author_id.lower()
        if author not in await people_ids_on(ctx, project.id):
            raise Invalid.field("author_id", Reason.not_found, "author_id is nobody on the project")
    problems: list[Problem] = []
    said = await _written(problems, words, "text")
    if problems:
        raise Invalid(problems)
    return await _post(ctx, project.id, words, said, author)


async def _known(ctx: Context, id: str) -> Project:
    """The project that a body names. Raises Invalid where there is none (domain.md 4, ruling 12)."""
    try:
        project = await find_project(ctx, id)
        if project.status != ProjectStatus.TRASHED:
            return project
    except NotFound:
        pass
    raise Invalid.field("project_id", Reason.not_found, "project_id is not a project")


async def _post(ctx: Context, project_id: str, words: Words, said: str, author_id: str) -> Recording:
    uploads = await _uploads(ctx, project_id, words.files)
    addresses = [each for each in words.files if isinstance(each, str)]
    said += "".join(map(link, addresses))
    message = await post(ctx, project_id, Post(words.text, words.format, said, author_id, shared=True), uploads)
    for each in addresses:
        await fetch_later(ctx, message, each)
    return message


async def _checked(wish: Wish) -> tuple[str, str]:
    """The title, and the message as HTML. Raises Invalid with all that is wrong, in the fields' order."""
    problems: list[Problem] = []
    title = _read(problems, lambda: line("title", wish.title, most=NAME), "")
    _read(problems, lambda: line("name", wish.name, most=LONGEST_NAME), "")
    _read(problems, lambda: normal_email("email", wish.email), "")
    said = await _written(problems, wish.message, "message")
    _read(problems, lambda: _values(wish.custom_fields), None)
    if problems:
        raise Invalid(problems)
    return title, said


async def _written(problems: list[Problem], words: Words, field: str) -> str:
    """The words as HTML. What is wrong with them and their files joins the problems."""
    said = ""
    try:
        said = await written(words.text, words.format, field=field)
    except Invalid as refusal:
        problems += refusal.problems
    _read(problems, lambda: _check_files(words.files), None)
    return said


def _read(problems: list[Problem], read: Callable[[], T], otherwise: S) -> T | S:
    """What it reads; where that is refused, the other, and a problem more."""
    try:
        return read()
    except Invalid as refusal:
        problems += refusal.problems
        return otherwise


def _values(given: object) -> dict[str, str | None]:
    """Names → values as text. Raises Invalid for what is no such thing."""
    if given is None or given == []:  # a form that has none of them
        return {}
    if not isinstance(given, dict):
        raise Invalid.field("custom_fields", Reason.invalid_format, "custom_fields must be an object")
    wrong = [f"custom_fields.{name}" for name, value in given.items() if isinstance(value, dict | list | UploadFile)]
    if wrong:
        raise Invalid([Problem(each, Reason.invalid_format, f"{each} must be text") for each in wrong])
    return {name: _text(value) for name, value in given.items()}


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_files(files: Sequence[object]) -> None:
    if len(files) > MOST_FILES:
        raise Invalid.field("files", Reason.too_long, f"files holds more than {MOST_FILES} files")
    problems = []
    for number, each in enumerate(files):
        name = f"files.{number}"
        if isinstance(each, str) and not _is_address(each):
            problems.append(Problem(name, Reason.invalid_format, f"{name} must be an http or https address"))
        elif not isinstance(each, str | UploadFile):  # GraphQL's scalar takes whatever JSON there is
            problems.append(Problem(name, Reason.invalid_format, f"{name} must be a file"))
    if problems:
        raise Invalid(problems)


def _is_address(text: str) -> bool:
    if len(text) > LONGEST_ADDRESS:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


async def _uploads(ctx: Context, project_id: str, files: Sequence[object]) -> list[Recording]:
    """The files that came, put into the project's folder. Raises Invalid and LimitReached."""
    uploads: list[Recording] = []
    folder = await container_of(ctx, project_id, Tool.VAULT)
    for number, each in enumerate(files):
        if isinstance(each, UploadFile):
            try:
                uploads.append(await send(ctx, folder, each, None, None))
            except Invalid as refusal:
                raise Invalid([_numbered(problem, number) for problem in refusal.problems]) from refusal
    return uploads


def _numbered(problem: Problem, number: int) -> Problem:
    """A problem with a file, told of that file among several."""
    name = f"files.{number}"
    return Problem(name, problem.code, problem.message.replace("file", name, 1))
