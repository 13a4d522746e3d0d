// A real browser, in which the unmodified `next-auth/react` talks to the server at ORIGIN.

import assert from "node:assert/strict"
import { after, afterEach, before, beforeEach, describe, test } from "node:test"

import { startChromium } from "../browser/support/browser.mjs"
import { startChromiumWithTabs } from "../browser/support/tabs.mjs"
import { onScreen, sessionRequests } from "./support.mjs"

const { ORIGIN: origin, DIALECT: dialect } = process.env
const isV4 = dialect === "v4"
const sessionName = isV4 ? "next-auth.session-token" : "authjs.session-token"
const csrfName = isV4 ? "next-auth.csrf-token" : "authjs.csrf-token"
const ada = { name: "Ada Lovelace", email: "ada@example.com", image: "https://example.com/ada.png" }
const good = { username: "ada", password: "correct horse" }
const bad = { username: "ada", password: "wrong" }

let chromium, context, page, complaints

before(async () => (chromium = await startChromium()))
after(() => chromium?.close())

beforeEach(async () => {
  context = await chromium.newContext()
  context.setDefaultTimeout(30_000)
  complaints = []
  page = await open("/")
})
afterEach(() => context.close())

const at = (path) => `${origin}${path}`
const cookie = async (name) => (await context.cookies(origin)).find((cookie) => cookie.name === name)

/** A new tab, whose complaints are kept. */
async function open(path) {
  const tab = await context.newPage()
  tab.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
  tab.on("pageerror", (error) => complaints.push(String(error)))
  await tab.goto(at(path))
  return tab
}

/** Calls a function of `next-auth/react` in the page. */
const call = (name, ...given) =>
  page.evaluate(([name, given]) => window.client[name](...given), [name, given])

const status = (text, of = page) => onScreen(of, "#status", text)
const name = (text, of = page) => onScreen(of, "#name", text)

async function signIn(of = page) {
  await of.getByLabel("User name").fill(good.username)
  await of.getByLabel("Password").fill(good.password)
  await of.getByRole("button", { name: "Sign in" }).click()
  await status("authenticated", of)
}

describe("asking", () => {
  test("getSession says null before, and who it is after the sign-in", async () => {
    assert.equal(await call("getSession"), null)
    await signIn()
    const { user, expires } = await call("getSession")
    assert.deepEqual(user, ada)
    const days = (Date.parse(expires) - Date.now()) / 86_400_000
    assert.ok(Math.abs(days - 30) < 0.01, `${days} days`)
    assert.match(expires, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(complaints, [])
  })

  test("getCsrfToken gives the token of the cookie, and stays", async () => {
    const token = await call("getCsrfToken")
    assert.match(token, /^[0-9a-f]{64}$/)
    assert.equal(await call("getCsrfToken"), token)
    const { value, httpOnly, sameSite } = await cookie(csrfName)
    assert.equal(decodeURIComponent(value).split("|")[0], token)
    assert.deepEqual({ httpOnly, sameSite }, { httpOnly: true, sameSite: "Lax" })
  })

  test("getProviders lists the password", async () => {
    assert.deepEqual(await call("getProviders"), {
      credentials: {
        id: "credentials",
        name: "Credentials",
        type: "credentials",
        signinUrl: at("/api/auth/signin/credentials"),
        callbackUrl: at("/api/auth/callback/credentials"),
      },
    })
  })
})

describe("signing in", () => {
  test("a good password without a redirect", async () => {
    const answer = await call("signIn", "credentials", { ...good, redirect: false, callbackUrl: "/required" })
    assert.equal(answer.error ?? null, null)
    assert.deepEqual([answer.status, answer.ok, answer.url], [200, true, at("/required")])
    await status("authenticated")
    await name(ada.name)
    const { httpOnly, sameSite, secure, path } = await cookie(sessionName)
    assert.deepEqual({ httpOnly, sameSite, secure, path }, { httpOnly: true, sameSite: "Lax", secure: false, path: "/" })
    assert.ok(!(await page.evaluate(() => document.cookie)).includes("session-token"))
    assert.deepEqual(complaints, [])
  })

  test("a bad password without a redirect", async () => {
    const { error, code, status: number, ok, url } = await call("signIn", "credentials", { ...bad, redirect: false })
    assert.equal(error, "CredentialsSignin")
    assert.deepEqual([number, ok, url], isV4 ? [401, false, null] : [200, true, null])
    assert.equal(code, isV4 ? undefined : "credentials")
    await status("unauthenticated")
    assert.equal(await cookie(sessionName), undefined)
  })

  test("the form of the page says what is wrong, and then lets them in", async () => {
    await page.getByLabel("User name").fill(bad.username)
    await page.getByLabel("Password").fill(bad.password)
    await page.getByRole("button", { name: "Sign in" }).click()
    await onScreen(page, "[role=alert]", "CredentialsSignin")
    await signIn()
    await name(ada.name)
  })

  test("a good password with a redirect lands on the page that was asked for", async () => {
    await call("signIn", "credentials", { ...good, callbackUrl: "/required" }).catch(() => {})
    await page.waitForURL(at("/required"))
    await status("authenticated")
  })

  test("a bad password with a redirect lands on the sign-in page, which says so", async () => {
    await call("signIn", "credentials", bad).catch(() => {})
    await page.waitForURL((url) => url.pathname === "/api/auth/signin")
    assert.equal(new URL(page.url()).searchParams.get("error"), "CredentialsSignin")
    assert.match(await page.textContent("body"), /Sign in failed\. Check the details you provided are correct\./)
  })

  test("a way back to another site leads home", async () => {
    const answer = await call("signIn", "credentials", {
      ...good,
      redirect: false,
      callbackUrl: "https://evil.example/",
    })
    assert.equal(answer.url, origin)
  })

  test("without a provider the sign-in page opens, and leads back", async () => {
    await call("signIn", undefined, { callbackUrl: at("/own-refusal") }).catch(() => {})
    await page.waitForURL((url) => url.pathname === "/api/auth/signin")
    await page.getByLabel("User name").fill(good.username)
    await page.getByLabel("Password").fill(good.password)
    await page.getByRole("button").click()
    await page.waitForURL(at("/own-refusal"))
    await status("authenticated")
  })
})

describe("signing out", () => {
  beforeEach(() => signIn())

  test("without a redirect", async () => {
    const { url } = await call("signOut", { redirect: false, callbackUrl: "/own-refusal" })
    assert.equal(url, at("/own-refusal"))
    await status("unauthenticated")
    assert.equal(await cookie(sessionName), undefined)
    assert.equal(await call("getSession"), null)
    assert.deepEqual(complaints, [])
  })

  test("with a redirect", async () => {
    await call("signOut", { callbackUrl: "/own-refusal" }).catch(() => {})
    await page.waitForURL(at("/own-refusal"))
    await onScreen(page, "#refused", "Members only")
  })

  test("in another tab is seen at once", async () => {
    const other = await open("/")
    await status("authenticated", other)
    await other.getByRole("button", { name: "Sign out" }).click()
    await status("unauthenticated", other)
    await status("unauthenticated")
    await name("nobody")
  })

  test("and in again in another tab is seen at once", async () => {
    const other = await open("/")
    await status("authenticated", other)
    await page.getByRole("button", { name: "Sign out" }).click()
    await status("unauthenticated", other)
    // Only the reload tells the other tabs.
    await other.evaluate((good) => window.client.signIn("credentials", good), good).catch(() => {})
    await status("authenticated")
    await name(ada.name)
  })
})

describe("useSession", () => {
  test("is loading until the server has answered", async () => {
    let answer
    const asked = new Promise((resolve) => {
      page.route("**/api/auth/session", (route) => resolve((answer = () => route.continue())))
    })
    await page.reload()
    await asked
    await status("loading")
    answer()
    await status("unauthenticated")
  })

  test("that is required sends to the sign-in page and comes back", async () => {
    await page.goto(at("/required"))
    await page.waitForURL((url) => url.pathname === "/api/auth/signin")
    const { searchParams } = new URL(page.url())
    assert.equal(searchParams.get("error"), "SessionRequired")
    assert.equal(searchParams.get("callbackUrl"), at("/required"))
    assert.match(await page.textContent("body"), /Please sign in to access this page\./)
    await page.getByLabel("User name").fill(good.username)
    await page.getByLabel("Password").fill(good.password)
    await page.getByRole("button").click()
    await page.waitForURL(at("/required"))
    await status("authenticated")
  })

  test("that is required calls the page's own refusal", async () => {
    await page.goto(at("/own-refusal"))
    await onScreen(page, "#refused", "Members only")
    assert.equal(page.url(), at("/own-refusal"))
  })

  test("changes the session by update, and it stays changed", async () => {
    await signIn()
    await page.getByRole("button", { name: "Rename" }).click()
    await name("Ada King")
    await page.reload()
    await name("Ada King")
    assert.deepEqual((await call("getSession")).user, { ...ada, name: "Ada King" })
    assert.deepEqual(complaints, [])
  })

  test("asks again by update without data", async () => {
    await signIn()
    const asked = sessionRequests(page)
    const session = await page.evaluate(() => window.update())
    assert.equal(session.user.name, ada.name)
    assert.deepEqual(asked(), [isV4 ? "POST" : "GET"])
  })

  test("ignores an update of what the server does not take", async () => {
    await signIn()
    const session = await page.evaluate(() => window.update({ role: "admin", email: "root@example.com" }))
    assert.deepEqual(session.user, ada)
  })
})

test("what the client has to complain about is taken", { skip: !isV4 && "only version 4 reports it" }, async () => {
  await page.route("**/api/auth/session", (route) => route.abort())
  const reported = page.waitForResponse(at("/api/auth/_log"))
  assert.equal(await call("getSession"), null)
  assert.equal((await reported).status(), 200)
})

describe("coming back to the tab", () => {
  let person, tab

  before(async () => (person = await startChromiumWithTabs()))
  after(() => person?.stop())

  beforeEach(async () => {
    person.context.setDefaultTimeout(30_000)
    await person.context.clearCookies()
    tab = await person.context.newPage()
    await tab.goto(at("/"))
    await signIn(tab)
  })
  afterEach(() => tab.close())

  /** Another tab in front, and then this one again. */
  async function leaveAndReturn() {
    const other = await person.context.newPage()
    await other.bringToFront()
    // A hidden page draws nothing, so it cannot be asked whenever it does.
    const hidden = () => document.visibilityState === "hidden"
    await tab.waitForFunction(hidden, undefined, { polling: 100 })
    await tab.bringToFront()
    await other.close()
  }

  test("asks the server again", async () => {
    const asked = sessionRequests(tab)
    const answer = tab.waitForResponse(at("/api/auth/session"))
    await leaveAndReturn()
    assert.deepEqual((await (await answer).json()).user, ada)
    assert.deepEqual([...new Set(asked())], ["GET"])
    await status("authenticated", tab)
  })

  test("finds that the session has ended meanwhile", async () => {
    await person.context.clearCookies()
    await leaveAndReturn()
    await status("unauthenticated", tab)
    await name("nobody", tab)
  })
})
