// A real browser walks between axum and the real Auth.js.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { screenshotFolder, startChromium } from "./support/browser.mjs";
import { startCompanion } from "./support/companion.mjs";

let companion, chromium, screenshots, context, page;

before(async () => {
  companion = await startCompanion();
  chromium = await startChromium();
  screenshots = await screenshotFolder();
});

after(async () => {
  await chromium?.close();
  console.log(`screenshots: ${screenshots}`);
  assert.equal(await companion?.stop(), 0, "the companion did not stop cleanly");
});

beforeEach(async () => {
  context = await chromium.newContext({ viewport: { width: 900, height: 800 } });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
});

afterEach(() => context.close());

const snap = (name, of = page) => of.screenshot({ path: join(screenshots, `companion-${name}.png`), fullPage: true });
const heading = () => page.getByRole("heading", { level: 1 }).textContent();
const sessionCookies = async () =>
  (await context.cookies(companion.axum)).filter(({ name }) => name.startsWith("authjs.session-token"));

async function fill(who) {
  await page.getByLabel("E-mail").fill(`${who}@companion.example`);
  await page.getByLabel("Password").fill(`${who}-demo`);
}

/** From the page of axum to the sign-in page of Auth.js. */
async function signInAtNode(who) {
  await page.goto(`${companion.axum}/`);
  await page.getByRole("link", { name: "Sign in at Auth.js" }).click();
  await page.waitForURL((url) => url.origin === companion.node && url.pathname === "/api/auth/signin");
  await snap("auth-js-sign-in");
  await fill(who);
  await page.getByRole("button", { name: "Sign in with Credentials" }).click();
  await page.waitForURL(`${companion.axum}/`);
}

async function signInAtAxum(who) {
  await page.goto(`${companion.axum}/sign-in`);
  await fill(who);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${companion.axum}/`);
}

describe("one sign-in", () => {
  test("at Auth.js, from the page of axum and back", async () => {
    await signInAtNode("admin");
    assert.equal(await heading(), "Ada Moreau");
    await page.getByRole("link", { name: "GET /api/accounts" }).click();
    assert.match(await page.textContent("body"), /reader@companion\.example/);
  });

  test("at axum, and out at Auth.js", async () => {
    await signInAtAxum("reader");
    await page.getByRole("link", { name: "See it at Auth.js" }).click();
    await page.waitForURL(`${companion.node}/`);
    assert.equal(await heading(), "Robin Okafor");
    await page.getByRole("link", { name: "Sign out here" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${companion.node}/`);
    assert.equal(await heading(), "Nobody is signed in");
    await page.goto(`${companion.axum}/`);
    assert.equal(await heading(), "Nobody is signed in");
  });

  test("in several cookies, and out at axum", async () => {
    await signInAtNode("archivist");
    assert.ok((await sessionCookies()).length > 1);
    assert.ok((await sessionCookies()).every(({ httpOnly }) => httpOnly), "no script reads them");
    await page.getByRole("button", { name: "Sign out here" }).click();
    await page.waitForURL(`${companion.axum}/`);
    assert.deepEqual(await sessionCookies(), []);
    await page.goto(`${companion.node}/`);
    assert.equal(await heading(), "Nobody is signed in");
  });
});

describe("what it looks like", () => {
  for (const [name, options] of Object.entries({
    light: { viewport: { width: 900, height: 800 } },
    dark: { viewport: { width: 900, height: 800 }, colorScheme: "dark" },
    phone: { viewport: { width: 390, height: 844 } },
  })) {
    test(`every page fits a ${name} screen`, async () => {
      await context.close();
      context = await chromium.newContext(options);
      page = await context.newPage();
      const look = async (what, address) => {
        await page.goto(address);
        await snap(`${name}-${what}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${what} is ${overflow} pixels too wide`);
      };
      await look("axum-anonymous", `${companion.axum}/`);
      await look("node-anonymous", `${companion.node}/`);
      await look("sign-in", `${companion.axum}/sign-in`);
      await signInAtAxum("admin");
      await look("axum", `${companion.axum}/`);
      await look("node", `${companion.node}/`);
    });
  }
});
