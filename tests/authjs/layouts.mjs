// The official adapters, each on the database whose address it is given.

import { DrizzleAdapter } from "@auth/drizzle-adapter"
import PostgresAdapter from "@auth/pg-adapter"
import { UpstashRedisAdapter } from "@auth/upstash-redis-adapter"
import { createClient } from "@libsql/client"
import { drizzle as drizzleOnLibsql } from "drizzle-orm/libsql"
import { drizzle as drizzleOnPostgres } from "drizzle-orm/node-postgres"
import pg from "pg"
import { createClient as createRedis } from "redis"

/** The calls of Upstash's client that the adapter makes, on any Redis: texts that are JSON are read. */
async function upstash(url) {
  const redis = await createRedis({ url }).connect()
  return {
    set: (key, value) => redis.set(key, value),
    del: (...keys) => redis.del(keys),
    async get(key) {
      const text = await redis.get(key)
      try {
        return JSON.parse(text)
      } catch {
        return text
      }
    },
  }
}

export const layouts = {
  pg: (url) => PostgresAdapter(new pg.Pool({ connectionString: url })),
  drizzle: (url) => DrizzleAdapter(drizzleOnPostgres(new pg.Pool({ connectionString: url }))),
  "drizzle-sqlite": (url) => DrizzleAdapter(drizzleOnLibsql(createClient({ url }))),
  upstash: async (url) => UpstashRedisAdapter(await upstash(url), { baseKeyPrefix: "app:" }),
}
