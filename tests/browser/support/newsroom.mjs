// The newsroom under test: a process of its own with a database of its own.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const aging = fileURLToPath(new URL("../../../target/debug/age_sessions", import.meta.url));
const built = fileURLToPath(new URL("../../../target/debug/examples/newsroom", import.meta.url));

export async function startNewsroom() {
  const binary = process.env.NEWSROOM_BIN ?? built;
  await access(binary).catch(() => {
    throw new Error(`there is no ${binary}: run \`cargo build --example newsroom\` first`);
  });
  const folder = await mkdtemp(join(tmpdir(), "newsroom-browser-"));
  const { AUTH_SECRET, AUTH_URL, NEXTAUTH_SECRET, NEXTAUTH_URL, ...environment } = process.env;
  const database = join(folder, "newsroom.sqlite");
  const child = spawn(binary, {
    env: { ...environment, PORT: "0", NEWSROOM_DB: database },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const exited = once(child, "exit");
  const port = await Promise.race([
    portOf(child),
    exited.then(([code]) => {
      throw new Error(`the newsroom ended with ${code} before it listened:\n${log}`);
    }),
  ]);
  return {
    port,
    url: `http://localhost:${port}`,
    /** Makes everybody's session an hour older. */
    ageSessions() {
      execFileSync(process.env.AGE_SESSIONS_BIN ?? aging, [database]);
    },
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      await rm(folder, { recursive: true });
      return { code, log };
    },
  };
}

async function portOf(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^newsroom listening on http:\/\/localhost:(\d+)$/.exec(line);
    if (address) {
      child.stdout.resume();
      return Number(address[1]);
    }
  }
  return new Promise(() => {});
}
