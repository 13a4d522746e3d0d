// What the suites of this folder share.

/** Waits until the element says exactly that. */
export function onScreen(page, selector, text) {
  return page.waitForFunction(
    ([selector, text]) => document.querySelector(selector)?.textContent === text,
    [selector, text],
  )
}

/** Counts from now on: gives the methods of the page's requests to `/session`. */
export function sessionRequests(page) {
  const methods = []
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/api/auth/session") methods.push(request.method())
  })
  return () => methods
}
