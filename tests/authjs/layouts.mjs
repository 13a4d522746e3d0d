// The official adapters, each on the database whose address it is given.

import { DrizzleAdapter } from "@auth/drizzle-adapter"
import PostgresAdapter from "@auth/pg-adapter"
import { createClient } from "@libsql/client"
import { drizzle as drizzleOnLibsql } from "drizzle-orm/libsql"
import { drizzle as drizzleOnPostgres } from "drizzle-orm/node-postgres"
import pg from "pg"

export const layouts = {
  pg: (url) => PostgresAdapter(new pg.Pool({ connectionString: url })),
  drizzle: (url) => DrizzleAdapter(drizzleOnPostgres(new pg.Pool({ connectionString: url }))),
  "drizzle-sqlite": (url) => DrizzleAdapter(drizzleOnLibsql(createClient({ url }))),
}
