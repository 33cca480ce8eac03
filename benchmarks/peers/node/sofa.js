// SOFA: REST routes over the schema that graphql-yoga serves. /api/todos is the list with everything in it.

import { createServer } from 'node:http'
import { createSchema } from 'graphql-yoga'
import { execute } from 'graphql'
import { useSofa } from 'sofa-api'
import { contextOf, resolvers } from './dataloaders.js'
import { typeDefs } from './schema.js'

const sofa = useSofa({
  basePath: '/api',
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => contextOf(request.headers.get('cookie')),
  async execute(args) {
    try {
      return await execute(args)
    } finally {
      await args.contextValue.session.end()
    }
  },
})
createServer(sofa).listen({ fd: Number(process.argv[2]) })
