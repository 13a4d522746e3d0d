// A real browser at the application at ORIGIN, whose Auth.js sends people to a third server to sign in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { startChromium } from "./support/browser.mjs";

const { ORIGIN: origin } = process.env;
let chromium, page;

before(async () => {
  chromium = await startChromium();
  const context = await chromium.newContext();
  context.setDefaultTimeout(30_000);
  page = await context.newPage();
});
after(() => chromium?.close());

test("a guarded page leads to the third server and back, and away again after signing out", async () => {
  await page.goto(`${origin}/page`);
  await page.waitForURL((url) => url.pathname === "/api/auth/signin");
  await page.getByRole("button", { name: "Sign in with Elsewhere" }).click();
  await page.waitForURL(`${origin}/page`);
  assert.match(await page.textContent("body"), /^a page for /);
  const { user } = await page.evaluate(() => fetch("/me").then((answer) => answer.json()));
  assert.equal(user.name, "Grace Hopper");

  await page.goto(`${origin}/api/auth/signout?callbackUrl=%2F`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(`${origin}/`);
  assert.equal(await page.textContent("body"), "nobody");
  await page.goto(`${origin}/page`);
  await page.waitForURL((url) => url.pathname === "/api/auth/signin");
});
