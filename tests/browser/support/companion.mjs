// The companion under test: one command, and the two addresses that it prints.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("../../../target/debug/examples/nextjs-companion", import.meta.url));

export async function startCompanion() {
  const { AUTH_SECRET, ...environment } = process.env;
  const child = spawn(process.env.COMPANION_BIN ?? built, {
    env: { ...environment, PORT: "0", NODE_PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const addresses = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /^\S.* listening on (http:\/\/localhost:\d+)$/.exec(line);
    if (address) addresses.push(address[1]);
    if (addresses.length === 2) break;
  }
  child.stdout.resume();
  const [axum, node] = addresses;
  return {
    axum,
    node,
    async stop() {
      child.kill("SIGINT");
      return (await exited)[0];
    },
  };
}
