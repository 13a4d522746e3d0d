// A database of Auth.js that ends with the process.

import { randomUUID } from "node:crypto"

export function createAdapter() {
  const [users, accounts, sessions] = [new Map(), new Map(), new Map()]
  const keyOf = ({ provider, providerAccountId }) => `${provider}:${providerAccountId}`
  const copy = (row) => (row ? { ...row } : null)
  return {
    async createUser(user) {
      const created = { ...user, id: user.id ?? randomUUID(), emailVerified: null }
      users.set(created.id, created)
      return copy(created)
    },
    getUser: async (id) => copy(users.get(id)),
    getUserByEmail: async (email) => copy([...users.values()].find((user) => user.email === email)),
    getUserByAccount: async (account) => copy(users.get(accounts.get(keyOf(account)))),
    async updateUser(changed) {
      users.set(changed.id, { ...users.get(changed.id), ...changed })
      return copy(users.get(changed.id))
    },
    async linkAccount(account) {
      accounts.set(keyOf(account), account.userId)
      return account
    },
    async createSession(session) {
      sessions.set(session.sessionToken, session)
      return copy(session)
    },
    async getSessionAndUser(token) {
      const session = sessions.get(token)
      return session ? { session: copy(session), user: copy(users.get(session.userId)) } : null
    },
    async updateSession(changed) {
      sessions.set(changed.sessionToken, { ...sessions.get(changed.sessionToken), ...changed })
      return copy(sessions.get(changed.sessionToken))
    },
    async deleteSession(token) {
      sessions.delete(token)
    },
  }
}
