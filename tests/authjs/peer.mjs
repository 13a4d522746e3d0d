// The real Auth.js on a real adapter: `node peer.mjs LAYOUT URL`. Takes a command a line from its
// input, as JSON, and answers with a line: `{"answer": ..}` or `{"error": ".."}`.

import { createInterface } from "node:readline"
import { Auth } from "@auth/core"
import { layouts } from "./layouts.mjs"

const [layout, url] = process.argv.slice(2)
const adapter = await layouts[layout](url)
const origin = "http://localhost:3000"
const cookieName = "authjs.session-token"

const config = {
  adapter,
  secret: "8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE=",
  trustHost: true,
  basePath: "/auth",
  session: { strategy: "database" },
  providers: [],
  // What a browser is to see, in the place of every column.
  callbacks: {
    session: ({ session, user }) => ({
      user: { id: String(user.id), name: user.name, email: user.email },
      expires: session.expires.getTime(),
    }),
  },
}

const cookiesOf = (response) =>
  response.headers.getSetCookie().map((cookie) => cookie.split(";")[0])

async function auth(path, cookies, form) {
  const headers = { cookie: cookies.join("; ") }
  const body = form && new URLSearchParams(form)
  const request = new Request(origin + path, { method: form ? "POST" : "GET", headers, body })
  return Auth(request, config)
}

const sessionCookie = (token) => `${cookieName}=${token}`

const commands = {
  createUser: ({ user }) => adapter.createUser({ emailVerified: null, ...user }),
  updateUser: ({ user }) => adapter.updateUser(user),
  createSession: ({ sessionToken, userId, expires }) =>
    adapter.createSession({ sessionToken, userId, expires: new Date(expires) }),
  getSessionAndUser: ({ sessionToken }) => adapter.getSessionAndUser(sessionToken),
  deleteSession: async ({ sessionToken }) => {
    await adapter.deleteSession(sessionToken)
    return null
  },
  /** What a browser is told that asks who it is. */
  async session({ sessionToken }) {
    const response = await auth("/auth/session", [sessionCookie(sessionToken)])
    if (response.status !== 200) throw new Error(`status ${response.status}`)
    return response.json()
  },
  /** Signs out as a browser does. */
  async signOut({ sessionToken }) {
    const answer = await auth("/auth/csrf", [])
    const { csrfToken } = await answer.json()
    const cookies = [sessionCookie(sessionToken), ...cookiesOf(answer)]
    const response = await auth("/auth/signout", cookies, { csrfToken })
    if (response.status !== 302) throw new Error(`status ${response.status}`)
    return cookiesOf(response)
  },
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { command, ...given } = JSON.parse(line)
    say({ answer: (await commands[command](given)) ?? null })
  } catch (error) {
    say({ error: String(error?.stack ?? error) })
  }
}
process.exit()
