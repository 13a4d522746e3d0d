// What Auth.js is told: who may sign in, and what a session says.

import Credentials from "@auth/core/providers/credentials";

// A real application keeps hashes of passwords, or none at all: any provider of Auth.js will do.
export const accounts = [
  { id: "robin", name: "Robin Okafor", email: "reader@proxy.example", password: "reader-demo", roles: ["reader"] },
  { id: "ada", name: "Ada Moreau", email: "admin@proxy.example", password: "admin-demo", roles: ["admin"] },
];

const password = Credentials({
  credentials: {
    email: { label: "E-mail", type: "email" },
    password: { label: "Password", type: "password" },
  },
  authorize: ({ email, password }) =>
    accounts.find((account) => account.email === email && account.password === password) ?? null,
});

export const config = {
  basePath: "/api/auth",
  secret: process.env.AUTH_SECRET,
  // Visitors come through the Rust program, which says by which address they know it.
  trustHost: true,
  session: { strategy: "jwt" },
  providers: [password],
  callbacks: {
    /** What the token says beside name and e-mail address. */
    jwt: ({ token, user }) => (user ? { ...token, roles: user.roles } : token),
    /** What the Rust program is told of the token, and browsers as well. Its guards go by `id` and `roles`. */
    session: ({ session, token }) => ({ ...session, user: { ...session.user, id: token.sub, roles: token.roles } }),
  },
};
