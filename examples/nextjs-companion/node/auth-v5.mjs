// Auth.js 5: `@auth/core`, which `next-auth@5` brings to Next.js.

import { Auth } from "@auth/core";
import { getToken } from "@auth/core/jwt";
import Credentials from "@auth/core/providers/credentials";

import { bodyOf } from "./body.mjs";
import { credentials, options } from "./options.mjs";

export const name = "Auth.js 5";
export const cookieName = "authjs.session-token";

export function createAuth({ origin, basePath, secret, api }) {
  const config = {
    ...options({ secret, api }),
    basePath,
    trustHost: true,
    providers: [Credentials(credentials)],
  };
  return {
    /** Answers a request for one of the endpoints. */
    async handle(request, response) {
      const { method, url } = request;
      const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const body = method === "POST" ? await bodyOf(request) : undefined;
      const answer = await Auth(new Request(new URL(url, origin), { method, headers, body }), config);
      response.statusCode = answer.status;
      answer.headers.forEach((value, name) => response.appendHeader(name, value));
      response.end(await answer.text());
    },

    /** The session of a request, or null. The cookie goes on with the response, as with `auth()` of `next-auth`. */
    async session(request, response) {
      const headers = { cookie: request.headers.cookie ?? "" };
      const answer = await Auth(new Request(`${origin}${basePath}/session`, { headers }), config);
      for (const cookie of answer.headers.getSetCookie()) {
        response.appendHeader("set-cookie", cookie);
      }
      // What a broken configuration answers is an object as well, and no session.
      return answer.ok ? answer.json() : null;
    },

    /** The claims of the token of a request, or null. */
    token: (request) => getToken({ req: request, secret }),
  };
}
