// A page of an application that signs people in by the unmodified `next-auth/react`, of the version
// that `bundles.mjs` puts in.

import { createElement as h, useState } from "react"
import { createRoot } from "react-dom/client"
import * as client from "next-auth/react"

/** What `useSession` says, in text. */
function Status({ required, onUnauthenticated }) {
  const { status, data, update } = client.useSession({ required, onUnauthenticated })
  window.update = update
  return h(
    "dl",
    null,
    h("dt", null, "Status"),
    h("dd", { id: "status" }, status),
    h("dt", null, "Name"),
    h("dd", { id: "name" }, data?.user.name ?? "nobody"),
  )
}

function SignInForm() {
  const [problem, setProblem] = useState("")
  async function submit(event) {
    event.preventDefault()
    const given = Object.fromEntries(new FormData(event.target))
    const answer = await client.signIn("credentials", { ...given, redirect: false })
    setProblem(answer.error ?? "")
  }
  return h(
    "form",
    { onSubmit: submit },
    h("label", null, "User name ", h("input", { name: "username" })),
    h("label", null, "Password ", h("input", { name: "password", type: "password" })),
    h("button", null, "Sign in"),
    h("p", { role: "alert" }, problem),
  )
}

function Home() {
  return h(
    "main",
    null,
    h(Status),
    h(SignInForm),
    h("button", { onClick: () => client.signOut({ redirect: false }) }, "Sign out"),
    h("button", { onClick: () => window.update({ name: "Ada King" }) }, "Rename"),
  )
}

function OwnRefusal() {
  const [refused, refuse] = useState(false)
  return refused ? h("p", { id: "refused" }, "Members only") : h(Status, { required: true, onUnauthenticated: () => refuse(true) })
}

const pages = {
  "/required": () => h(Status, { required: true }),
  "/own-refusal": () => h(OwnRefusal),
}
const page = pages[location.pathname] ?? (() => h(Home))

window.client = client
createRoot(document.getElementById("root")).render(h(client.SessionProvider, null, page()))
