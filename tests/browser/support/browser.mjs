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
 * The headers of the next request that the page sends from `origin`, as they go out. Playwright's own
 * view lacks the cookies of requests whose answer Chromium keeps from the page.
 */
export async function nextRequestFrom(page, origin) {
  const devtools = await page.context().newCDPSession(page);
  const sent = new Promise((resolve) => {
    devtools.on("Network.requestWillBeSentExtraInfo", ({ headers }) => {
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const request = Object.fromEntries(lowerCase);
      if (request.origin === origin) resolve(request);
    });
  });
  await devtools.send("Network.enable");
  // In an object, for a promise inside a promise would be waited for.
  return { sent };
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
