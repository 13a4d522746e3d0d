// The example `proxy` under test: one command, and the address that it prints.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../../target/debug/examples/proxy", import.meta.url));

export async function startProxy() {
  const { AUTH_SECRET, AUTH_URL, NEXTAUTH_SECRET, NEXTAUTH_URL, ...environment } = process.env;
  const child = spawn(process.env.PROXY_BIN ?? built, {
    env: { ...environment, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let origin;
  for await (const line of createInterface({ input: child.stdout })) {
    origin = /^proxy listening on (http:\/\/localhost:\d+)$/.exec(line)?.[1];
    if (origin) break;
  }
  child.stdout.resume();
  return {
    origin,
    async stop() {
      child.kill("SIGINT");
      return (await exited)[0];
    },
  };
}
