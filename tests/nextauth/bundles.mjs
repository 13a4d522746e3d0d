// Makes the page of `pages.mjs` for a version of NextAuth: `node bundles.mjs v4 FOLDER`.

import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild-wasm"

const [dialect, folder] = process.argv.slice(2)

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>A page with ${dialect}</title>
<div id="root"></div>
<script src="/page.js"></script>
</html>
`

await build({
  entryPoints: [fileURLToPath(new URL("pages.mjs", import.meta.url))],
  outfile: join(folder, "page.js"),
  alias: { "next-auth": `next-auth-${dialect}` },
  bundle: true,
  // As Next.js does for browsers.
  define: { "process.env.NODE_ENV": '"production"', "process.env": "{}" },
  logLevel: "error",
})
await writeFile(join(folder, "index.html"), page)
