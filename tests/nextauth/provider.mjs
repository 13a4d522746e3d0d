// An OAuth 2.0 server (RFC 6749, PKCE of RFC 7636) at which Grace is signed in already. Prints its port, and ends with
// its input.

import { createHash, randomUUID } from "node:crypto"
import { createServer } from "node:http"

const grace = { sub: "77", name: "Grace Hopper", email: "grace@example.com", roles: ["admin"] }
const client = `Basic ${Buffer.from("portcullis:of+the+client").toString("base64")}`

/** What was given out, by code. */
const granted = new Map()
const tokens = new Set()

function authorize(asked, response) {
  const { redirect_uri: back, code_challenge: challenge, code_challenge_method: method, state } = asked
  if (!back || !challenge || method !== "S256" || !state) return refuse(response, "invalid_request")
  const code = randomUUID()
  granted.set(code, { back, challenge })
  if (asked.response_mode === "form_post") return post(response, back, { code, state })
  response.writeHead(302, { location: `${back}?${new URLSearchParams({ code, state })}` }).end()
}

/** OAuth 2.0 Form Post Response Mode. */
function post(response, back, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  response.writeHead(200, { "content-type": "text/html" })
  response.end(`<!doctype html><title>Elsewhere</title><form method="post" action="${back}">${inputs.join("")}</form>
    <script>document.forms[0].submit()</script>`)
}

async function token(request, response) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const { code, redirect_uri: back, code_verifier: verifier } = Object.fromEntries(new URLSearchParams(String(Buffer.concat(chunks))))
  const grant = granted.get(code)
  granted.delete(code)
  const challenge = createHash("sha256").update(verifier ?? "").digest("base64url")
  if (request.headers.authorization !== client) return refuse(response, "invalid_client")
  if (!grant || grant.back !== back || grant.challenge !== challenge) return refuse(response, "invalid_grant")
  const access = randomUUID()
  tokens.add(access)
  tell(response, 200, { access_token: access, token_type: "bearer", expires_in: 60 })
}

function userinfo({ headers }, response) {
  const known = tokens.has(headers.authorization?.replace(/^bearer /i, ""))
  return known ? tell(response, 200, grace) : refuse(response, "invalid_token")
}

const refuse = (response, error) => tell(response, 400, { error })
const tell = (response, status, body) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost")
  if (pathname === "/authorize") return authorize(Object.fromEntries(searchParams), response)
  if (pathname === "/token") return token(request, response)
  if (pathname === "/userinfo") return userinfo(request, response)
  response.writeHead(404).end()
})

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`))
process.stdin.on("end", () => process.exit()).resume()
