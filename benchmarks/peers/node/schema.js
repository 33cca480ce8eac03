// The schema that the peers in Node.js share: what the compared documents ask for, by the names that Thicket has.

import { GraphQLScalarType } from 'graphql'

export const typeDefs = /* GraphQL */ `
  scalar DateTime
  scalar Date
  scalar JSON
  enum RecordingType { TODO TODOLIST }
  enum RecordingStatus { ACTIVE ARCHIVED TRASHED DRAFTED }
  type Query {
    organization(slug: String!): Organization
    "For SOFA, which makes a route of each root field."
    todos(org: String!, first: Int!): RecordingConnection!
  }
  type Organization {
    recordings(type: RecordingType!, first: Int!): RecordingConnection!
  }
  type RecordingConnection { nodes: [Recording!]! totalCount: Int! }
  type Person { id: ID! name: String! image: String }
  type Recording {
    id: ID!
    type: RecordingType!
    projectId: ID
    parentId: ID
    status: RecordingStatus!
    title: String
    content: String
    position: Float
    dueOn: Date
    startsOn: Date
    startsAt: DateTime
    endsAt: DateTime
    allDay: Boolean!
    recurrence: JSON
    completed: Boolean!
    completedAt: DateTime
    completedById: ID
    creatorId: ID!
    creator: Person!
    visibleToClients: Boolean!
    pinnedAt: DateTime
    scheduledAt: DateTime
    categoryId: ID
    approvalStatus: String
    commentsClosed: Boolean!
    commentCount: Int!
    lastCommentAt: DateTime
    assignees: [Person!]!
    mentioned: [Person!]!
    contentAttachments: [ID!]!
    color: String
    onHold: Boolean!
    createdAt: DateTime!
    updatedAt: DateTime!
    children(type: RecordingType!, first: Int!): RecordingConnection!
  }
`

const COLUMNS = `
  id, upper(type) as type, project_id as "projectId", parent_id as "parentId", upper(status) as status, title, content,
  position, due_on as "dueOn", starts_on as "startsOn", starts_at as "startsAt", ends_at as "endsAt",
  all_day as "allDay", recurrence, completed_at as "completedAt", completed_by_id as "completedById",
  creator_id as "creatorId", visible_to_clients as "visibleToClients", pinned_at as "pinnedAt",
  scheduled_at as "scheduledAt", category_id as "categoryId", approval_status as "approvalStatus",
  comments_closed as "commentsClosed", comment_count as "commentCount", last_comment_at as "lastCommentAt", color,
  on_hold as "onHold", created_at as "createdAt", updated_at as "updatedAt"`
const CHOSEN = `type = lower($1) and status = 'active' and tool_enabled`
const LIST = `select ${COLUMNS} from recordings where ${CHOSEN} order by created_at desc, id desc limit $2`
const COUNT = `select count(*) as count from recordings where ${CHOSEN}`
const CHILDREN = `
  select ${COLUMNS} from (
    select *, row_number() over (partition by parent_id order by position, created_at, id) as place
      from recordings where parent_id = any($1::uuid[]) and type = lower($2) and status = 'active' and tool_enabled
  ) placed where place <= $3 order by parent_id, place`
const PEOPLE = 'select id, name, image from memberships where id = any($1::uuid[])'
const ASSIGNEES = `
  select a.recording_id, m.id, m.name, m.image from assignments a join memberships m on m.id = a.membership_id
   where a.recording_id = any($1::uuid[]) order by a.created_at, a.membership_id`
const MENTIONED = ASSIGNEES.replace('assignments', 'mentions')
const EMBEDDED = /<figure[^>]*data-recording-id="([^"]+)"/g

const instant = (value) => value.toISOString()

/** One page of an organization's recordings, newest first. */
const page = async (session, type, first) => ({ type, nodes: await session.rows('list', LIST, [type, first]) })

/** Resolvers of all that is no link. The context has the `session`. */
export const resolvers = {
  DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: instant }),
  Query: {
    async organization(_, { slug }, { session }) {
      await session.enter(slug)
      return {}
    },
    async todos(_, { org, first }, { session }) {
      await session.enter(org)
      return page(session, 'TODO', first)
    },
  },
  Organization: {
    recordings: (_, { type, first }, { session }) => page(session, type, first),
  },
  RecordingConnection: {
    totalCount: async ({ type }, _, { session }) => (await session.rows('count', COUNT, [type]))[0].count,
  },
  Recording: {
    completed: (recording) => recording.completedAt !== null,
    contentAttachments: ({ content }) => [...new Set([...(content ?? '').matchAll(EMBEDDED)].map((found) => found[1]))],
  },
}

/** The links of many recordings at once: each takes keys and gives one value for each, in their order. */
export const batches = {
  async creator(session, ids) {
    const people = new Map((await session.rows('people', PEOPLE, [ids])).map((person) => [person.id, person]))
    return ids.map((id) => people.get(id))
  },
  assignees: async (session, ids) => grouped(ids, await session.rows('assignees', ASSIGNEES, [ids]), 'recording_id'),
  mentioned: async (session, ids) => grouped(ids, await session.rows('mentioned', MENTIONED, [ids]), 'recording_id'),
  async children(session, ids, { type, first }) {
    const rows = await session.rows('children', CHILDREN, [ids, type, first])
    return grouped(ids, rows, 'parentId').map((nodes) => ({ nodes }))
  },
}

function grouped(ids, rows, key) {
  const groups = new Map(ids.map((id) => [id, []]))
  for (const row of rows) groups.get(row[key]).push(row)
  return ids.map((id) => groups.get(id))
}
