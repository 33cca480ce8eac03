// Apollo Server with dataloaders.

import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { contextOf, resolvers } from './dataloaders.js'
import { typeDefs } from './schema.js'

const committing = {
  requestDidStart: async () => ({ willSendResponse: ({ contextValue }) => contextValue.session.end() }),
}
const server = new ApolloServer({ typeDefs, resolvers, plugins: [committing], introspection: false })
await startStandaloneServer(server, {
  context: async ({ req }) => contextOf(req.headers.cookie),
  listen: { fd: Number(process.argv[2]) },
})
