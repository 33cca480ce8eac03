// graphql-yoga with dataloaders.

import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { contextOf, resolvers } from './dataloaders.js'
import { typeDefs } from './schema.js'

const committing = {
  onExecute: () => ({ onExecuteDone: ({ args }) => args.contextValue.session.end() }),
}
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => contextOf(request.headers.get('cookie')),
  plugins: [committing],
  graphiql: false,
  landingPage: false,
  logging: 'warn',
})
createServer(yoga).listen({ fd: Number(process.argv[2]) })
