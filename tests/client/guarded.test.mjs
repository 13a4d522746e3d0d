// A page that is guarded in axum, and has the unmodified `next-auth/react` in it.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"

import { startChromium } from "../browser/support/browser.mjs"
import { onScreen } from "./support.mjs"

const { ORIGIN: origin, GUARDED: guarded } = process.env
let chromium, context, page

before(async () => {
  chromium = await startChromium()
  context = await chromium.newContext()
  context.setDefaultTimeout(30_000)
  page = await context.newPage()
})
after(() => chromium?.close())

const at = (path) => `${origin}${path}`
const atSignIn = () => page.waitForURL((url) => url.pathname === "/api/auth/signin")
const sessionCookies = async () =>
  (await context.cookies(origin)).filter(({ name }) => name.includes("session-token"))

async function signIn() {
  await atSignIn()
  await page.getByLabel("User name").fill("ada")
  await page.getByLabel("Password").fill("correct horse")
  await page.getByRole("button", { name: "Sign in with Credentials" }).click()
  await page.waitForURL(at("/guarded"))
  await onScreen(page, "#status", "authenticated")
}

test("a guarded page opens by the sign-in page, and closes at once", { skip: !guarded && "it guards nothing" }, async () => {
  await page.goto(at("/guarded"))
  await signIn()
  await onScreen(page, "#name", "Ada Lovelace")
  assert.equal((await sessionCookies()).length, 1)

  const { user } = await page.evaluate(() => window.update({ name: "Ada King" }))
  assert.equal(user.name, "Ada King")
  await onScreen(page, "#name", "Ada King")
  await page.reload()
  await onScreen(page, "#name", "Ada King")

  await page.evaluate(() => window.client.signOut({ callbackUrl: "/guarded" })).catch(() => {})
  await atSignIn()
  assert.deepEqual(await sessionCookies(), [])
  await page.goto(at("/guarded"))
  await signIn()
})
