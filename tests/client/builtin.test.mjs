// The built-in pages, for a person whose browser runs no scripts.

import assert from "node:assert/strict"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { after, afterEach, before, beforeEach, describe, test } from "node:test"

import { startChromium } from "../browser/support/browser.mjs"

const { ORIGIN: origin, DIALECT: dialect, OURS: ours, SCREENSHOTS: screenshots } = process.env
const sessionName = dialect === "v4" ? "next-auth.session-token" : "authjs.session-token"

let chromium, context, page

before(async () => {
  chromium = await startChromium()
  if (screenshots) await mkdir(screenshots, { recursive: true })
})
after(() => chromium?.close())

beforeEach(async () => {
  context = await chromium.newContext({ javaScriptEnabled: false })
  context.setDefaultTimeout(30_000)
  page = await context.newPage()
})
afterEach(() => context.close())

const at = (path) => `${origin}${path}`
const session = async () => (await context.request.get(at("/api/auth/session"))).json()
const sessionCookie = async () => (await context.cookies(origin)).find(({ name }) => name === sessionName)

async function fill(username, password, of = page) {
  await of.getByLabel("User name").fill(username)
  await of.getByLabel("Password").fill(password)
  await of.getByRole("button", { name: "Sign in with Credentials" }).click()
}

describe("the sign-in page", () => {
  test("lets a person in, who comes back to the page that sent them", async () => {
    await page.goto(at("/api/auth/signin?callbackUrl=%2Fown-refusal%3Fa%3D1%26b%3D2"))
    await fill("ada", "correct horse")
    await page.waitForURL(at("/own-refusal?a=1&b=2"))
    assert.equal((await session()).user.name, "Ada Lovelace")
  })

  test("says that the password is wrong, remembers the way back, and lets them try again", async () => {
    await page.goto(at("/api/auth/signin?callbackUrl=%2Frequired"))
    await fill("ada", "wrong")
    assert.equal(new URL(page.url()).pathname, "/api/auth/signin")
    assert.match(await page.textContent("body"), /Sign in failed\. Check the details you provided are correct\./)
    assert.equal(await sessionCookie(), undefined)
    await fill("ada", "correct horse")
    await page.waitForURL(at("/required"))
  })

  test("never leads to another site", async () => {
    await page.goto(at("/api/auth/signin?callbackUrl=https%3A%2F%2Fevil.example%2F"))
    await fill("ada", "correct horse")
    await page.waitForURL(at("/"))
  })

  test("hides the password while it is typed", async () => {
    await page.goto(at("/api/auth/signin"))
    assert.equal(await page.getByLabel("Password").getAttribute("type"), "password")
  })
})

describe("the sign-out page", () => {
  test("asks first, and then signs out", async () => {
    await page.goto(at("/api/auth/signin"))
    await fill("ada", "correct horse")
    await page.goto(at("/api/auth/signout"))
    assert.match(await page.textContent("body"), /Are you sure you want to sign out\?/)
    assert.notEqual(await sessionCookie(), undefined)
    await page.getByRole("button", { name: "Sign out" }).click()
    await page.waitForURL(at("/"))
    assert.equal(await sessionCookie(), undefined)
  })
})

describe("the error page", () => {
  for (const [error, status, text] of [
    ["Configuration", 500, /There is a problem with the server configuration\./],
    ["AccessDenied", 403, /You do not have permission to sign in\./],
    ["Verification", 403, /The sign in link is no longer valid\./],
  ]) {
    test(`says what ${error} means`, async () => {
      const response = await page.goto(at(`/api/auth/error?error=${error}`))
      assert.equal(response.status(), status)
      assert.match(await page.textContent("body"), text)
    })
  }
})

describe("what it looks like", { skip: !ours && "the looks are our own" }, () => {
  const pages = {
    "sign-in": "/api/auth/signin",
    "sign-in-refused": "/api/auth/signin?error=CredentialsSignin",
    "sign-out": "/api/auth/signout",
    "error-access-denied": "/api/auth/error?error=AccessDenied",
    "error-configuration": "/api/auth/error?error=Configuration",
    error: "/api/auth/error",
  }
  const screens = {
    light: { viewport: { width: 1200, height: 800 } },
    dark: { viewport: { width: 1200, height: 800 }, colorScheme: "dark" },
    phone: { viewport: { width: 390, height: 844 } },
  }

  for (const [screen, options] of Object.entries(screens)) {
    test(`every page fits: ${screen}`, async () => {
      const visitor = await chromium.newContext({ ...options, javaScriptEnabled: false })
      const tab = await visitor.newPage()
      for (const [name, path] of Object.entries(pages)) {
        await tab.goto(at(path))
        if (screenshots) await tab.screenshot({ path: join(screenshots, `${dialect}-${name}-${screen}.png`), fullPage: true })
        const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.ok(overflow <= 0, `${name} is ${overflow} pixels too wide`)
      }
      await visitor.close()
    })
  }
})
