// What a Next.js application does with Auth.js, as a program of one file and no framework:
// its endpoints, a page that is made on the server, and the same as JSON. The API beside it starts this, and ends
// it by closing its input.

import { once } from "node:events";
import { createServer } from "node:http";

import { createApi } from "./api.mjs";
import { page } from "./page.mjs";

const { API_URL: api, AUTH_SECRET: secret, NODE_PORT: port } = process.env;
const basePath = "/api/auth";

const { createAuth, cookieName, name } = await import(process.argv.includes("--v4") ? "./auth-v4.mjs" : "./auth-v5.mjs");
const ask = createApi(api, cookieName);

process.stdin.resume().on("end", () => process.exit());
// Ctrl-C reaches the API as well, which ends this when it has answered everybody.
process.on("SIGINT", () => {});

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain" });
    response.end("Something went wrong on our side.\n");
  });
});
const origin = `http://localhost:${await listen(Number(port))}`;
const auth = createAuth({ origin, basePath, secret, api });
console.log(`node listening on ${origin}`);

/** Listens on a port of this machine, or on a free one if that is taken. */
async function listen(port) {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    console.log(`port ${port} is in use: taking a free one`);
    return listen(0);
  }
  return server.address().port;
}

async function answer(request, response) {
  const { pathname } = new URL(request.url, origin);
  if (pathname.startsWith(`${basePath}/`)) {
    return auth.handle(request, response);
  }
  response.setHeader("cache-control", "private, no-store");
  if (pathname === "/") {
    const session = await auth.session(request, response);
    const answers = await Promise.all(["/api/me", "/api/accounts"].map((path) => ask(request, path)));
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page({ name, basePath, api, session, answers }));
  } else if (pathname === "/api/whoami") {
    const [session, token] = [await auth.session(request, response), await auth.token(request)];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ session, token, api: await ask(request, "/api/me") }));
  } else {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing at this address.\n");
  }
}
