// PostGraphile, on the tables as they are.
//
// Who asks is looked up in the context, and put into the settings that row-level security reads: that is how its
// documentation has it, and it begins a transaction of its own to set them.

import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { jsonPgSmartTags } from 'postgraphile/utils'
import { ENTER, pool, sessionDigest } from './database.js'

const SETTINGS = ['user_id', 'org_id', 'membership_id', 'role', 'project_ids', 'open_project_ids']
const READ = SETTINGS.map((name) => `current_setting('app.${name}', true) as "app.${name}"`).join(', ')
const WHO = `with who as materialized (${ENTER}) select ${READ} from who`

// What is compared filters and orders by columns that no index begins with; ours does so as well.
const tags = jsonPgSmartTags({
  version: 1,
  config: {
    attribute: Object.fromEntries(
      ['recordings.tool_enabled', 'recordings.created_at', 'assignments.created_at', 'mentions.created_at'].map(
        (name) => [name, { tags: { behavior: '+filterBy +orderBy' } }],
      ),
    ),
    class: { subscriptions: { tags: { name: 'follower' } } }, // GraphQL has a type of that name
    constraint: {
      'recordings.fk_recordings_org_id_parent_id': { tags: { foreignFieldName: 'children' } },
      'recordings.fk_recordings_org_id_creator_id': { tags: { fieldName: 'creator' } },
      'assignments.fk_assignments_org_id_recording_id': { tags: { foreignFieldName: 'assignments' } },
      'assignments.fk_assignments_org_id_membership_id': { tags: { fieldName: 'person' } },
      'mentions.fk_mentions_org_id_recording_id': { tags: { foreignFieldName: 'mentions', isIndexed: true } },
    },
  },
})

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  disablePlugins: ['PgProceduresPlugin'], // Thicket's functions are no fields, and some have types it does not know
  pgServices: [makePgService({ pool, schemas: ['public'], pubsub: false })],
  grafast: {
    async context({ node: { req } }) {
      const values = [sessionDigest(req.headers.cookie), req.headers['x-organization']]
      const { rows } = await pool.query({ name: 'who', text: WHO, values })
      return { pgSettings: rows[0] }
    },
  },
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
}
const server = createServer()
await postgraphile(preset).createServ(grafserv).addTo(server)
server.listen({ fd: Number(process.argv[2]) })
