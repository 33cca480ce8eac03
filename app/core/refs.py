"""GraphQL types by name, for fields that cross domains.

Strawberry looks each up when the schema is built, so no schema module ever imports another domain's, and the graph may
be as round as it likes.
"""

from typing import TYPE_CHECKING, Annotated

from strawberry import lazy

if TYPE_CHECKING:
    from app.billing.schema import Billing as Billing
    from app.calendar.schema import CalendarFeed as CalendarFeed
    from app.calendar.schema import CalendarFile as CalendarFile
    from app.calendar.schema import CalendarItem as CalendarItem
    from app.calendar.schema import Today as Today
    from app.chats.schema import ChatPreview as ChatPreview
    from app.exports.schema import AccountExport as AccountExport
    from app.files.schema import FileVersion as FileVersion
    from app.keys.schema import ApiKey as ApiKey
    from app.notifications.schema import Notification as Notification
    from app.notifications.schema import ProjectBell as ProjectBell
    from app.notifications.schema import WorkGroups as WorkGroups
    from app.orgs.schema import Organization as Organization
    from app.people.schema import Company as Company
    from app.people.schema import Invitation as Invitation
    from app.people.schema import PeopleGroup as PeopleGroup
    from app.people.schema import Person as Person
    from app.projects.schema import Project as Project
    from app.recordings.kinds.card import Card as Card
    from app.recordings.kinds.card_step import CardStep as CardStep
    from app.recordings.kinds.card_table import CardTable as CardTable
    from app.recordings.kinds.dm import Dm as Dm
    from app.recordings.kinds.message import Message as Message
    from app.recordings.kinds.timer import Timer as Timer
    from app.recordings.kinds.timer_board import TimerBoard as TimerBoard
    from app.recordings.kinds.timer_space import TimerSpace as TimerSpace
    from app.recordings.kinds.upload import UploadedFile as UploadedFile
    from app.recordings.schema.activity import ActivityEvent as ActivityEvent
    from app.recordings.schema.interface import Assignable as Assignable
    from app.recordings.schema.interface import Commentable as Commentable
    from app.recordings.schema.interface import Recording as Recording
    from app.recordings.schema.interface import Subscribable as Subscribable
    from app.registries.schema import CustomField as CustomField
    from app.registries.schema import CustomFieldValue as CustomFieldValue
    from app.registries.schema import Tag as Tag
    from app.registries.schema import TaskType as TaskType
    from app.search.schema import SearchHit as SearchHit
    from app.search.schema import SearchMetadata as SearchMetadata
    from app.timekeeping.schema import TimeEntry as TimeEntry
else:
    Billing = Annotated["Billing", lazy("app.billing.schema")]
    CalendarFeed = Annotated["CalendarFeed", lazy("app.calendar.schema")]
    CalendarFile = Annotated["CalendarFile", lazy("app.calendar.schema")]
    CalendarItem = Annotated["CalendarItem", lazy("app.calendar.schema")]
    Today = Annotated["Today", lazy("app.calendar.schema")]
    AccountExport = Annotated["AccountExport", lazy("app.exports.schema")]
    FileVersion = Annotated["FileVersion", lazy("app.files.schema")]
    ApiKey = Annotated["ApiKey", lazy("app.keys.schema")]
    ChatPreview = Annotated["ChatPreview", lazy("app.chats.schema")]
    Notification = Annotated["Notification", lazy("app.notifications.schema")]
    ProjectBell = Annotated["ProjectBell", lazy("app.notifications.schema")]
    WorkGroups = Annotated["WorkGroups", lazy("app.notifications.schema")]
    Organization = Annotated["Organization", lazy("app.orgs.schema")]
    Company = Annotated["Company", lazy("app.people.schema")]
    Invitation = Annotated["Invitation", lazy("app.people.schema")]
    PeopleGroup = Annotated["PeopleGroup", lazy("app.people.schema")]
    Person = Annotated["Person", lazy("app.people.schema")]
    Project = Annotated["Project", lazy("app.projects.schema")]
    ActivityEvent = Annotated["ActivityEvent", lazy("app.recordings.schema.activity")]
    Dm = Annotated["Dm", lazy("app.recordings.kinds.dm")]
    Card = Annotated["Card", lazy("app.recordings.kinds.card")]
    CardStep = Annotated["CardStep", lazy("app.recordings.kinds.card_step")]
    CardTable = Annotated["CardTable", lazy("app.recordings.kinds.card_table")]
    Assignable = Annotated["Assignable", lazy("app.recordings.schema.interface")]
    Commentable = Annotated["Commentable", lazy("app.recordings.schema.interface")]
    Recording = Annotated["Recording", lazy("app.recordings.schema.interface")]
    Subscribable = Annotated["Subscribable", lazy("app.recordings.schema.interface")]
    Message = Annotated["Message", lazy("app.recordings.kinds.message")]
    UploadedFile = Annotated["UploadedFile", lazy("app.recordings.kinds.upload")]
    CustomField = Annotated["CustomField", lazy("app.registries.schema")]
    CustomFieldValue = Annotated["CustomFieldValue", lazy("app.registries.schema")]
    Tag = Annotated["Tag", lazy("app.registries.schema")]
    TaskType = Annotated["TaskType", lazy("app.registries.schema")]
    Timer = Annotated["Timer", lazy("app.recordings.kinds.timer")]
    TimerBoard = Annotated["TimerBoard", lazy("app.recordings.kinds.timer_board")]
    TimerSpace = Annotated["TimerSpace", lazy("app.recordings.kinds.timer_space")]
    SearchHit = Annotated["SearchHit", lazy("app.search.schema")]
    SearchMetadata = Annotated["SearchMetadata", lazy("app.search.schema")]
    TimeEntry = Annotated["TimeEntry", lazy("app.timekeeping.schema")]
