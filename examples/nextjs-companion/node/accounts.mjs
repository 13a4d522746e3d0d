// Who may sign in here and at the API: the same people. A real application keeps hashes of passwords.

import { readFileSync } from "node:fs";

const accounts = JSON.parse(readFileSync(new URL("../accounts.json", import.meta.url), "utf8"));

/** The user that e-mail address and password belong to, or null: `authorize` of the credentials provider. */
export function authorize({ email, password }) {
  const account = accounts.find((account) => account.email === email && account.password === password);
  if (!account) {
    return null;
  }
  const { id, name, roles, archives = 0 } = account;
  // So many that one cookie cannot hold the session of an archivist.
  const permissions = Array.from({ length: archives }, (_, shelf) => `archive:read:${shelf}`);
  return { id, name, email, roles, permissions };
}
