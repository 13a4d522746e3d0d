// The page that says who is signed in here, and what the API says to that.

import { readFileSync } from "node:fs";

const style = readFileSync(new URL("../style.css", import.meta.url), "utf8");

export function page({ name, basePath, api, session, answers }) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${name} · Companion</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body class="node">
    <header>
      <span class="brand">One sign-in</span>
      <nav><a aria-current="page" href="/">${name}</a><a href="${escape(api)}/">axum</a></nav>
    </header>
    <main>
      <section class="card">
        <p class="where">${name}, on Node.js</p>
        ${session ? visitor(session.user, { basePath, api }) : nobody({ basePath, api })}
      </section>
      <section>
        <h2>What axum answers to this server</h2>
        <p class="soft">It was asked with the cookies of your session while this page was made.</p>
        <dl>${answers.map(answer).join("")}</dl>
      </section>
    </main>
  </body>
</html>
`;
}

function visitor({ name, email, roles }, { basePath, api }) {
  const badges = roles.map((role) => `<span class="badge">${escape(role)}</span>`);
  return `<h1>${escape(name)}</h1>
        <p class="soft">${escape(email)} ${badges.join(" ")}</p>
        <p class="actions">
          <a class="button" href="${basePath}/signout?callbackUrl=%2F">Sign out here</a>
          <a href="${escape(api)}/">See it at axum</a>
        </p>`;
}

function nobody({ basePath, api }) {
  return `<h1>Nobody is signed in</h1>
        <p class="soft">Sign in on either side: the other one knows.</p>
        <p class="actions">
          <a class="button primary" href="${basePath}/signin?callbackUrl=%2F">Sign in here</a>
          <a class="button" href="${escape(api)}/sign-in">Sign in at axum</a>
        </p>`;
}

function answer({ path, status, body }) {
  const text = JSON.stringify(body, null, 2);
  return `<div><dt><code>GET ${path}</code> <span class="badge">${status}</span></dt>
          <dd><pre>${escape(text.length > 1_000 ? `${text.slice(0, 1_000)} …` : text)}</pre></dd></div>`;
}

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => entities[character]);
