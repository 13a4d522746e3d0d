// A Chromium whose tabs hide each other, as a person's do. The one that Playwright starts pretends
// that every tab is in front.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export async function startChromiumWithTabs() {
  const profile = await mkdtemp(join(tmpdir(), "chromium-with-tabs-"));
  const options = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    // A first tab that is slow to load makes Playwright wait for ever (microsoft/playwright#42730).
    "--no-startup-window",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
  ];
  const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const child = spawn(program, options, { stdio: ["ignore", "ignore", "pipe"] });
  const connecting = chromium.connectOverCDP(await addressOf(child), { noDefaults: true });
  const browser = await connecting.catch((error) => {
    child.kill();
    throw error;
  });
  const [context] = browser.contexts();
  // It ends with its last tab.
  await context.newPage();
  return {
    context,
    async stop() {
      const devtools = await browser.newBrowserCDPSession();
      const exited = once(child, "exit");
      await devtools.send("Browser.close");
      await exited;
      await rm(profile, { recursive: true, maxRetries: 5 });
    },
  };
}

async function addressOf(child) {
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /^DevTools listening on (ws:\S+)$/.exec(line);
    if (address) {
      child.stderr.resume();
      return address[1];
    }
  }
  throw new Error("Chromium ended before it listened");
}
