"""One request for every route, by the name of its operation: what the matrix, parity and the budgets ask.

Values stand under their names on the wire, wherever in the request they are sent; ids are names of the scene
(scene.py). A law wants an example for each route.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLEnumType, get_named_type, is_input_object_type

from rest_compat.compile import PARAMETER, Parameter, Route
from rest_compat.naming import camel
from tests.contract import gipo, thinkex, tickward
from tests.contract.scene import LOGO, PASSWORD, Scene
from tests.kitchen.examples import ASKED as ASKED_OF_KITCHEN
from tests.multipart import File, Raw

Values = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What goes over the wire, and the same for GraphQL."""

    method: str
    path: str
    json: Values | Raw | None
    variables: Values


@dataclass(frozen=True)
class Example:
    """A request that succeeds for the owner of a fresh scene."""

    values: Values = field(default_factory=dict)
    bad: Values = field(default_factory=dict)
    """Values that a field's rules refuse; empty where there are no such fields."""
    needs: tuple[str, ...] = ()
    """What has to be there besides what the values name."""
    first: tuple[tuple[str, str, Any], ...] = ()
    """What the owner does before: method, path, body."""
    asks: str = "ana"
    """Who succeeds with it, where that is not the owner."""

    async def prepare(self, scene: Scene) -> None:
        """Make everything that is named, and do what comes first."""
        await scene.filled([*self.needs, self.values, self.bad])
        for method, path, body in self.first:
            parts = [await scene.filled_text(part) for part in path.split("/")]
            await scene.made(method, "/".join(parts), await scene.filled(body))

    async def request(self, scene: Scene, route: Route, change: Values | None = None) -> Request:
        """The request in this scene, some values changed."""
        values = {"org": scene.slug, **await scene.filled({**self.values, **(change or {})})}
        return request_of(route, values)


def request_of(route: Route, values: Values) -> Request:
    """The route's request with these values, by their names on the wire."""
    sent = {each.wire: each for each in route.parameters if each.wire in values}
    path = mount(route) + PARAMETER.sub(lambda found: str(values[found[1]]), route.path)
    query = [(name, values[name]) for name, each in sent.items() if each.where == "QUERY"]
    query += [route.when] if route.when else []
    if query:
        path += "?" + "&".join(f"{name}={_text(value)}" for name, value in query)
    body: Values | Raw = {name: values[name] for name, each in sent.items() if each.where == "BODY"}
    for name, each in sent.items():
        if each.whole and each.is_text:
            headers = {name: str(values[name]) for name, each in sent.items() if each.where == "HEADER"}
            body = Raw(str(values[name]), headers)
        elif each.whole:
            body = values[name]
    return Request(
        method=route.method,
        path=path,
        json=body if route.reads_body else {} if route.method == "POST" else None,
        variables={each.variable: _for_graphql(route, each, values[name]) for name, each in sent.items()},
    )


def mount(route: Route) -> str:
    """Where a foreign dialect is always found; empty for our own."""
    return "" if route.profile.name in ("thicket", "auth") else f"/dialects/{route.profile.name}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _for_graphql(route: Route, parameter: Parameter, value: Any) -> Any:
    kind = get_named_type(parameter.type)
    if decode := route.profile.decoders.get(kind.name):
        return decode(value)
    if is_input_object_type(kind):
        return _camel(value)
    if isinstance(kind, GraphQLEnumType) and isinstance(value, str):
        return next((name for name, wire in route.profile.spell(kind).items() if wire == value), value.upper())
    return value


def _camel(value: Any) -> Any:
    """An input object, or a list of such, with GraphQL's names for its fields."""
    if isinstance(value, list):
        return [_camel(each) for each in value]
    return {camel(key): _camel(each) for key, each in value.items()} if isinstance(value, dict) else value


def example(
    *,
    bad: Values | None = None,
    needs: tuple[str, ...] = (),
    first: tuple[tuple[str, str, Any], ...] = (),
    asks: str = "ana",
    **values: Any,
) -> Example:
    return Example(values, bad or {}, needs, first, asks)


EMPTY = File("empty.txt", b"")
NEW = "ada-{tag}@example.com"
CHECKOUT = (
    "POST", "/{org}/billing/create-checkout", {"price_id": "price_pro_monthly", "billing_interval": "monthly"},
)  # fmt: skip

ORGANIZATIONS = {
    "ListOrganizations": example(),
    "CreateOrganization": example(name="Beta", bad={"name": "!!"}),
}

PEOPLE = {
    "ListPeople": example(),
    "InvitePerson": example(email="dora-{tag}@example.com", role="member", bad={"email": "nobody"}),
    "GetPerson": example(needs=("prj-1",), membership_id="mem-bob"),
    "SetOutOfOffice": example(
        membership_id="mem-ana",
        needs=("prj-1",),
        out_of_office={"start_date": "2026-07-01", "end_date": "2026-07-15"},
        bad={"out_of_office": {"start_date": "2026-07-15", "end_date": "2026-07-01"}},
    ),
    "UpdatePerson": example(
        needs=("prj-1",), membership_id="mem-bob", title="Writer", company_id="cmp-1", bad={"title": "x" * 2001}
    ),
    "RemovePerson": example(needs=("prj-1",), membership_id="mem-mia"),
    "ListInvitations": example(needs=("inv-1",)),
    "ResendInvitation": example(invitation_id="inv-1"),
    "DeleteInvitation": example(invitation_id="inv-1"),
    "GetOfferedPlace": example(token="join-1"),
    "AcceptInvitation": example(token="join-1", asks="eve"),
    "ListCompanies": example(needs=("cmp-1",)),
    "CreateCompany": example(name="Client Co", is_client=True, bad={"name": " "}),
    "UpdateCompany": example(company_id="cmp-1", name="Client & Co", bad={"name": " "}),
    "DeleteCompany": example(company_id="cmp-1"),
    "ListGroups": example(needs=("grp-1",)),
    "CreateGroup": example(name="Design", membership_ids=["mem-bob"], bad={"membership_ids": ["mem-cleo"]}),
    "UpdateGroup": example(group_id="grp-1", membership_ids=["mem-ana"], bad={"membership_ids": ["mem-cleo"]}),
    "DeleteGroup": example(group_id="grp-1"),
}

PROJECTS = {
    "ListProjects": example(status="active", needs=("prj-1",)),
    "ListAllProjects": example(needs=("prj-1",)),
    "CreateProject": example(name="Launch", description="Q3", all_access=True, bad={"name": " "}),
    "GetProject": example(id="prj-1"),
    "UpdateProject": example(id="prj-1", name="Launch 2", description=None, bad={"name": " "}),
    "StarProject": example(id="prj-1"),
    "UnstarProject": example(id="prj-1"),
    "JoinProject": example(id="prj-1"),
    "ListProjectLinks": example(id="prj-1", needs=("lnk-1",)),
    "CreateProjectLink": example(
        id="prj-1", url="https://figma.example/f/1", title="Figma", bad={"url": "javascript:alert(1)"}
    ),
    "UpdateProjectLink": example(id="prj-1", link_id="lnk-1", position=2.5, bad={"title": " "}),
    "DeleteProjectLink": example(id="prj-1", link_id="lnk-1"),
    "ListActivity": example(project_id="prj-1", needs=("todo-1",)),
    "SetProjectStatus": example(id="prj-1", status="archived"),
    "ListProjectTools": example(id="prj-1"),
    "UpdateProjectTool": example(id="prj-1", tool="vault", title="Papers", bad={"title": " "}),
    "ListProjectPeople": example(id="prj-1"),
    "SetProjectPeople": example(id="prj-1", membership_ids=["mem-bob"], bad={"membership_ids": ["mem-eve"]}),
}

UPLOADS = {
    "CreateUpload": example(
        needs=("upl-1",), vault_id="vault-1", file=LOGO, description_html="<p>Ours</p>", bad={"file": EMPTY}
    ),
    "DownloadUpload": example(id="upl-1"),
    "ViewUpload": example(id="upl-1"),
    "ListUploadVersions": example(id="upl-1", first=(("POST", "/{org}/uploads/upl-1/versions", {"file": LOGO}),)),
    "UpdateUpload": example(id="upl-1", file=File("logo.txt", b"Ours"), bad={"file": EMPTY}),
    "GetStoredContent": example(token="file-1"),
}

RECORDINGS = {
    "ListRecordings": example(type="todo", project_id="prj-1", needs=("todo-1",)),
    "Search": example(q="copy", type="todo", needs=("todo-1",), bad={"q": " "}),
    "GetSearchMetadata": example(),
    "GetRecording": example(id="todo-1"),
    "UpdateRecording": example(id="todo-1", title="Write better copy", due_on="2026-06-16", bad={"title": " "}),
    "SetRecordingStatus": example(id="todo-1", status="trashed", bad={"status": "drafted"}),
    "DeleteChatLine": example(id="line-1"),
    "ListChildren": example(id="list-1", needs=("todo-1",)),
    "CreateChild": example(id="list-1", type="todo", title="Write copy", bad={"type": "message"}),
    "ListComments": example(id="todo-1", needs=("com-1",)),
    "CreateComment": example(id="todo-1", content="Looks good", bad={"content": " "}),
    "CompleteRecording": example(id="todo-1"),
    "ReopenRecording": example(id="todo-1", first=(("PUT", "/{org}/recordings/todo-1/completion", None),)),
    "MoveRecording": example(id="todo-2", parent_id="list-2", position=1.5, bad={"parent_id": "board-1"}),
    "ListAssignees": example(id="todo-1"),
    "SetAssignees": example(id="todo-1", membership_ids=["mem-bob", "mem-mia"], bad={"membership_ids": ["mem-eve"]}),
    "GetSubscription": example(id="todo-1"),
    "Subscribe": example(id="todo-1"),
    "Unsubscribe": example(id="todo-1"),
    "SetVisibility": example(id="msg-1", visible_to_clients=True),
    "PinRecording": example(id="msg-1"),
    "UnpinRecording": example(id="msg-1", first=(("PUT", "/{org}/recordings/msg-1/pin", None),)),
    "SetHold": example(id="card-1", on_hold=True),
    "SetColor": example(id="col-doing", color="orange", bad={"color": "mud"}),
    "SetCommentsClosed": example(id="todo-1", closed=True),
    "ListRecordingEvents": example(id="todo-1"),
    "ChangeSubscribers": example(id="msg-1", add=["mem-bob"], remove=["mem-mia"], bad={"add": ["mem-eve"]}),
    "PublishDraft": example(id="draft-1"),
    "CopyRecording": example(id="todo-1", parent_id="list-2", include_comments=False, bad={"parent_id": "board-1"}),
    "CreateCheer": example(id="todo-1", content="🎉", bad={"content": "x" * 17}),
    "DeleteCheer": example(id="todo-1", cheer_id="chr-1"),
    "BatchRecordings": example(ids=["todo-1", "todo-2"], action="assign", assignee_ids=["mem-bob"], bad={"ids": []}),
}

CALENDAR = {
    "GetCalendar": example(
        **{"from": "2026-06-01"},
        to="2026-07-01",
        tasks=True,
        projects=["prj-1"],
        needs=("evt-1", "todo-1"),
        bad={"to": "2026-06-01"},
    ),
    "CreateCalendarEvent": example(
        project_id="prj-1",
        title="Demo",
        starts_at="2026-06-09T09:00:00Z",
        recurrence="weekly",
        participant_ids=["mem-bob"],
        bad={"recurrence": {"frequency": "hourly"}},
    ),
    "UpdateCalendarEvent": example(
        id="evt-1", scope="this", occurrence_key="2026-06-15", title="Special", bad={"occurrence_key": "2026-06-16"}
    ),
    "DeleteEventOccurrence": example(id="evt-1", date="2026-06-15", mode="future"),
    "ListMyEvents": example(needs=("evt-1",)),
    "GetDoToday": example(needs=("evt-daily", "todo-1")),
    "ListCalendarFeeds": example(needs=("feed-1",)),
    "CreateCalendarFeed": example(project_id="prj-1", include_tasks=True),
    "RevokeCalendarFeed": example(id="feed-1"),
    "ReadCalendarFeed": example(token="feedtoken-1", needs=("evt-1",)),
    "GetEventFile": example(id="evt-1"),
}

TOKENS = {
    "GetAuthorization": example(),
    "ListAccessTokens": example(needs=("tok-1",)),
    "CreateAccessToken": example(name="CI", scope="read", expires_at=None, bad={"name": " "}),
    "RevokeAccessToken": example(id="tok-1"),
}

KEYS = {
    "ListApiKeys": example(needs=("key-1",)),
    "CreateApiKey": example(
        dialect="gipo",
        name="CI",
        permission="read",
        expires_at=None,
        bad={"name": " ", "expires_at": "2020-01-01T00:00Z"},
    ),
    "RevokeApiKey": example(id="key-1"),
}

VALUES = ("PUT", "/{org}/projects/prj-1/custom-fields", {"values": [{"field_id": "cf-1", "value": "design"}]})

REGISTRIES = {
    "ListTags": example(needs=("tag-1",)),
    "CreateTag": example(name="backend", color="#2563eb", bad={"color": "blue"}),
    "UpdateTag": example(id="tag-1", name="front end", color=None, bad={"name": " "}),
    "DeleteTag": example(id="tag-1"),
    "ListTaskTypes": example(needs=("typ-1",)),
    "CreateTaskType": example(name="Bug", color="#ef4444", bad={"color": "red"}),
    "UpdateTaskType": example(id="typ-1", name="Feature", bad={"name": " "}),
    "DeleteTaskType": example(id="typ-1"),
    "ListCustomFields": example(needs=("cf-1",)),
    "CreateCustomField": example(name="Size", type="list", options=["S", "L"], bad={"options": []}),
    "UpdateCustomField": example(id="cf-1", description="What it is", bad={"options": ["a"]}),
    "DeleteCustomField": example(id="cf-1"),
    "ListCustomFieldValues": example(id="prj-1", needs=("cf-1",), first=(VALUES,)),
    "SetCustomFieldValues": example(
        id="prj-1",
        values=[{"field_id": "cf-1", "value": "design"}],
        bad={"values": [{"field_id": "cf-1", "value": "x" * 10_001}]},
    ),
}

KITCHEN = {name: example(**asked) for name, asked in ASKED_OF_KITCHEN.items()}

THINKEX = {name: example(**said) for name, said in thinkex.EXAMPLES.items()}

TICKWARD = {name: example(**said) for name, said in (tickward.EXAMPLES | tickward.WEBHOOKS).items()}

CHATS = {
    "ListChats": example(needs=("dm-1",)),
    "FindOrCreateChat": example(needs=("prj-1",), membership_ids=["mem-bob"]),
}

NOTIFICATIONS = {
    "ListNotifications": example(needs=("ntf-1",), unread=True),
    "MarkAllNotificationsRead": example(needs=("ntf-1",)),
    "MarkNotification": example(id="ntf-1", read=True),
    "ListAssignments": example(needs=("mine-1",)),
    "ListGroupedAssignments": example(needs=("mine-1",)),
    "GetProjectBell": example(id="prj-1"),
    "SetProjectBell": example(id="prj-1", scope="mentions"),
}

PREFERENCES = {
    "GetPreferences": example(),
    "UpdatePreferences": example(timezone="Europe/Paris", theme="dark", bad={"timezone": "Mars/Olympus"}),
}

BILLING = {
    "GetBilling": example(needs=("prj-1", "inv-1")),
    "CreateCheckout": example(
        price_id="price_pro_monthly", billing_interval="monthly", bad={"billing_interval": "yearly"}
    ),
    "CreateBillingPortal": example(first=(CHECKOUT,)),
    "ListPrices": example(),
    "ExportAccount": example(projects=["prj-1"], needs=("todo-1",), bad={"projects": ["org-2"]}),
    "ReceiveBillingEvent": example(**{"payload": "event-1", "Stripe-Signature": "signature-1"}),
}

AUTH = {
    "SignUp": example(name="Ada", email=NEW, password=PASSWORD, bad={"password": "short"}),
    "SignIn": example(email="ana-{tag}@example.com", password="pass-1", bad={"email": "nobody"}),
    "SignOut": example(),
    "Ok": example(),
    "GetSession": example(),
    "GetSessionByPost": example(),
    "ListSessions": example(),
    "RevokeSession": example(token="unknown-token-is-also-fine"),
    "RevokeOtherSessions": example(),
    "RevokeSessions": example(),
    "UpdateUser": example(name="Ana L", image=None, bad={"email": "new@example.com"}),
    "ChangePassword": example(currentPassword="pass-1", newPassword="new password 1", bad={"newPassword": "short"}),
    "VerifyPassword": example(password="pass-1", bad={"password": "wrong password"}),
    "RequestPasswordReset": example(email="ana-{tag}@example.com", redirectTo="/reset"),
    "RequestPasswordReset2": example(email="ana-{tag}@example.com"),
    "FollowResetLink": example(token="PZMI2mD9AsQDQJGWnSoOerW6", callbackURL="/reset"),
    "ResetPassword": example(
        needs=("pass-1",), newPassword="fresh password", token="reset-1", bad={"token": "PZMI2mD9AsQDQJGWnSoOerW6"}
    ),
    "ListAccounts": example(needs=("pass-1",)),
}

EXAMPLES: dict[str, Example] = {
    **ORGANIZATIONS,
    **PEOPLE,
    **PROJECTS,
    **RECORDINGS,
    **UPLOADS,
    **CALENDAR,
    **TOKENS,
    **KEYS,
    **REGISTRIES,
    **{name: example(**values) for name, values in {**gipo.TIME, **gipo.GIPO}.items()},
    **KITCHEN,
    **THINKEX,
    **TICKWARD,
    **CHATS,
    **NOTIFICATIONS,
    **PREFERENCES,
    **BILLING,
    **AUTH,
}
