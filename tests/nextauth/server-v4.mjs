// NextAuth v4, in an API route of Next.js, for which it is written.

import { apiResolver } from "next/dist/server/api-utils/node/api-resolver.js"
import handler from "next-auth-v4/next"
import jwt from "next-auth-v4/jwt"
import credentialsProvider from "next-auth-v4/providers/credentials"

const { default: NextAuth } = handler
const { default: Credentials } = credentialsProvider

// A session's token has no salt here.
export const encode = ({ salt, ...rest }) => jwt.encode(rest)
export const decode = ({ salt, ...rest }) => jwt.decode(rest)

export const provider = (credentials, authorize) =>
  Credentials({ credentials, authorize: async (given) => authorize(given) })

/** The query as Next.js gives it to `[...nextauth].js`: names that repeat are lists. */
function queryOf({ pathname, searchParams }, basePath) {
  const query = {}
  for (const name of searchParams.keys()) {
    const values = searchParams.getAll(name)
    query[name] = values.length > 1 ? values : values[0]
  }
  query.nextauth = pathname.slice(basePath.length).split("/").filter(Boolean).map(decodeURIComponent)
  return query
}

export function answer(request, response, origin, options) {
  process.env.NEXTAUTH_URL = origin
  const query = queryOf(new URL(request.url, origin), options.basePath)
  const route = (request, response) => NextAuth(request, response, { ...options })
  return apiResolver(request, response, query, route, {}, false, false, "/api/auth/[...nextauth]")
}
