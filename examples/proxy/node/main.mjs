// The real Auth.js, as a server of its own on this machine. The Rust program in front of it starts it, and ends it
// by closing its input.

import { once } from "node:events";
import { createServer } from "node:http";

import { Auth } from "@auth/core";

import { accounts, config } from "./auth.mjs";

const LARGEST_BODY = 64 * 1024;

process.stdin.resume().on("end", () => process.exit());
// Ctrl-C reaches the Rust program as well, which ends this when it has answered everybody.
process.on("SIGINT", () => {});

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
    response.end("Something went wrong on our side.\n");
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log("demo accounts:");
for (const { email, password } of accounts) console.log(`  ${email.padEnd(24)}${password}`);
console.log(`node listening on http://127.0.0.1:${server.address().port}`);

/** Gives Auth.js the request as the visitor has sent it, and the visitor what it answers. */
async function answer(request, response) {
  const { method, url, headers } = request;
  const origin = `${headers["x-forwarded-proto"]}://${headers["x-forwarded-host"]}`;
  const body = method === "POST" ? await bodyOf(request) : undefined;
  const answered = await Auth(new Request(origin + url, { method, headers, body }), config);
  response.statusCode = answered.status;
  answered.headers.forEach((value, name) => response.appendHeader(name, value));
  response.end(await answered.text());
}

/** All bytes of a form or of a small document. */
async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > LARGEST_BODY) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
