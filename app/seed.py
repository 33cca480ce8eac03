"""The demo organization: people of every role and content of every kind, made through the public operations.

It is the same every time, but for ids and for dates, which lie around today.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from starlette.datastructures import UploadFile

from app.api.documents import Documents
from app.api.schema import schema
from app.core import clock
from app.core.context import Caller, Credential, Presented
from app.core.db import Database
from app.core.secret import digest
from app.prepare import CannotRun, Ready
from app.settings import Settings

PASSWORD = "thicket-demo"
OWNER = "ana@example.com"
Json = dict[str, Any]

SIGN_UP = "mutation ($input: SignUpInput!) { signUp(input: $input) { token } }"
ORGANIZATION = "mutation ($name: String!) { createOrganization(input: {name: $name}) { slug membershipId } }"
COMPANY = """
mutation ($org: String!, $name: String!, $isClient: Boolean!) {
  createCompany(org: $org, input: {name: $name, isClient: $isClient}) { id }
}"""
INVITATION = "mutation ($org: String!, $input: InvitePersonInput!) { invitePerson(org: $org, input: $input) { id } }"
MEMBERSHIP = "query ($org: String!) { organization(slug: $org) { membershipId } }"
TITLE = """
mutation ($org: String!, $id: ID!, $title: String!, $companyId: ID) {
  updatePerson(org: $org, id: $id, input: {title: $title, companyId: $companyId}) { ok }
}"""
GROUP = """
mutation ($org: String!, $name: String!, $ids: [ID!]!) {
  createGroup(org: $org, input: {name: $name, membershipIds: $ids}) { ok: __typename }
}"""
PROJECT = """
mutation ($org: String!, $name: String!, $description: String!, $allAccess: Boolean!) {
  createProject(org: $org, input: {name: $name, description: $description, allAccess: $allAccess}) {
    id
    tools(includeDisabled: true) { tool containerId }
  }
}"""
PEOPLE = """
mutation ($org: String!, $id: ID!, $ids: [ID!]!) {
  setProjectPeople(org: $org, id: $id, input: {grant: $ids}) { invited }
}"""
FILE = """
mutation ($org: String!, $parent: ID!, $file: Upload!) {
  createUpload(org: $org, parentId: $parent, input: { file: $file }) { id }
}"""
PRICES = b"Tea,Price for 100 g\nSencha,7.80\nDarjeeling,9.50\nRooibos,4.20\n"
PROJECT_STATUS = """
mutation ($org: String!, $id: ID!, $status: ProjectStatus!) {
  setProjectStatus(org: $org, id: $id, status: $status) { id }
}"""
SHOW_TOOL = """
mutation ($org: String!, $id: ID!, $tool: Tool!) {
  updateProjectTool(org: $org, id: $id, tool: $tool, input: {enabled: true}) { tool }
}"""
CHILD = """
mutation ($org: String!, $parent: ID!, $input: CreateRecordingInput!) {
  createRecording(org: $org, parentId: $parent, input: $input) { id }
}"""
COLUMNS = """
query ($org: String!, $id: ID!) {
  organization(slug: $org) { recording(id: $id) { children { nodes { id title } } } }
}"""
COMMENT = """
mutation ($org: String!, $id: ID!, $content: String!) {
  createComment(org: $org, recordingId: $id, content: $content) { id }
}"""
COMPLETE = "mutation ($org: String!, $id: ID!) { completeRecording(org: $org, id: $id) { id } }"
PIN = "mutation ($org: String!, $id: ID!) { pinRecording(org: $org, id: $id) { id } }"
HOLD = "mutation ($org: String!, $id: ID!) { setRecordingHold(org: $org, id: $id, onHold: true) { id } }"
COLOR = (
    "mutation ($org: String!, $id: ID!, $color: String!) { setColumnColor(org: $org, id: $id, color: $color) { id } }"
)
SHARE = """
mutation ($org: String!, $id: ID!) { setRecordingVisibility(org: $org, id: $id, visibleToClients: true) { id } }"""
STATUS = """
mutation ($org: String!, $id: ID!, $status: RecordingStatus!) {
  setRecordingStatus(org: $org, id: $id, status: $status) { id }
}"""


@dataclass
class Person:
    """Somebody who is signed in, and acts."""

    name: str
    credential: Credential
    id: str = ""
    """The membership id."""


@dataclass
class Demo:
    """The organization in the making."""

    settings: Settings
    database: Database
    say: Callable[[str], None]
    documents: Documents = field(init=False)
    org: str = ""
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.documents = Documents(schema._schema, self.settings)

    async def run(self, who: str, text: str, **variables: Any) -> Json:
        """The answer of one operation. Raises CannotRun if it is refused."""
        person = self.people.get(who)
        return await self.ask(person.credential if person else None, text, variables)

    async def ask(self, credential: Credential | None, text: str, variables: Json) -> Json:
        if "$org" in text:
            variables = {"org": self.org, **variables}
        operation = self.documents.accept(text, None, variables).operation
        caller = Caller(self.settings, self.database, credential, base_url=self.settings.url)
        result = await schema.run(operation, variables, caller)
        if result.errors or result.data is None:
            message = result.errors[0].message if result.errors else "no answer"
            raise CannotRun(f"The demo organization could not be made: {message}")
        (answer,) = result.data.values()
        return answer if isinstance(answer, dict) else {}

    async def add(self, who: str, parent: str, type: str, title: str | None = None, **fields: Any) -> str:
        """A new recording's id."""
        given = {"type": type, "title": title, **fields}
        given = {name: value for name, value in given.items() if value is not None}
        made = await self.run(who, CHILD, parent=parent, input=given)
        return str(made["id"])

    async def comment(self, who: str, id: str, content: str) -> None:
        await self.run(who, COMMENT, id=id, content=content)

    def ids(self, *names: str) -> list[str]:
        return [self.people[name].id for name in names]


async def plant(settings: Settings, ready: Ready, say: Callable[[str], None]) -> str:
    """Make the demo organization, telling what is being made; its slug.

    Raises CannotRun in production, where anybody knows the passwords, and where it is there already.
    """
    if settings.production:
        raise CannotRun("The demo organization has published passwords: it is not made in production.")
    relaxed = settings.model_copy(
        update={"rate_limits": "off", "auto_accept_invites": True, "trusted_documents": None, "trusted_only": False}
    )
    database = Database()
    await database.open(ready.url, size=2, statement_cache_size=settings.statement_cache_size, role=ready.role)
    try:
        demo = Demo(relaxed, database, say)
        await _refuse_twice(demo)
        await _people(demo)
        await _website(demo)
        await _campaign(demo)
        await _move(demo)
    finally:
        await database.close()
    return demo.org


def sign_in(settings: Settings) -> list[str]:
    """How to look at it: for whoever has just made it."""
    body = f'{{"email": "{OWNER}", "password": "{PASSWORD}"}}'
    mutation = f'mutation {{ signIn(input: {{email: "{OWNER}", password: "{PASSWORD}"}}) {{ user {{ name }} }} }}'
    return [
        f"Sign in as {OWNER} with the password {PASSWORD}; abe@, bob@, mia@ and cleo@example.com have the same one.",
        f"In GraphiQL: {mutation}",
        f"In a shell:  curl -c cookies.txt -H 'Content-Type: application/json' -d '{body}' "
        f"{settings.url}/api/auth/sign-in/email",
    ]


async def _refuse_twice(demo: Demo) -> None:
    if await demo.database.apart("thicket_account", OWNER):
        raise CannotRun(f"The demo organization is there already: {OWNER} has signed up before.")


async def _people(demo: Demo) -> None:
    demo.say("People: an owner, an admin, two members, a client")
    await _sign_up(demo, "Ana Alvarez", OWNER)
    founded = await demo.run("ana", ORGANIZATION, name="Acme")
    demo.org, demo.people["ana"].id = founded["slug"], founded["membershipId"]
    acme = (await demo.run("ana", COMPANY, name="Acme", isClient=False))["id"]
    client = (await demo.run("ana", COMPANY, name="Northwind Tea", isClient=True))["id"]
    joining = [
        ("Abe Okafor", "abe@example.com", "ADMIN", acme, "Studio lead"),
        ("Bob Lindqvist", "bob@example.com", "MEMBER", acme, "Engineer"),
        ("Mia Tanaka", "mia@example.com", "MEMBER", acme, "Designer"),
        ("Cleo Martin", "cleo@example.com", "CLIENT", client, "Head of marketing"),
    ]
    for name, email, role, company, title in joining:
        await demo.run("ana", INVITATION, input={"email": email, "role": role, "name": name, "companyId": company})
        person = await _sign_up(demo, name, email)
        person.id = (await demo.ask(person.credential, MEMBERSHIP, {}))["membershipId"]
        await demo.run("ana", TITLE, id=person.id, title=title, companyId=company)
    await demo.run("ana", TITLE, id=demo.people["ana"].id, title="Founder", companyId=acme)
    await demo.run("ana", GROUP, name="Design", ids=demo.ids("mia", "abe"))
    await demo.run("ana", GROUP, name="Engineering", ids=demo.ids("bob"))
    offer = {"email": "noor@example.com", "role": "MEMBER", "name": "Noor Haddad", "note": "Welcome on board!"}
    await demo.run("ana", INVITATION, input=offer)


async def _sign_up(demo: Demo, name: str, email: str) -> Person:
    signed_up = await demo.ask(None, SIGN_UP, {"input": {"name": name, "email": email, "password": PASSWORD}})
    person = Person(name, Credential(Presented.SESSION, digest(signed_up["token"])))
    demo.people[name.split()[0].lower()] = person
    return person


async def _project(
    demo: Demo, name: str, description: str, people: list[str], *, all_access: bool
) -> tuple[str, dict[str, str]]:
    """A new project of Ana's: its id, and its containers' ids by tool."""
    demo.say(f"Project: {name}")
    made = await demo.run("ana", PROJECT, name=name, description=description, allAccess=all_access)
    await demo.run("ana", PEOPLE, id=made["id"], ids=demo.ids(*people))
    return made["id"], {tool["tool"]: tool["containerId"] for tool in made["tools"]}


async def _website(demo: Demo) -> None:
    about = "A new site for Northwind Tea, with a shop. Shared with the client."
    project, tools = await _project(demo, "Website relaunch", about, ["bob", "mia", "cleo"], all_access=True)
    await demo.run("ana", SHOW_TOOL, id=project, tool="QUESTIONNAIRE")
    await _messages(demo, tools["MESSAGE_BOARD"])
    await _todos(demo, tools["TODOSET"])
    await _documents(demo, tools["VAULT"])
    await _schedule(demo, tools["SCHEDULE"])
    await _cards(demo, tools["CARD_TABLE"])
    for who, line in (("mia", "Morning! Wireframes are up."), ("bob", "Looking now."), ("bob", "Love the basket.")):
        await demo.add(who, tools["CHAT"], "CHAT_LINE", content=line)


async def _messages(demo: Demo, board: str) -> None:
    kickoff = await demo.add(
        "ana",
        board,
        "MESSAGE",
        "Kick-off: what we agreed on",
        contentHtml="<p>Three things matter:</p><ul><li>a shop that works on a phone</li><li>stories of the growers"
        "</li><li>no cookie banner</li></ul>",
    )
    await demo.run("ana", PIN, id=kickoff)
    await demo.run("ana", SHARE, id=kickoff)
    await demo.comment("cleo", kickoff, "Thank you! Our growers are happy to be photographed.")
    await demo.comment("mia", kickoff, "Wonderful. I will plan a day in May.")
    await demo.add("bob", board, "MESSAGE", "Hosting: two offers", content="One is cheaper, one is nearer.\n\nVotes?")
    await demo.add("mia", board, "MESSAGE", "Thoughts on type", content="Not ready yet.", status="DRAFTED")
    old = await demo.add("abe", board, "MESSAGE", "Lunch on Friday?", content="Noodles.")
    await demo.run("abe", STATUS, id=old, status="TRASHED")


async def _todos(demo: Demo, todoset: str) -> None:
    launch = await demo.add("ana", todoset, "TODOLIST", "Launch", content="What stands between us and the launch.")
    await demo.run("ana", SHARE, id=launch)
    texts = await demo.add("ana", launch, "TODO", "Write the shop's texts", assigneeIds=demo.ids("mia"), dueOn=_day(5))
    await demo.add("mia", texts, "TODO", "Shipping and returns", assigneeIds=demo.ids("mia"))
    await demo.add("ana", launch, "TODO", "Photograph the growers", assigneeIds=demo.ids("mia", "abe"), dueOn=_day(12))
    late = await demo.add("ana", launch, "TODO", "Choose the hosting", assigneeIds=demo.ids("bob"), dueOn=_day(-2))
    await demo.comment("bob", late, "Waiting for one more offer.")
    done = await demo.add("ana", launch, "TODO", "Buy the domain", assigneeIds=demo.ids("bob"))
    await demo.run("bob", COMPLETE, id=done)
    later = await demo.add("ana", launch, "TODOLIST", "After the launch")
    await demo.add("bob", later, "TODO", "Measure how fast it is")
    await demo.add("bob", todoset, "TODO", "Renew the studio's certificates", dueOn=_day(30))
    pitch = await demo.add("ana", todoset, "TODOLIST", "Pitch")
    won = await demo.add("ana", pitch, "TODO", "Win it")
    await demo.run("ana", COMPLETE, id=won)
    await demo.run("ana", STATUS, id=pitch, status="ARCHIVED")


async def _documents(demo: Demo, vault: str) -> None:
    brief = await demo.add("ana", vault, "DOCUMENT", "Brief", contentHtml="<h1>Brief</h1><p>Tea, but online.</p>")
    await demo.run("ana", SHARE, id=brief)
    await demo.comment("cleo", brief, "Could we add the wholesale price list?")
    prices = UploadFile(BytesIO(PRICES), size=len(PRICES), filename="Prices.csv")
    listed = await demo.run("mia", FILE, parent=vault, file=prices)
    await demo.run("mia", SHARE, id=listed["id"])
    folder = await demo.add("mia", vault, "VAULT", "Design")
    await demo.add("mia", folder, "DOCUMENT", "Colours", content="Leaf green, cup white, copper.")
    wish = await demo.add("cleo", vault, "DOCUMENT", "Our wishes", content="A page for each of our gardens.")
    await demo.comment("mia", wish, "Yes: I have a draft.")


async def _schedule(demo: Demo, schedule: str) -> None:
    review = await demo.add(
        "ana",
        schedule,
        "SCHEDULE_ENTRY",
        "Design review",
        startsAt=f"{_day(3)}T09:00:00.000Z",
        endsAt=f"{_day(3)}T10:00:00.000Z",
        link="https://meet.example.com/review",
        assigneeIds=demo.ids("mia", "bob"),
    )
    await demo.comment("mia", review, "I will bring two versions.")
    launch = await demo.add(
        "ana", schedule, "SCHEDULE_ENTRY", "Launch", startsAt=f"{_day(20)}T00:00:00.000Z", allDay=True, circled=True
    )
    await demo.run("ana", SHARE, id=launch)


async def _cards(demo: Demo, table: str) -> None:
    doing = await demo.add("mia", table, "CARD_COLUMN", "Doing")
    await demo.run("mia", COLOR, id=doing, color="blue")
    answer = await demo.run("mia", COLUMNS, id=table)
    triage = next(each["id"] for each in answer["recording"]["children"]["nodes"] if each["title"] == "Triage")
    basket = await demo.add("mia", doing, "CARD", "Basket", assigneeIds=demo.ids("bob"), dueOn=_day(4))
    first = await demo.add("bob", basket, "CARD_STEP", "Keep it between visits", assigneeIds=demo.ids("bob"))
    await demo.add("bob", basket, "CARD_STEP", "Vouchers")
    await demo.run("bob", COMPLETE, id=first)
    await demo.comment("mia", basket, "The empty one needs a picture.")
    search = await demo.add("bob", doing, "CARD", "Search", content="Waits for the list of teas.")
    await demo.run("bob", HOLD, id=search)
    await demo.add("abe", triage, "CARD", "Gift wrapping")
    front = await demo.add("mia", doing, "CARD", "Front page")
    await demo.run("mia", COMPLETE, id=front)


async def _campaign(demo: Demo) -> None:
    about = "Posters and a film for the autumn. For those who are on it only."
    _, tools = await _project(demo, "Autumn campaign", about, ["mia"], all_access=False)
    ideas = await demo.add("mia", tools["TODOSET"], "TODOLIST", "Ideas")
    for title in ("A kettle that sings", "Leaves that fall upwards", "Nothing but steam"):
        await demo.add("mia", ideas, "TODO", title)
    await demo.add("ana", tools["MESSAGE_BOARD"], "MESSAGE", "Budget", content="Smaller than last year's. Be clever.")


async def _move(demo: Demo) -> None:
    project, tools = await _project(demo, "Office move", "Done, and well done.", ["abe", "bob"], all_access=True)
    boxes = await demo.add("abe", tools["TODOSET"], "TODOLIST", "Boxes")
    for title in ("Pack", "Carry", "Unpack"):
        await demo.run("abe", COMPLETE, id=await demo.add("abe", boxes, "TODO", title))
    await demo.run("ana", PROJECT_STATUS, id=project, status="ARCHIVED")


def _day(offset: int) -> str:
    """The day so many days from today, as in `2026-11-21`."""
    return (clock.now() + timedelta(days=offset)).date().isoformat()
