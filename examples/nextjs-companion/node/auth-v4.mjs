// NextAuth.js 4, with the requests and responses that Next.js gives to `pages/api/auth/[...nextauth]`.

import { createRequire } from "node:module";
import { parse } from "cookie";

import { bodyOf } from "./body.mjs";
import { credentials, options } from "./options.mjs";

const require = createRequire(import.meta.url);
const { default: NextAuth, getServerSession } = require("next-auth");
const { getToken } = require("next-auth/jwt");
const { default: Credentials } = require("next-auth/providers/credentials");

export const name = "NextAuth.js 4";
export const cookieName = "next-auth.session-token";

export function createAuth({ origin, basePath, secret, api }) {
  process.env.NEXTAUTH_URL = `${origin}${basePath}`;
  const config = { ...options({ secret, api }), providers: [Credentials(credentials)] };
  return {
    /** Answers a request for one of the endpoints. */
    async handle(request, response) {
      const { pathname, searchParams } = new URL(request.url, origin);
      const nextauth = pathname.slice(basePath.length + 1).split("/");
      const query = { ...Object.fromEntries(searchParams), nextauth };
      const body = request.method === "POST" ? await parsedBody(request) : undefined;
      await NextAuth(Object.assign(withCookies(request), { query, body }), likeNext(response), config);
    },

    /** The session of a request, or null. The cookie goes on with the response. */
    session: (request, response) => getServerSession(withCookies(request), response, config),

    /** The claims of the token of a request, or null. */
    token: (request) => getToken({ req: withCookies(request), secret }),
  };
}

async function parsedBody(request) {
  const body = String(await bodyOf(request));
  const isJson = request.headers["content-type"]?.startsWith("application/json");
  return isJson ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
}

const withCookies = (request) => Object.assign(request, { cookies: parse(request.headers.cookie ?? "") });

/** What responses of Next.js can do beside those of Node.js. */
function likeNext(response) {
  return Object.assign(response, {
    status(code) {
      response.statusCode = code;
      return response;
    },
    json(value) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(value));
    },
    send(body) {
      if (typeof body === "object") response.json(body);
      else response.end(body);
    },
  });
}
