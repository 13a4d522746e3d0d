// Asking the API in the name of a visitor, from this server: what Next.js does while it renders a page.

const PATIENCE = 5_000;

/**
 * Fetches from the API as the visitor who sent a request: with the cookies of the session and no others.
 * A session that one cookie cannot hold has several: `name.0`, `name.1` and so on.
 */
export function createApi(origin, cookieName) {
  const isOfSession = (cookie) => cookie.split("=", 1)[0].replace(/\.\d+$/, "") === cookieName;
  return async function ask(request, path) {
    const cookies = (request.headers.cookie ?? "").split(/; */).filter(isOfSession);
    const headers = { accept: "application/json", ...(cookies.length > 0 && { cookie: cookies.join("; ") }) };
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(new URL(path, origin), { headers, redirect: "error", signal });
    return { path, status: answer.status, body: await answer.json() };
  };
}
