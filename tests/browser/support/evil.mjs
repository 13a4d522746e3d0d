// A site that attacks its visitors: its pages send what they please to the newsroom.

import { once } from "node:events";
import { createServer } from "node:http";

export async function startEvil(newsroom) {
  const pages = {
    "/form": form(`${newsroom}/posts`, { title: "Forged by a form", body: "Not ours" }),
    "/sign-in": form(`${newsroom}/sign-in`, {
      email: "editor@newsroom.example",
      password: "editor-demo",
    }),
    "/fetch": `<!doctype html><title>Evil</title><script>
      fetch("${newsroom}/api/posts", {
        method: "POST",
        mode: "no-cors",
        credentials: "include",
        body: JSON.stringify({ title: "Forged by a script", body: "Not ours" }),
      });
    </script>`,
  };
  const server = createServer((request, response) => {
    const page = pages[request.url];
    response.writeHead(page ? 200 : 404, { "content-type": "text/html" }).end(page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function form(action, fields) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
  return `<!doctype html><title>Evil</title>
    <form method="post" action="${action}">${inputs.join("")}</form>
    <script>document.forms[0].submit()</script>`;
}
