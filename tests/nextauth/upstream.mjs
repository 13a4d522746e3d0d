// The real Auth.js as the upstream of a proxy: `node upstream.mjs '{"dialect": "v5", ..}'`. Prints its port, and ends
// with its input. It has its address from the proxy, in `X-Forwarded-Host` and `X-Forwarded-Proto`.

import { createServer } from "node:http"
import { createAdapter } from "./adapter.mjs"
import * as v4 from "./server-v4.mjs"
import * as v5 from "./server-v5.mjs"

const settings = JSON.parse(process.argv[2])
const { dialect, basePath = "/api/auth", strategy = "jwt", provider, responseMode, believes = true } = settings
const secret = "8IUVhWPsDZ6Bf0Sq2S5z3mZcpJBtVSlqRqIhxnCv5rE="
const real = { v4, v5 }[dialect]
const database = strategy === "database"

// Iris may do so much that one cookie cannot hold her session.
const shelves = Array.from({ length: 180 }, (_, shelf) => `archive:read:${shelf}`)
const people = {
  ada: { id: "ada", name: "Ada Lovelace", email: "ada@example.com", roles: ["admin"], permissions: [] },
  robin: { id: "robin", name: "Robin Okafor", email: "robin@example.com", roles: ["reader"], permissions: [] },
  iris: { id: "iris", name: "Iris Lindqvist", email: "iris@example.com", roles: ["reader"], permissions: shelves },
}

function authorize({ username, password }) {
  return password === "correct horse" ? (people[username] ?? null) : null
}

const fields = {
  username: { label: "User name", type: "text" },
  password: { label: "Password", type: "password" },
}

/** Another server, where one signs in without a password: `provider.mjs`. */
const elsewhere = () => ({
  id: "elsewhere",
  name: "Elsewhere",
  type: "oauth",
  clientId: "portcullis",
  clientSecret: "of the client",
  checks: ["pkce", "state"],
  authorization: {
    url: `${provider}/authorize`,
    params: { scope: "profile", ...(responseMode && { response_mode: responseMode }) },
  },
  token: `${provider}/token`,
  userinfo: `${provider}/userinfo`,
  profile: ({ sub, name, email, roles }) => ({ id: sub, name, email, roles }),
})

const adapter = createAdapter()

const callbacks = {
  jwt({ token, user, trigger, session }) {
    if (user) return { ...token, roles: user.roles, permissions: user.permissions }
    if (trigger === "update" && typeof session?.name === "string") token.name = session.name
    return token
  },
  async session({ session, token, user, trigger, newSession }) {
    if (token) {
      const { sub: id, name, roles, permissions } = token
      return { ...session, user: { ...session.user, id, name, roles, permissions } }
    }
    if (trigger === "update" && typeof newSession?.name === "string") {
      user = await adapter.updateUser({ id: user.id, name: newSession.name })
    }
    const { id, name, email, roles } = user
    return { user: { id, name, email, roles }, expires: session.expires }
  },
}

const silent = () => {}
const options = {
  secret,
  basePath,
  trustHost: true,
  providers: [...(database ? [] : [real.provider(fields, authorize)]), ...(provider ? [elsewhere()] : [])],
  session: { strategy },
  adapter: database ? adapter : undefined,
  callbacks,
  logger: { error: silent, warn: silent, debug: silent },
}

/** Where visitors are, as the proxy says. */
function originOf({ headers }) {
  const { "x-forwarded-proto": scheme, "x-forwarded-host": host } = headers
  return believes && host ? `${scheme}://${host}` : `http://127.0.0.1:${server.address().port}`
}

// Next.js tells it of what the handler throws, which is an answer like any other here.
console.error = silent

const server = createServer(async (request, response) => {
  try {
    await real.answer(request, response, originOf(request), options)
  } catch (error) {
    response.writeHead(599).end(String(error?.stack ?? error))
  }
})

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`))
process.stdin.on("end", () => process.exit()).resume()
