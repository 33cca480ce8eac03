"""Who may *do* what. (Who may *see* what is row-level security: migrations/rls.py.)

One table, role by verb, from the contract's matrix (domain.md 2.11); the few rules that need a row stand below it.
Nothing else compares roles. What takes a Viewer holds in SQL as well (conditions.py).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

from sqlalchemy import ColumnElement, or_

from app.core.conditions import Viewer, both, either, inverse, one_of
from app.core.context import Context, Role
from app.core.errors import Forbidden

EVERYBODY = frozenset(Role)
TEAM = frozenset({Role.OWNER, Role.ADMIN, Role.MEMBER})
MANAGERS = frozenset({Role.OWNER, Role.ADMIN})
OWNERS = frozenset({Role.OWNER})

ONLY_OWNERS = "Only an owner can do that"


@dataclass(frozen=True)
class Rule:
    """Whose role allows a deed, and what the others are told."""

    roles: frozenset[Role]
    refusal: str = "Forbidden"


class Verb(Enum):
    """What people do in an organization."""

    read = Rule(EVERYBODY)
    see_every_project = Rule(OWNERS)
    join_project = Rule(OWNERS)
    change_organization = Rule(OWNERS, ONLY_OWNERS)
    see_billing = Rule(TEAM)
    pay = Rule(OWNERS, ONLY_OWNERS)
    export = Rule(OWNERS, ONLY_OWNERS)
    invite_people = Rule(MANAGERS, "Only owners and admins can invite people")
    manage_people = Rule(MANAGERS)
    make_owners = Rule(OWNERS, ONLY_OWNERS)
    leave = Rule(EVERYBODY)
    manage_companies = Rule(MANAGERS)
    manage_groups = Rule(MANAGERS)
    create_project = Rule(TEAM, "Clients cannot create projects")
    change_project = Rule(TEAM)
    manage_projects = Rule(MANAGERS, "Only owners and admins can do that")
    """Make and delete projects that are planned: with a client, and as far as the work has come."""
    star_project = Rule(EVERYBODY)
    create_content = Rule(TEAM, "Clients cannot create this here")
    create_shared_content = Rule(EVERYBODY)
    """Messages, documents, to-dos and files in what is shared with clients."""
    comment = Rule(EVERYBODY)
    cheer = Rule(EVERYBODY)
    edit = Rule(EVERYBODY)
    set_status = Rule(EVERYBODY)
    complete = Rule(EVERYBODY)
    arrange = Rule(TEAM)
    """Move, assign, colour, hold, pin, copy, change many at once."""
    share_with_clients = Rule(TEAM)
    subscribe_others = Rule(TEAM)
    subscribe = Rule(EVERYBODY)
    start_chat = Rule(EVERYBODY)
    log_time = Rule(TEAM)
    erase_line = Rule(EVERYBODY)
    manage_registries = Rule(MANAGERS, "Only owners and admins can change tags, task types and custom fields")
    manage_webhooks = Rule(MANAGERS, "Only owners and admins manage webhooks")
    make_api_keys = Rule(TEAM, "Clients cannot have API keys")


def require(ctx: Context, verb: Verb, *, also: bool = True, otherwise: str | None = None) -> None:
    """Raise Forbidden unless the caller's role allows it and the row does; then what the door found amiss.

    `also` is what the rules below say of the row, `otherwise` what to tell where it is false. The first line of an
    action, once the addressed object was found (domain.md 2.1, order of checks).
    """
    if not allows(ctx, verb):
        raise Forbidden(verb.value.refusal)
    if not also:
        raise Forbidden(otherwise)
    ctx.check_fields()


def allows(viewer: Viewer, verb: Verb) -> Any:
    """Whether the viewer's role allows it."""
    return one_of(viewer.role, verb.value.roles)


def is_client(viewer: Viewer) -> Any:
    """Clients see and do only what is shared with them."""
    return one_of(viewer.role, {Role.CLIENT})


def is_team(role: str) -> bool:
    """A role other than client."""
    return role != Role.CLIENT


def team_only(column: Any) -> ColumnElement[bool]:
    """SQL: the role in this column is not client."""
    return cast(ColumnElement[bool], column != Role.CLIENT.value)


def managers_only(column: Any) -> ColumnElement[bool]:
    """SQL: the role in this column is owner or admin."""
    return or_(*(column == role.value for role in sorted(MANAGERS)))


def owners_only(column: Any) -> ColumnElement[bool]:
    """SQL: the role in this column is owner."""
    return cast(ColumnElement[bool], column == Role.OWNER.value)


def is_manager(ctx: Context) -> bool:
    """Owners and admins."""
    return ctx.role in MANAGERS


def is_owner(role: Any) -> Any:
    return one_of(role, OWNERS)


def may_invite_as(viewer: Viewer, role: Any) -> Any:
    """Whether the viewer may offer, give or take away this role."""
    return both(allows(viewer, Verb.invite_people), either(inverse(is_owner(role)), allows(viewer, Verb.make_owners)))


def roles_to_offer(role: str | None) -> list[str]:
    """The roles that somebody of this role may offer; None is somebody who is gone."""
    if role is None or role not in MANAGERS:
        return []
    return [offered.value for offered in Role if not is_owner(offered) or is_owner(role)]


def owns_or_is_team(viewer: Viewer, creator_id: Any) -> Any:
    """Clients may change only what they made themselves."""
    return either(inverse(is_client(viewer)), creator_id == viewer.me)


def owns_or_manages(ctx: Context, creator_id: str) -> bool:
    """Only its maker, an owner or an admin."""
    return creator_id == ctx.me or is_manager(ctx)
