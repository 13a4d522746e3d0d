// Auth.js v5: takes a `Request` and gives a `Response`.

import { Auth } from "@auth/core"
import { CredentialsSignin } from "@auth/core/errors"
import { decode, encode } from "@auth/core/jwt"
import Credentials from "@auth/core/providers/credentials"

export { decode, encode }

class Refused extends CredentialsSignin {
  constructor(code) {
    super()
    this.code = code
  }
}

export const provider = (credentials, authorize) =>
  Credentials({ credentials, authorize: async (given) => authorize(given, Refused) })

/** The text of a request or a response of Node.js. */
export async function read(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export async function answer(incoming, outgoing, origin, options) {
  const { method, url, headers } = incoming
  const body = await read(incoming)
  const hasBody = body.length > 0 && method !== "GET" && method !== "HEAD"
  const request = new Request(origin + url, { method, headers, body: hasBody ? body : undefined })
  const response = await Auth(request, { ...options })
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name !== "set-cookie") outgoing.setHeader(name, value)
  }
  outgoing.setHeader("Set-Cookie", response.headers.getSetCookie())
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
