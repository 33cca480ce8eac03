// PostgreSQL for the peers in Node.js: a pool, and the one transaction that answers a request.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import pg from 'pg'

const DATE = 1082
const BIGINT = 20
pg.types.setTypeParser(DATE, (text) => text)
pg.types.setTypeParser(BIGINT, Number)

export const pool = new pg.Pool({ connectionString: process.env.THICKET_DATABASE_URL, max: 10 })

export const ENTER = `
  select entered.org_id
    from thicket_identify('session', $1, now()) identified,
         lateral thicket_enter(case when identified.user_id is not null then $2 end) entered`

/** The hash by which the database knows the session of a signed cookie. */
export function sessionDigest(cookie) {
  const signed = decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1))
  const dot = signed.lastIndexOf('.')
  const token = signed.slice(0, dot)
  const right = createHmac('sha256', process.env.THICKET_SECRET).update(token).digest('base64')
  if (!timingSafeEqual(Buffer.from(right), Buffer.from(signed.slice(dot + 1)))) throw new Error('Nobody has signed this')
  return createHash('sha256').update(token).digest()
}

/** Who asks, and the transaction in which he is answered. */
export class Session {
  constructor(cookie) {
    this.cookie = cookie
    this.before = Promise.resolve()
  }

  /** Begin, and become a member of the organization. */
  async enter(slug) {
    this.client = await pool.connect()
    await this.client.query('begin')
    const { rows } = await this.client.query({
      name: 'enter', text: ENTER, values: [sessionDigest(this.cookie), slug],
    })
    if (!rows[0].org_id) throw new Error('There is no such organization')
  }

  /** The rows of a statement, which is prepared under that name. One connection answers one after the other. */
  async rows(name, text, values) {
    const turn = this.before.then(() => this.client.query({ name, text, values }))
    this.before = turn.catch(() => undefined)
    return (await turn).rows
  }

  /** Commit, and give the connection back. */
  async end() {
    if (!this.client) return
    const client = this.client
    this.client = undefined
    try {
      await client.query('commit')
    } finally {
      client.release()
    }
  }
}
