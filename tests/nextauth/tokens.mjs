// The real Auth.js, in both versions. Takes a command a line from its input, as JSON, and answers with
// a line: `{"answer": ..}` or `{"error": ".."}`. `now` is the time that the packages see.

import { at } from "./clock.mjs"
import { createInterface } from "node:readline"
import { createRequire, register } from "node:module"
import { setEnvDefaults } from "@auth/core"
import * as v5 from "@auth/core/jwt"
import { hkdf } from "@panva/hkdf"
import jsonwebtoken from "jsonwebtoken"
import * as v4 from "next-auth-v4/jwt"

register("./next-resolve.mjs", import.meta.url)
for (const name of ["log", "info", "warn", "error"]) console[name] = () => {}

const { configuration, endpoint, pagesRequest, serverSession, signing, submit } =
  await import("./endpoints.mjs")
const { NextRequest } = await import("next/server")
const { withAuth } = await import("next-auth-v4/middleware")
const { default: NextAuthV5 } = await import("next-auth-v5")
// Version 4's own: it also writes what later ones do not any more.
const jose = createRequire(new URL("node_modules/next-auth-v4/package.json", import.meta.url))("jose")

const packages = { v4, v5 }
const isSecure = (origin) => origin.startsWith("https:")

/** The key that a version derives from a secret. */
async function keyOf({ dialect, secret, salt, length }) {
  const [name, end] =
    dialect === "v4" ? ["NextAuth.js", salt && ` (${salt})`] : ["Auth.js", ` (${salt})`]
  return hkdf("sha256", secret, salt, `${name} Generated Encryption Key${end}`, length)
}

const oauth = {
  id: "idp",
  name: "An identity provider",
  type: "oauth",
  clientId: "client",
  clientSecret: "secret",
  authorization: "https://idp.example/authorize",
  token: "https://idp.example/token",
  userinfo: "https://idp.example/userinfo",
  profile: (profile) => profile,
}

function credentials(user) {
  const provider = { id: "credentials", name: "Credentials", type: "credentials", credentials: {} }
  provider.authorize = () => user
  // Version 4 looks for an application's own function in `options`.
  return { ...provider, options: provider }
}

const secretVariables = ["AUTH_SECRET", "AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3", "NEXTAUTH_SECRET"]

async function inEnvironment(environment, run) {
  Object.assign(process.env, environment)
  try {
    return await run()
  } finally {
    for (const name of secretVariables) delete process.env[name]
  }
}

const commands = {
  /** A token as the package writes it; `secret` may be a list for version 5. */
  encode: ({ dialect, token, secret, salt, maxAge }) =>
    packages[dialect].encode({ token, secret, salt, ...(maxAge !== null && { maxAge }) }),

  /** A token that no package would write: any header, any content. A `kid` of `true` is the right one. */
  async forge({ header, content, critical, ...given }) {
    const key = await keyOf(given)
    if (header.kid === true) {
      const jwk = { kty: "oct", k: jose.base64url.encode(key) }
      header.kid = await jose.calculateJwkThumbprint(jwk, `sha${key.byteLength * 8}`)
    }
    const encrypt = new jose.CompactEncrypt(new TextEncoder().encode(content))
    const crit = Object.fromEntries((critical ?? []).map((name) => [name, true]))
    return encrypt.setProtectedHeader(header).encrypt(key, { crit })
  },

  /** Who the package says it is: claims, or `null`. */
  getToken({ dialect, origin, headers, secret, cookieName, signs, raw }) {
    process.env.NEXTAUTH_URL = origin
    const req = dialect === "v4" ? pagesRequest(headers) : { headers: new Headers(headers) }
    const name = cookieName && { cookieName }
    const own = signs && { decode: signing.decode }
    const secureCookie = isSecure(origin)
    return packages[dialect].getToken({ req, secret, secureCookie, raw, ...name, ...own })
  },

  /** The same by the secret that version 4 finds in these variables. */
  getTokenOf: ({ environment, secret, ...given }) =>
    inEnvironment(environment, () => commands.getToken({ ...given, secret: undefined })),

  session: (given) => endpoint({ ...given, path: "session" }),
  serverSession,
  /** What version 5 says of a stored session with that id, which is the only one. */
  storedSession: ({ id, user, ...given }) => {
    const expires = new Date(Date.now() + 86400_000)
    const methods = {
      getSessionAndUser: (sessionToken) =>
        sessionToken === id ? { user, session: { sessionToken, userId: user.id, expires } } : null,
      updateSession: (session) => session,
      deleteSession: () => null,
    }
    // The others are asked for, and never called.
    const adapter = new Proxy(methods, { has: () => true })
    // Once it has seen a provider with credentials, it wants another one beside a database.
    return endpoint({ ...given, path: "session", adapter, providers: [oauth] })
  },
  signOut: (given) => submit({ ...given, path: "signout", form: {} }),

  /** Signs a user in with credentials, as a browser does. */
  signIn: ({ user, ...given }) =>
    submit({
      ...given,
      providers: [credentials(user)],
      path: "callback/credentials",
      form: { password: "right" },
    }),

  /** What an application with credentials answers to one request, or to a form. */
  endpoint: (given) => endpoint({ ...given, providers: [credentials({ id: "42" })] }),
  submit: (given) => submit({ ...given, providers: [credentials({ id: "42" })] }),

  /** Begins to sign in elsewhere: sets the cookies of the checks that were asked for. */
  signInElsewhere: ({ checks, ...given }) =>
    submit({ ...given, providers: [{ ...oauth, checks }], path: "signin/idp", form: {} }),

  /** What stands in front of the pages of Next.js: whom it lets through, or where it sends them. */
  async middleware({ dialect, url, headers, ...given }) {
    const { origin } = new URL(url)
    process.env.NEXTAUTH_URL = origin
    process.env.AUTH_URL = origin
    const request = new NextRequest(url, { headers })
    let seen = null
    const page = (request) => {
      seen = dialect === "v4" ? request.nextauth.token : request.auth
      return new Response("page")
    }
    const guarded =
      dialect === "v4"
        ? withAuth(page, { secret: given.secret })
        : NextAuthV5(configuration(given)).auth(page)
    const response = await guarded(request, {})
    delete process.env.AUTH_URL
    return {
      seen,
      location: response.headers.get("location"),
      cookies: response.headers.getSetCookie(),
    }
  },

  /** The secrets that version 5 takes from these variables, or `@auth/core` alone. */
  secrets: ({ dialect, environment }) =>
    inEnvironment(environment, () => {
      const config = { providers: [] }
      if (dialect === "core") setEnvDefaults(process.env, config)
      else NextAuthV5(config)
      return [config.secret].flat()
    }),

  sign: ({ claims, secret, options }) => jsonwebtoken.sign(claims, secret, options),
}

/** Half a surrogate pair is no text outside of JavaScript. */
const halves = /\\ud[89a-f][0-9a-f]{2}/g
const say = (line) =>
  process.stdout.write(`${JSON.stringify(line).replace(halves, "\\ufffd")}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { command, now, ...given } = JSON.parse(line)
    at(now)
    say({ answer: (await commands[command](given)) ?? null })
  } catch (error) {
    say({ error: String(error?.stack ?? error) })
  }
}
process.exit()
