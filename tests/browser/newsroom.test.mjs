// A real browser walks through the newsroom.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { fillSignIn, nextRequestFrom, screenshotFolder, signIn, startChromium } from "./support/browser.mjs";
import { startEvil } from "./support/evil.mjs";
import { startNewsroom } from "./support/newsroom.mjs";

let newsroom, chromium, evil, screenshots, context, page;

before(async () => {
  newsroom = await startNewsroom();
  chromium = await startChromium();
  evil = await startEvil(newsroom.url);
  screenshots = await screenshotFolder();
});

after(async () => {
  evil?.stop();
  await chromium?.close();
  console.log(`screenshots: ${screenshots}`);
  const end = await newsroom?.stop();
  assert.equal(end?.code, 0, `the newsroom did not stop cleanly:\n${end?.log}`);
});

beforeEach(async () => {
  context = await chromium.newContext({ viewport: { width: 1200, height: 800 } });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
});

afterEach(() => context.close());

const at = (path) => `${newsroom.url}${path}`;
const snap = (name, of = page) => of.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
const heading = (of = page) => of.getByRole("heading", { level: 1 }).textContent();
const sessionCookie = async () => (await context.cookies(newsroom.url)).find(({ name }) => name === "session");

describe("signing in", () => {
  test("an anonymous visitor of the dashboard signs in and lands on the dashboard", async () => {
    await page.goto(at("/dashboard"));
    assert.equal(page.url(), at("/sign-in?callbackUrl=%2Fdashboard"));
    await snap("sign-in");
    await fillSignIn(page, "reader@newsroom.example", "reader-demo");
    await page.waitForURL(at("/dashboard"));
    assert.match(await heading(), /Robin Okafor/);
  });

  test("a deep link comes back with its query", async () => {
    await page.goto(at("/posts/new?title=Harbour%20%26%20tide"));
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    await fillSignIn(page, "editor@newsroom.example", "editor-demo");
    await page.waitForURL(at("/posts/new?title=Harbour%20%26%20tide"));
    assert.equal(await page.getByLabel("Headline").inputValue(), "Harbour & tide");
  });

  test("a way back to another site leads to the front page", async () => {
    await page.goto(at("/sign-in?callbackUrl=https%3A%2F%2Fevil.example%2F"));
    await fillSignIn(page, "reader@newsroom.example", "reader-demo");
    await page.waitForURL(at("/"));
  });

  for (const [role, name] of [["reader", "Robin Okafor"], ["editor", "Edda Lindqvist"], ["admin", "Ada Moreau"]]) {
    test(`the ${role} signs in through the form`, async () => {
      await signIn(page, newsroom.url, role);
      assert.match(await heading(), new RegExp(name));
      assert.equal(await page.locator(".visitor .badge").textContent(), role);
    });
  }

  for (const email of ["editor@newsroom.example", "nobody@newsroom.example"]) {
    test(`a wrong password for ${email} says so and keeps the e-mail and the way back`, async () => {
      await page.goto(at("/sign-in?callbackUrl=%2Fposts%2Fnew"));
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await fillSignIn(page, email, "wrong");
      assert.equal((await answer).status(), 422);
      assert.equal(
        await page.getByRole("alert").textContent(),
        "This e-mail address and password do not belong together.",
      );
      assert.equal(await page.getByLabel("E-mail").inputValue(), email);
      assert.equal(await page.locator("[name=callbackUrl]").inputValue(), "/posts/new");
      assert.equal(await sessionCookie(), undefined);
      await snap("sign-in-wrong-password");
    });
  }

  test("who is signed in already is sent on from the sign-in page", async () => {
    await signIn(page, newsroom.url, "reader");
    await page.goto(at("/sign-in?callbackUrl=%2Fdashboard"));
    assert.equal(page.url(), at("/dashboard"));
  });

  for (const host of ["localhost", "127.0.0.1"]) {
    test(`forms work on http://${host}`, async () => {
      const origin = `http://${host}:${newsroom.port}`;
      await signIn(page, origin, "editor");
      await page.goto(`${origin}/posts/new`);
      await page.getByLabel("Headline").fill(`Written on ${host}`);
      await page.getByLabel("Story").fill("It works.");
      await page.getByRole("button", { name: "Publish" }).click();
      await page.waitForURL(/\/posts\/\d+$/);
      assert.equal(await heading(), `Written on ${host}`);
    });
  }
});

describe("roles", () => {
  for (const role of ["reader", "editor"]) {
    test(`the ${role} is refused on the admin page`, async () => {
      await signIn(page, newsroom.url, role);
      const response = await page.goto(at("/admin"));
      assert.equal(response.status(), 403);
      assert.match(response.headers()["content-type"], /^text\/html/);
      assert.equal(await heading(), "Forbidden");
      await snap("refusal-403");
    });
  }

  test("the admin sees accounts, sessions and the access rules", async () => {
    await signIn(page, newsroom.url, "admin");
    const response = await page.goto(at("/admin"));
    assert.equal(response.status(), 200);
    assert.match(await page.getByRole("table").first().textContent(), /reader@newsroom\.example/);
    const rule = page.locator("#access tr").filter({ has: page.getByText("/api/users", { exact: true }) });
    assert.match(await rule.textContent(), /admin/);
  });

  test("the reader cannot write", async () => {
    await signIn(page, newsroom.url, "reader");
    assert.equal(await page.getByRole("link", { name: "Write" }).count(), 0);
    assert.equal((await page.goto(at("/posts/new"))).status(), 403);
    const answer = await page.request.post(at("/posts"), { form: { title: "Smuggled", body: "Not allowed" } });
    assert.equal(answer.status(), 403);
  });

  test("the editor publishes a story and finds it on the front page", async () => {
    await signIn(page, newsroom.url, "editor");
    await page.getByRole("link", { name: "Write", exact: true }).click();
    await page.getByLabel("Story").fill("First paragraph.\n\nSecond <b>paragraph</b>.");
    await page.getByRole("button", { name: "Publish" }).click();
    assert.equal(await page.locator("#title-mistake").textContent(), "Give the post a headline.");
    await snap("post-form-mistake");
    await page.getByLabel("Headline").fill("Ferry runs on Sundays again");
    await page.getByRole("button", { name: "Publish" }).click();
    await page.waitForURL(/\/posts\/\d+$/);
    assert.equal(await page.locator(".story > p:not([class])").count(), 2);
    await page.goto(at("/"));
    await page.getByRole("link", { name: "Ferry runs on Sundays again" }).click();
    assert.equal(await page.getByText("Second <b>paragraph</b>.").count(), 1);
    await page.getByRole("link", { name: "Edit this story" }).click();
    await page.getByLabel("Headline").fill("Ferry runs on Sundays and holidays");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\/posts\/\d+$/);
    assert.equal(await page.getByRole("heading", { name: "Ferry runs on Sundays and holidays" }).count(), 1);
  });

  test("nobody is offered to edit what is not theirs", async () => {
    await signIn(page, newsroom.url, "editor");
    await page.goto(at("/"));
    await page.getByRole("link", { name: "How this newspaper decides who may do what" }).click();
    assert.equal(await page.getByRole("link", { name: "Edit this story" }).count(), 0);
    assert.equal((await page.goto(page.url() + "/edit")).status(), 403);
  });
});

describe("sessions", () => {
  test("the cookie is HttpOnly and SameSite=Lax, and no script sees it", async () => {
    await signIn(page, newsroom.url, "reader");
    const { httpOnly, sameSite, secure, path } = await sessionCookie();
    assert.deepEqual({ httpOnly, sameSite, secure, path }, { httpOnly: true, sameSite: "Lax", secure: false, path: "/" });
    assert.equal(await page.evaluate(() => document.cookie), "");
  });

  test("after signing out the dashboard asks again and the old cookie is dead", async () => {
    await signIn(page, newsroom.url, "editor");
    const old = await sessionCookie();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(at("/"));
    assert.equal(await sessionCookie(), undefined);
    await page.goto(at("/dashboard"));
    assert.equal(new URL(page.url()).pathname, "/sign-in");

    await page.goBack();
    await page.goBack();
    assert.ok(!(await page.content()).includes("Edda Lindqvist"), "nothing private comes back");

    await context.addCookies([old]);
    assert.equal((await page.request.get(at("/api/me"))).status(), 401);
    await context.addCookies([old]);
    await page.goto(at("/dashboard"));
    assert.equal(new URL(page.url()).pathname, "/sign-in");
    assert.equal(await sessionCookie(), undefined, "a dead cookie is removed");
  });
});

describe("what asks for more", () => {
  test("a stale session shows the password once more, comes back, and goes on under a new id", async () => {
    await signIn(page, newsroom.url, "reader");
    newsroom.ageSessions();
    await page.goto(at("/account/password"));
    assert.equal(page.url(), at("/sign-in?callbackUrl=%2Faccount%2Fpassword&prompt=login"));
    await snap("step-up");
    await fillSignIn(page, "reader@newsroom.example", "reader-demo");
    await page.waitForURL(at("/account/password"));
    const before = await sessionCookie();
    await page.getByLabel("New password").fill("reader-demo");
    await snap("new-password");
    await page.getByRole("button", { name: "Change it" }).click();
    await page.waitForURL(at("/dashboard"));
    const after = await sessionCookie();
    assert.notEqual(after.value, before.value);
    await context.addCookies([before]);
    assert.equal((await page.request.get(at("/api/me"))).status(), 401);
  });

  test("a form that was open too long is refused, and the old password still holds", async () => {
    await signIn(page, newsroom.url, "editor");
    await page.goto(at("/account/password"));
    newsroom.ageSessions();
    await page.getByLabel("New password").fill("taken over");
    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Change it" }).click();
    assert.equal((await answer).status(), 401);
    await context.clearCookies();
    await signIn(page, newsroom.url, "editor");
  });
});

describe("pages of other origins", () => {
  // `localhost` on another port is the same site: there the browser does send the cookie.
  for (const [host, sendsCookie] of [["127.0.0.1", false], ["localhost", true]]) {
    for (const [attack, target] of [["form", "/posts"], ["fetch", "/api/posts"], ["sign-in", "/sign-in"]]) {
      test(`a ${attack} from http://${host} is refused`, async () => {
        await signIn(page, newsroom.url, "editor");
        const before = await sessionCookie();
        const origin = `http://${host}:${evil.port}`;
        const { sent } = await nextRequestFrom(page, origin);
        const answer = page.waitForResponse((response) => response.url() === at(target));
        await page.goto(`${origin}/${attack}`);
        assert.equal((await answer).status(), 403);
        assert.equal("cookie" in (await sent), sendsCookie);
        assert.deepEqual(await sessionCookie(), before);
        const posts = await (await page.request.get(at("/api/posts"))).text();
        assert.ok(posts.includes("Harbour wall") && !posts.includes("Forged"), "nothing was published");
      });
    }
  }
});

describe("what it looks like", () => {
  const pages = {
    "front-page": "/",
    article: "/posts/4",
    dashboard: "/dashboard",
    "post-form": "/posts/new",
    admin: "/admin",
    "not-found-404": "/never-printed",
  };

  async function visit(name, options) {
    const visitor = await chromium.newContext(options);
    const screen = await visitor.newPage();
    await screen.goto(at("/sign-in"));
    await snap(`${name}-sign-in`, screen);
    await screen.goto(at("/"));
    await snap(`${name}-front-page-anonymous`, screen);
    await signIn(screen, newsroom.url, "reader");
    await snap(`${name}-dashboard-reader`, screen);
    await screen.goto(at("/admin"));
    await snap(`${name}-refusal-403`, screen);
    await visitor.clearCookies();
    await signIn(screen, newsroom.url, "admin");
    for (const [page, path] of Object.entries(pages)) {
      await screen.goto(at(path));
      await snap(`${name}-${page}`, screen);
      const overflow = await screen.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${page} is ${overflow} pixels too wide`);
    }
    await visitor.close();
  }

  test("every page fits a wide screen", () => visit("light", { viewport: { width: 1200, height: 800 } }));

  test("every page fits a dark screen", () =>
    visit("dark", { viewport: { width: 1200, height: 800 }, colorScheme: "dark" }));

  test("every page fits a phone", () => visit("phone", { viewport: { width: 390, height: 844 } }));
});
