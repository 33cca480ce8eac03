"""Who may do what, typed by hand from domain.md 2.11: the status of every route's example for every principal.

The client is on the project and sees what the example names; the stranger is owner of another organization.
"""

PRINCIPALS = {"nobody": "nobody", "stranger": "eve", "client": "cleo", "member": "bob", "admin": "abe", "owner": "ana"}

TABLE = """
                         nobody stranger client member admin owner
ListOrganizations          401     200     200    200   200   200
CreateOrganization         401     201     201    201   201   201
GetAuthorization           401     200     200    200   200   200
ListAccessTokens           401     200     200    200   200   200
CreateAccessToken          401     201     201    201   201   201
RevokeAccessToken          401     404     404    404   404   204
ListApiKeys                401     404     403    200   200   200
CreateApiKey               401     404     403    201   201   201
RevokeApiKey               401     404     404    404   204   204

ListTags                   401     404     200    200   200   200
CreateTag                  401     404     403    403   201   201
UpdateTag                  401     404     403    403   200   200
DeleteTag                  401     404     403    403   204   204
ListTaskTypes              401     404     200    200   200   200
CreateTaskType             401     404     403    403   201   201
UpdateTaskType             401     404     403    403   200   200
DeleteTaskType             401     404     403    403   204   204
ListCustomFields           401     404     200    200   200   200
CreateCustomField          401     404     403    403   201   201
UpdateCustomField          401     404     403    403   200   200
DeleteCustomField          401     404     403    403   204   204
ListCustomFieldValues      401     404     200    200   200   200
SetCustomFieldValues       401     404     403    200   200   200

CreateTimeEntry            401     404     403    201   201   201
ListTimeEntries            401     404     200    200   200   200
GetTimeEntry               401     404     404    200   200   200
UpdateTimeEntry            401     404     404    403   200   200
DeleteTimeEntry            401     404     404    403   204   204
StartTimeEntry             401     404     403    201   201   201
StopTimeEntry              401     404     404    404   404   200

GipoListProjects           401     200     200    200   200   200
GipoCreateProject          401     201     403    403   201   201
GipoGetProject             401     404     200    200   200   200
GipoUpdateProject          401     404     403    403   200   200
GipoDeleteProject          401     404     403    403   204   204
GipoListProjectMembers     401     404     200    200   200   200
GipoAddProjectMember       401     404     403    403   201   201
GipoRemoveProjectMember    401     404     403    403   204   204
GipoListWorkspaces         401     200     200    200   200   200
GipoGetWorkspace           401     404     200    200   200   200
GipoListMembers            401     200     200    200   200   200
GipoListTasks              401     200     200    200   200   200
GipoCreateTask             401     404     403    201   201   201
GipoGetTask                401     404     200    200   200   200
GipoUpdateTask             401     404     403    200   200   200
GipoDeleteTask             401     404     403    204   204   204
GipoListTaskTypes          401     200     200    200   200   200
GipoListTags               401     200     200    200   200   200
GipoListSubtasks           401     404     200    200   200   200
GipoCreateSubtask          401     404     403    201   201   201
GipoUpdateSubtask          401     404     403    200   200   200
GipoDeleteSubtask          401     404     403    204   204   204
GipoListTimeEntries        401     200     200    200   200   200
GipoCreateTimeEntry        401     404     403    201   201   201
GipoGetTimeEntry           401     404     404    200   200   200
GipoUpdateTimeEntry        401     404     404    403   200   200
GipoDeleteTimeEntry        401     404     404    403   204   204

KitchenListProjects        401     200     200    200   200   200
KitchenGetProject          401     404     200    200   200   200
KitchenCreateProject       401     201     403    403   201   201
KitchenUpdateProject       401     404     403    200   200   200
KitchenAddClient           401     404     403    200   200   200
KitchenRemoveClient        401     404     403    204   204   204
KitchenAddManager          401     404     403    200   200   200
KitchenRemoveManager       401     404     403    204   204   204
KitchenListMessages        401     200     200    200   200   200
KitchenGetMessage          401     404     200    200   200   200
KitchenCreateMessage       401     422     403    201   201   201
KitchenGetClient           401     404     200    200   200   200
KitchenListClients         401     200     200    200   200   200
KitchenCreateClient        401     201     403    403   201   201
KitchenGetManager          401     404     200    200   200   200
KitchenListManagers        401     200     200    200   200   200
KitchenListProjectManagers 401     404     200    200   200   200

ThinkexListWorkspaces      401     200     200    200   200   200
ThinkexCreateWorkspace     401     201     201    201   201   201
ThinkexGetWorkspace        401     403     403    403   403   200
ThinkexUpdateWorkspace     401     403     403    403   403   200
ThinkexDeleteWorkspace     401     403     403    403   403   200
ThinkexListCollaborators   401     403     403    403   403   200
ThinkexShare               401     403     403    403   403   201
ThinkexUpdateCollaborator  401     403     403    403   403   200
ThinkexRemoveCollaborator  401     403     403    403   403   200
ThinkexDeleteInvite        401     403     403    403   403   200
ThinkexGetInvite           200     200     200    200   200   200
ThinkexClaimInvite         401     200     409    409   409   409
ThinkexListEvents          401     403     403    403   403   200
ThinkexAppendEvent         401     403     403    403   403   200
ThinkexListSnapshots       401     403     403    403   403   200
ThinkexTrackOpen           401     403     403    403   403   200
ThinkexReorder             401     400     400    400   400   200
ThinkexGetBySlug           401     404     404    404   404   200
ThinkexGetMetadata         401     404     404    404   404   200

TickwardListProjects       401     200     200    200   200   200
TickwardCreateProject      401     201     403    201   201   201
TickwardPreviewProject     401     200     403    200   200   200
TickwardGetProject         401     404     404    200   200   200
TickwardUpdateProject      401     404     404    200   200   200
TickwardDeleteProject      401     404     404    200   200   200
TickwardPreviewProjectDeletion 401 404     404    200   200   200
TickwardListTimers         401     404     404    200   200   200
TickwardCreateTimer        401     404     404    201   201   201
TickwardGetTimer           401     404     404    200   200   200
TickwardUpdateTimer        401     404     404    200   200   200
TickwardDeleteTimer        401     404     404    200   200   200
TickwardListSpaces         401     404     404    200   200   200
TickwardCreateSpace        401     404     404    201   201   201
TickwardGetSpace           401     404     404    200   200   200
TickwardUpdateSpace        401     404     404    200   200   200
TickwardDeleteSpace        401     404     404    200   200   200
TickwardPreviewSpaceDeletion 401   404     404    200   200   200
TickwardListShares         401     404     404    200   200   200
TickwardCreateShare        401     404     404    201   201   201
TickwardGetShare           401     404     404    200   200   200
TickwardDeleteShare        401     404     404    200   200   200
TickwardSharePage          200     200     200    200   200   200
TickwardListWebhooks       401     200     403    403   200   200
TickwardCreateWebhook      401     201     403    403   201   201
TickwardGetWebhook         401     404     404    404   200   200
TickwardUpdateWebhook      401     404     404    404   200   200
TickwardDeleteWebhook      401     404     404    404   200   200
TickwardListDeliveries     401     404     404    404   200   200
TickwardTestWebhook        401     404     404    404   200   200
TickwardSync               401     200     200    200   200   200
TickwardCapabilities       200     200     200    200   200   200

ListWebhooks               401     404     403    403   200   200
CreateWebhook              401     404     403    403   201   201
GetWebhook                 401     404     404    404   200   200
UpdateWebhook              401     404     404    404   200   200
DeleteWebhook              401     404     404    404   204   204
ListWebhookDeliveries      401     404     404    404   200   200
TestWebhook                401     404     404    404   201   201

GetPreferences             401     200     200    200   200   200
UpdatePreferences          401     200     200    200   200   200

ListPeople                 401     404     200    200   200   200
GetPerson                  401     404     200    200   200   200
InvitePerson               401     404     403    403   201   201
UpdatePerson               401     404     403    403   200   200
SetOutOfOffice             401     404     403    403   403   200
RemovePerson               401     404     403    403   200   200
ListInvitations            401     404     403    403   200   200
ResendInvitation           401     404     404    404   200   200
DeleteInvitation           401     404     404    404   204   204
GetOfferedPlace            200     200     200    200   200   200
AcceptInvitation           401     201     409    409   409   409
ListCompanies              401     404     200    200   200   200
CreateCompany              401     404     403    403   201   201
UpdateCompany              401     404     404    403   200   200
DeleteCompany              401     404     404    403   200   200
ListGroups                 401     404     200    200   200   200
CreateGroup                401     404     403    403   201   201
UpdateGroup                401     404     404    403   200   200
DeleteGroup                401     404     404    403   200   200

ListProjects               401     404     200    200   200   200
ListAllProjects            401     404     403    403   403   200
CreateProject              401     404     403    201   201   201
GetProject                 401     404     200    200   200   200
UpdateProject              401     404     403    200   200   200
SetProjectStatus           401     404     403    200   200   200
ListProjectTools           401     404     200    200   200   200
UpdateProjectTool          401     404     403    200   200   200
ListProjectPeople          401     404     200    200   200   200
SetProjectPeople           401     404     403    200   200   200
StarProject                401     404     200    200   200   200
UnstarProject              401     404     200    200   200   200
JoinProject                401     404     403    403   403   200
ListProjectLinks           401     404     200    200   200   200
CreateProjectLink          401     404     403    201   201   201
UpdateProjectLink          401     404     403    200   200   200
DeleteProjectLink          401     404     403    204   204   204
ListActivity               401     404     200    200   200   200

Search                     401     404     200    200   200   200
GetSearchMetadata          401     404     200    200   200   200
ListRecordings             401     404     200    200   200   200
GetRecording               401     404     200    200   200   200
UpdateRecording            401     404     403    200   200   200
SetRecordingStatus         401     404     403    200   200   200
DeleteChatLine             401     404     403    403   200   200
ListChildren               401     404     200    200   200   200
CreateChild                401     404     201    201   201   201
ListComments               401     404     200    200   200   200
CreateComment              401     404     201    201   201   201
CompleteRecording          401     404     200    200   200   200
ReopenRecording            401     404     200    200   200   200
MoveRecording              401     404     403    200   200   200
ListAssignees              401     404     200    200   200   200
SetAssignees               401     404     403    200   200   200
GetSubscription            401     404     200    200   200   200
Subscribe                  401     404     200    200   200   200
Unsubscribe                401     404     200    200   200   200
SetVisibility              401     404     403    200   200   200
PinRecording               401     404     403    200   200   200
UnpinRecording             401     404     403    200   200   200
SetHold                    401     404     403    200   200   200
SetColor                   401     404     403    200   200   200
SetCommentsClosed          401     404     403    200   200   200
ListRecordingEvents        401     404     200    200   200   200
ChangeSubscribers          401     404     403    200   200   200
PublishDraft               401     404     404    404   404   200
CopyRecording              401     404     403    201   201   201
CreateCheer                401     404     201    201   201   201
DeleteCheer                401     404     403    403   403   200
BatchRecordings            401     404     403    200   200   200

CreateUpload               401     404     201    201   201   201
DownloadUpload             401     404     302    302   302   302
ViewUpload                 401     404     302    302   302   302
ListUploadVersions         401     404     200    200   200   200
UpdateUpload               401     404     403    201   201   201
GetStoredContent           200     200     200    200   200   200
ListChats                  401     404     200    200   200   200
FindOrCreateChat           401     404     201    201   201   201
ListNotifications          401     404     200    200   200   200
MarkAllNotificationsRead   401     404     200    200   200   200
MarkNotification           401     404     404    404   404   200
ListAssignments            401     404     200    200   200   200
ListGroupedAssignments     401     404     200    200   200   200
GetProjectBell             401     404     200    200   200   200
SetProjectBell             401     404     200    200   200   200

GetCalendar                401     404     200    200   200   200
CreateCalendarEvent        401     404     403    201   201   201
UpdateCalendarEvent        401     404     403    200   200   200
DeleteEventOccurrence      401     404     403    200   200   200
ListMyEvents               401     404     200    200   200   200
GetDoToday                 401     404     200    200   200   200
ListCalendarFeeds          401     404     200    200   200   200
CreateCalendarFeed         401     404     404    201   201   201
RevokeCalendarFeed         401     404     404    404   404   200
ReadCalendarFeed           200     200     200    200   200   200
GetEventFile               401     404     200    200   200   200

GetBilling                 401     404     404    200   200   200
CreateCheckout             401     404     403    403   403   200
CreateBillingPortal        401     404     403    403   403   200
ExportAccount              401     404     403    403   403   200
ListPrices                 200     200     200    200   200   200
ReceiveBillingEvent        200     200     200    200   200   200

SignUp                     200     200     200    200   200   200
SignIn                     200     200     200    200   200   200
SignOut                    200     200     200    200   200   200
Ok                         200     200     200    200   200   200
GetSession                 200     200     200    200   200   200
GetSessionByPost           405     405     405    405   405   405
ListSessions               401     200     200    200   200   200
RevokeSession              401     200     200    200   200   200
RevokeOtherSessions        401     200     200    200   200   200
RevokeSessions             401     200     200    200   200   200
UpdateUser                 401     200     200    200   200   200
ChangePassword             401     400     400    400   400   200
VerifyPassword             401     400     400    400   400   200
RequestPasswordReset       200     200     200    200   200   200
RequestPasswordReset2      200     200     200    200   200   200
FollowResetLink            302     302     302    302   302   302
ResetPassword              200     200     200    200   200   200
ListAccounts               401     200     200    200   200   200
"""


def _read(table: str) -> dict[str, dict[str, int]]:
    """Route → principal → status."""
    head, *rows = [line.split() for line in table.splitlines() if line.strip()]
    return {name: dict(zip(head, map(int, cells), strict=True)) for name, *cells in rows}


MATRIX = _read(TABLE)
