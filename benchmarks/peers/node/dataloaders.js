// The links by dataloader, as one writes them for graphql-yoga and Apollo Server.

import DataLoader from 'dataloader'
import { Session } from './database.js'
import { batches, resolvers as base } from './schema.js'

/** What one request has in hand. */
export function contextOf(cookie) {
  const session = new Session(cookie)
  const loader = (batch) => new DataLoader((keys) => batch(session, keys))
  return {
    session,
    creator: loader(batches.creator),
    assignees: loader(batches.assignees),
    mentioned: loader(batches.mentioned),
    children: new DataLoader((asked) => batches.children(session, asked.map(({ id }) => id), asked[0]), {
      cacheKeyFn: ({ id, type, first }) => `${id} ${type} ${first}`,
    }),
  }
}

export const resolvers = {
  ...base,
  Recording: {
    ...base.Recording,
    creator: ({ creatorId }, _, { creator }) => creator.load(creatorId),
    assignees: ({ id }, _, { assignees }) => assignees.load(id),
    mentioned: ({ id }, _, { mentioned }) => mentioned.load(id),
    children: ({ id }, { type, first }, { children }) => children.load({ id, type, first }),
  },
}
