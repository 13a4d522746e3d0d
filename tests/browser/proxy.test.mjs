// A real browser at a Rust service with the real Auth.js behind it.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { screenshotFolder, startChromium } from "./support/browser.mjs";
import { startProxy } from "./support/proxy.mjs";

let proxy, chromium, screenshots, context, page;

before(async () => {
  proxy = await startProxy();
  chromium = await startChromium();
  screenshots = await screenshotFolder();
});

after(async () => {
  await chromium?.close();
  console.log(`screenshots: ${screenshots}`);
  assert.equal(await proxy?.stop(), 0, "the example did not stop cleanly");
});

beforeEach(async () => {
  context = await chromium.newContext({ viewport: { width: 900, height: 900 } });
  context.setDefaultTimeout(30_000);
  page = await context.newPage();
});

afterEach(() => context.close());

const at = (path) => `${proxy.origin}${path}`;
const snap = (name) => page.screenshot({ path: join(screenshots, `proxy-${name}.png`), fullPage: true });
const heading = () => page.getByRole("heading", { level: 1 }).textContent();
const sessionCookies = async () =>
  (await context.cookies(proxy.origin)).filter(({ name }) => name.startsWith("authjs.session-token"));

/** Fills the page of Auth.js. */
async function signIn(who, password = `${who}-demo`) {
  await page.waitForURL((url) => url.pathname === "/api/auth/signin");
  await page.getByLabel("E-mail").fill(`${who}@proxy.example`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in with Credentials" }).click();
}

async function signOut() {
  await page.goto(at("/"));
  await page.getByRole("link", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(at("/"));
}

describe("a visitor", () => {
  test("is sent to the page of Auth.js, and comes back to the guarded page", async () => {
    await page.goto(at("/account"));
    await signIn("reader");
    await page.waitForURL(at("/account"));
    assert.equal(await heading(), "Your account");
    assert.match(await page.textContent("main"), /Robin Okafor/);
    const [cookie, ...others] = await sessionCookies();
    assert.deepEqual(others, []);
    assert.ok(cookie.httpOnly, "no script reads it");

    const forbidden = await page.goto(at("/admin"));
    assert.equal(forbidden.status(), 403);
    const figures = await page.goto(at("/api/figures"));
    assert.equal(figures.status(), 403);
  });

  test("who has the role sees the page for admins", async () => {
    await page.goto(at("/admin"));
    await signIn("admin");
    await page.waitForURL(at("/admin"));
    assert.equal(await heading(), "Administration");
    await page.goto(at("/"));
    assert.equal(await heading(), "Ada Moreau");
    await page.getByRole("link", { name: "GET /api/token" }).click();
    const token = JSON.parse(await page.textContent("body"));
    assert.deepEqual([token.sub, token.roles], ["ada", ["admin"]]);
  });

  test("who signs out is out at once", async () => {
    await page.goto(at("/account"));
    await signIn("reader");
    await page.waitForURL(at("/account"));
    await signOut();
    assert.equal(await heading(), "Nobody is signed in");
    assert.deepEqual(await sessionCookies(), []);
    await page.goto(at("/account"));
    await page.waitForURL((url) => url.pathname === "/api/auth/signin");
    const me = await context.request.get(at("/api/me"));
    assert.equal(me.status(), 401);
  });

  test("with a wrong password stays outside, and may try again", async () => {
    await page.goto(at("/account"));
    await signIn("reader", "wrong");
    await page.waitForURL((url) => url.searchParams.get("error") === "CredentialsSignin");
    assert.equal(new URL(page.url()).origin, proxy.origin);
    assert.deepEqual(await sessionCookies(), []);
    await signIn("reader");
    await page.waitForURL(at("/account"));
  });

  test("is not sent to another site", async () => {
    await page.goto(at("/api/auth/signin?callbackUrl=https%3A%2F%2Fevil.example%2F"));
    await signIn("reader");
    await page.waitForURL(at("/"));
  });
});

describe("what it looks like", () => {
  for (const [name, options] of Object.entries({
    light: { viewport: { width: 900, height: 900 } },
    dark: { viewport: { width: 900, height: 900 }, colorScheme: "dark" },
    phone: { viewport: { width: 390, height: 844 } },
  })) {
    test(`every page fits a ${name} screen`, async () => {
      await context.close();
      context = await chromium.newContext(options);
      page = await context.newPage();
      const look = async (what, path) => {
        await page.goto(at(path));
        await snap(`${name}-${what}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${what} is ${overflow} pixels too wide`);
      };
      await look("anonymous", "/");
      await look("sign-in", "/account");
      await signIn("admin");
      await page.waitForURL(at("/account"));
      await look("account", "/account");
      await look("admin", "/admin");
      await look("home", "/");
      await look("sign-out", "/api/auth/signout");
    });
  }
});
