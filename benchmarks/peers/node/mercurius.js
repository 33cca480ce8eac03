// mercurius with its JIT and its own loaders.

import Fastify from 'fastify'
import mercurius from 'mercurius'
import { Session } from './database.js'
import { batches, resolvers, typeDefs as schema } from './schema.js'

const recordings = (batch) => ({
  loader: (asked, { session }) => batch(session, asked.map(({ obj }) => obj.id), asked[0].params),
  opts: { cache: false },
})
const app = Fastify()
await app.register(mercurius, {
  schema,
  resolvers,
  loaders: {
    Recording: {
      creator: {
        loader: async (asked, { session }) => {
          const ids = [...new Set(asked.map(({ obj }) => obj.creatorId))]
          const people = new Map((await batches.creator(session, ids)).map((person) => [person.id, person]))
          return asked.map(({ obj }) => people.get(obj.creatorId))
        },
        opts: { cache: false },
      },
      assignees: recordings(batches.assignees),
      mentioned: recordings(batches.mentioned),
      children: recordings(batches.children),
    },
  },
  jit: 1,
  context: (request) => ({ session: new Session(request.headers.cookie) }),
})
app.graphql.addHook('onResolution', (_, { session }) => session.end())
await app.ready()
app.server.listen({ fd: Number(process.argv[2]) })
