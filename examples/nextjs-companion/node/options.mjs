// What Auth.js 5 and NextAuth.js 4 are told alike.

import { authorize } from "./accounts.mjs";

/** The fields of the sign-in page, and who passes. */
export const credentials = {
  credentials: {
    email: { label: "E-mail", type: "email" },
    password: { label: "Password", type: "password" },
  },
  authorize,
};

export function options({ secret, api }) {
  return {
    secret,
    session: { strategy: "jwt" },
    callbacks: {
      /** What the token says beside name and e-mail address. The API reads roles and permissions from there. */
      jwt({ token, user }) {
        return user ? { ...token, roles: user.roles, permissions: user.permissions } : token;
      },
      /** What pages and browsers are told of the token. */
      session({ session, token }) {
        return { ...session, user: { ...session.user, id: token.sub, roles: token.roles ?? [] } };
      },
      /** After signing in and out back to where the visitor came from: here, or the pages of the API. */
      redirect({ url, baseUrl }) {
        const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : null;
        return target && [baseUrl, api].includes(target.origin) ? target.href : baseUrl;
      },
    },
  };
}
