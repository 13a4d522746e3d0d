// One Chromium for the suite, a fresh profile for each visitor.

import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export function startChromium() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export async function screenshotFolder() {
  const folder = process.env.SCREENSHOTS;
  if (!folder) {
    return mkdtemp(join(tmpdir(), "newsroom-screenshots-"));
  }
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * Collects the headers of the requests that the page sends from here on. Playwright's own view
 * lacks the cookies of those whose answer Chromium keeps from the page.
 */
export async function requestsOnTheWire(page) {
  const requests = [];
  const devtools = await page.context().newCDPSession(page);
  devtools.on("Network.requestWillBeSentExtraInfo", ({ headers }) => {
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    requests.push(Object.fromEntries(lowerCase));
  });
  await devtools.send("Network.enable");
  return requests;
}

/** Fills the sign-in form that the page shows. */
export async function fillSignIn(page, email, password) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
}

/** Signs in as a demo account: `reader`, `editor` or `admin`. */
export async function signIn(page, origin, role) {
  await page.goto(`${origin}/sign-in?callbackUrl=/dashboard`);
  await fillSignIn(page, `${role}@newsroom.example`, `${role}-demo`);
  await page.waitForURL(`${origin}/dashboard`);
}
