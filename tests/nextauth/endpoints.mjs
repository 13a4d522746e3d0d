// The endpoints of either version, asked as a browser asks them, and what they say.

import { Auth } from "@auth/core"
import { parse } from "cookie"
import jsonwebtoken from "jsonwebtoken"
import nextAuthV4 from "next-auth-v4"
import { getServerSession } from "next-auth-v4/next"

const quiet = { error() {}, warn() {}, debug() {} }
const basePath = "/api/auth"

/** Tokens as the guides of NextAuth sign them. */
export const signing = {
  encode: ({ token, secret }) => jsonwebtoken.sign(token, [secret].flat()[0]),
  decode: ({ token, secret }) => jsonwebtoken.verify(token, [secret].flat()[0]),
}

/** What is common to both versions, as an application configures it. */
export const configuration = ({
  secret,
  claims,
  replaced,
  adapter,
  signs,
  providers = [],
}) => ({
  secret,
  providers,
  logger: quiet,
  trustHost: true,
  basePath,
  adapter,
  ...(signs && { jwt: signing }),
  session: { strategy: adapter ? "database" : "jwt" },
  callbacks: {
    jwt: ({ token, user }) => replaced ?? (user ? { ...token, ...claims } : token),
    // The whole token, in the place of what a browser is to see.
    session: ({ session, token }) => ({ ...session, token }),
  },
})

/** What a page of Next.js answers to, without a socket. */
class ServerResponse {
  headers = {}
  statusCode = 200
  body = null
  status(code) {
    this.statusCode = code
    return this
  }
  getHeader(name) {
    return this.headers[name]
  }
  setHeader(name, value) {
    this.headers[name] = value
    return this
  }
  send(body) {
    this.body = body
  }
  json(body) {
    this.body = body
  }
  end() {}
  said() {
    return {
      status: this.statusCode,
      body: this.body ?? null,
      location: this.headers.Location ?? null,
      cookies: this.headers["Set-Cookie"] ?? [],
    }
  }
}

/** A request as Next.js gives it to version 4. */
export const pagesRequest = (headers, more = {}) => {
  const plain = Object.fromEntries(new Headers(headers))
  return { headers: plain, cookies: parse(plain.cookie ?? ""), query: {}, method: "GET", ...more }
}

const ask = {
  async v4({ origin, path, headers, form, ...given }) {
    process.env.NEXTAUTH_URL = origin
    const asked = new URL(path, "http://a.example/")
    const query = {
      ...Object.fromEntries(asked.searchParams),
      nextauth: asked.pathname.slice(1).split("/"),
    }
    const request = pagesRequest(headers, {
      query,
      method: form ? "POST" : "GET",
      body: form && { ...form, json: "true" },
    })
    const response = new ServerResponse()
    await nextAuthV4.default(request, response, configuration(given))
    return response.said()
  },
  async v5({ origin, path, headers, form, ...given }) {
    const request = new Request(`${origin}${basePath}/${path}`, {
      method: form ? "POST" : "GET",
      headers: [...headers, ["x-auth-return-redirect", "1"]],
      body: form && new URLSearchParams(form),
    })
    const response = await Auth(request, configuration(given))
    const text = await response.text()
    const isJson = response.headers.get("content-type")?.includes("json")
    return {
      status: response.status,
      body: isJson ? JSON.parse(text) : text,
      location: response.headers.get("location"),
      cookies: response.headers.getSetCookie(),
    }
  },
}

export const endpoint = (given) => ask[given.dialect](given)

/** Sends a form with the token that proves where it comes from. */
export async function submit(given) {
  const answer = await endpoint({ ...given, path: "csrf", form: undefined })
  const set = answer.cookies.map((cookie) => cookie.split(";")[0])
  const sent = given.headers.filter(([name]) => name === "cookie").map(([, value]) => value)
  const headers = given.headers.filter(([name]) => name !== "cookie")
  headers.push(["cookie", [...sent, ...set].join("; ")])
  const form = { ...given.form, csrfToken: answer.body.csrfToken }
  return endpoint({ ...given, headers, form })
}

/** The session that version 4 has for a page that is rendered on the server. */
export async function serverSession({ origin, headers, ...given }) {
  process.env.NEXTAUTH_URL = origin
  const response = new ServerResponse()
  const options = configuration(given)
  const body = await getServerSession(pagesRequest(headers), response, options)
  return { ...response.said(), body }
}
