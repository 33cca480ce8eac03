"""What is asked for in GraphQL: by Thicket's names, which the peers written for this share, and by PostGraphile's."""

TODOS = """
query Todos($org: String!) {
  organization(slug: $org) {
    recordings(type: TODO, first: 50) {
      nodes {
        id type projectId parentId status title content position dueOn startsOn startsAt endsAt allDay recurrence
        completed completedAt completedById creatorId creator { name image } visibleToClients pinnedAt scheduledAt
        categoryId approvalStatus commentsClosed commentCount lastCommentAt assignees { id } mentioned { id }
        contentAttachments color onHold createdAt updatedAt
      }
      totalCount
    }
  }
}
"""

_BRIEF = """
fragment Brief on Recording {
  id title content completed dueOn commentCount createdAt creator { id name image } assignees { id name }
}
"""

PAGE = (
    """
query Page($org: String!) {
  organization(slug: $org) { recordings(type: TODO, first: 500) { nodes { ...Brief } } }
}
"""
    + _BRIEF
)

PAGE_IN_FIVE = (
    """
query Page($org: String!) {
  organization(slug: $org) {
    one: recordings(type: TODO, first: 100) { nodes { ...Brief } }
    two: recordings(type: TODO, first: 100, page: 2) { nodes { ...Brief } }
    three: recordings(type: TODO, first: 100, page: 3) { nodes { ...Brief } }
    four: recordings(type: TODO, first: 100, page: 4) { nodes { ...Brief } }
    five: recordings(type: TODO, first: 100, page: 5) { nodes { ...Brief } }
  }
}
"""
    + _BRIEF
)
"""Thicket gives at most 100 rows of a list at once."""

LISTS = (
    """
query Lists($org: String!) {
  organization(slug: $org) {
    recordings(type: TODOLIST, first: 50) {
      nodes { id title children(type: TODO, first: 20) { nodes { ...Brief } } }
    }
  }
}
"""
    + _BRIEF
)

FIRST = (
    """
query First($org: String!) {
  organization(slug: $org) { recordings(type: TODO, first: 50) { nodes { ...Brief } } }
}
"""
    + _BRIEF
)

AFTER = (
    """
query After($org: String!, $after: String) {
  organization(slug: $org) {
    recordings(type: TODO, first: 5, after: $after) {
      nodes { ...Brief }
      pageInfo { endCursor }
    }
  }
}
"""
    + _BRIEF
)

CHILDREN = (
    """
query Children($org: String!, $list: ID!) {
  organization(slug: $org) { recording(id: $list) { children(type: TODO, first: 20) { nodes { ...Brief } } } }
}
"""
    + _BRIEF
)

_CHOSEN = 'condition: {type: "TYPE", status: "active", toolEnabled: true}, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]'
_TODOS, _TODOLISTS = (_CHOSEN.replace("TYPE", type) for type in ("todo", "todolist"))

POSTGRAPHILE_TODOS = """
query Todos {
  allRecordings(CHOSEN, first: 50) {
    nodes {
      rowId type projectId parentId status title content position dueOn startsOn startsAt endsAt allDay recurrence
      completedAt completedById creatorId creator { name image } visibleToClients pinnedAt scheduledAt
      categoryId approvalStatus commentsClosed commentCount lastCommentAt
      assignments(orderBy: [CREATED_AT_ASC, MEMBERSHIP_ID_ASC]) { nodes { membershipId } }
      mentions(orderBy: [CREATED_AT_ASC, MEMBERSHIP_ID_ASC]) { nodes { membershipId } }
      color onHold createdAt updatedAt
    }
    totalCount
  }
}
""".replace("CHOSEN", _TODOS)

_POSTGRAPHILE_BRIEF = """
fragment Brief on Recording {
  rowId title content completedAt dueOn commentCount createdAt creator { rowId name image }
  assignments(orderBy: [CREATED_AT_ASC, MEMBERSHIP_ID_ASC]) { nodes { person { rowId name } } }
}
"""

POSTGRAPHILE_PAGE = (
    """
query Page { allRecordings(CHOSEN, first: 500) { nodes { ...Brief } } }
""".replace("CHOSEN", _TODOS)
    + _POSTGRAPHILE_BRIEF
)

POSTGRAPHILE_LISTS = (
    """
query Lists {
  allRecordings(CHOSEN, first: 50) {
    nodes {
      rowId
      title
      children(
        condition: {type: "todo", status: "active", toolEnabled: true}
        orderBy: [POSITION_ASC, CREATED_AT_ASC, ROW_ID_ASC]
        first: 20
      ) { nodes { ...Brief } }
    }
  }
}
""".replace("CHOSEN", _TODOLISTS)
    + _POSTGRAPHILE_BRIEF
)
