// The real Auth.js behind a server of its own: `node server.mjs '{"dialect": "v4", ..}'`. Prints its
// port, and ends with its input.

import { randomUUID } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { join } from "node:path"
import * as v4 from "./server-v4.mjs"
import * as v5 from "./server-v5.mjs"

const { dialect, origin, strategy = "jwt", pages = {}, site } = JSON.parse(process.argv[2])
const secret = "8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE="
const basePath = "/api/auth"

const ada = { id: "7", name: "Ada Lovelace", email: "ada@example.com", image: "https://example.com/ada.png" }

/** The users of every server in these tests, whatever it is written in. */
function authorize({ username, password }, Refused) {
  if (username === "broken") throw new Error("the database is gone")
  if (username === "locked") throw Refused ? new Refused("locked") : new Error("locked")
  return username === "ada" && password === "correct horse" ? ada : null
}

const credentials = {
  username: { label: "User name", type: "text", placeholder: "ada" },
  password: { label: "Password", type: "password" },
}

const callbacks = {
  jwt({ token, trigger, session }) {
    if (trigger === "update" && typeof session?.name === "string") token.name = session.name
    return token
  },
  session({ session, token }) {
    if (token) session.user.name = token.name
    return session
  },
}

/** One user, and the sessions that the tests give them. */
const sessions = new Map()
const adapter = {
  createUser: async (user) => user,
  getUser: async () => ada,
  getUserByEmail: async () => ada,
  getUserByAccount: async () => ada,
  updateUser: async (user) => user,
  linkAccount: async (account) => account,
  async createSession(session) {
    sessions.set(session.sessionToken, session)
    return session
  },
  async getSessionAndUser(token) {
    const session = sessions.get(token)
    return session ? { session: { ...session }, user: { ...ada, emailVerified: null } } : null
  },
  async updateSession(session) {
    sessions.set(session.sessionToken, { ...sessions.get(session.sessionToken), ...session })
    return session
  },
  async deleteSession(token) {
    sessions.delete(token)
  },
}

const real = { v4, v5 }[dialect]
const database = strategy === "database"
const silent = () => {}
const options = {
  secret,
  basePath,
  trustHost: true,
  providers: database ? [] : [real.provider(credentials, authorize)],
  session: { strategy },
  adapter: database ? adapter : undefined,
  callbacks: database ? databaseCallbacks() : callbacks,
  pages,
  logger: { error: silent, warn: silent, debug: silent },
}

/** What a browser is to see, in the place of every column. */
function databaseCallbacks() {
  return {
    session: ({ session, user: { name, email, image } }) => ({
      user: { name, email, image },
      expires: new Date(session.expires).toISOString(),
    }),
  }
}

/** What the tests ask beside the endpoints. */
const aside = {
  encode: ({ claims, maxAge, salt, secret: other }) =>
    real.encode({ token: claims, secret: other ?? secret, maxAge, salt }),
  decode: ({ token, salt }) => real.decode({ token, secret, salt }).catch(() => null),
  async session({ lifetime }) {
    const expires = new Date(Date.now() + lifetime * 1000)
    return adapter.createSession({ sessionToken: randomUUID(), userId: ada.id, expires })
  },
  sessions: () => [...sessions.keys()],
}

async function answerAside(name, request, response) {
  const answer = await aside[name](JSON.parse(await v5.read(request)))
  response.setHeader("Content-Type", "application/json")
  response.end(JSON.stringify(answer))
}

const types = { html: "text/html", js: "text/javascript" }

/** A page of `pages.mjs`, or its script. */
async function servePage(path, response) {
  const name = path === "/" || !path.includes(".") ? "index.html" : path.slice(1)
  const file = await readFile(join(site, name)).catch(() => null)
  response.writeHead(file ? 200 : 404, { "Content-Type": types[name.split(".").pop()] ?? "text/plain" })
  response.end(file)
}

// Next.js tells it of what the handler throws, which is an answer like any other here.
console.error = silent

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost")
  try {
    if (pathname.startsWith("/aside/")) await answerAside(pathname.slice(7), request, response)
    else if (pathname.startsWith(`${basePath}/`)) await real.answer(request, response, own(), options)
    else await servePage(pathname, response)
  } catch (error) {
    response.writeHead(599).end(String(error?.stack ?? error))
  }
})

const own = () => origin ?? `http://localhost:${server.address().port}`

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`))
process.stdin.on("end", () => process.exit()).resume()
