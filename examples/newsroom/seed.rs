//! What a new database begins with.

use std::error::Error;

use portcullis::password;

use crate::db::Db;
use crate::roles::Role;

struct DemoAccount {
    id: &'static str,
    name: &'static str,
    email: &'static str,
    role: Role,
    password: &'static str,
}

const ACCOUNTS: [DemoAccount; 3] = [
    DemoAccount {
        id: "robin",
        name: "Robin Okafor",
        email: "reader@newsroom.example",
        role: Role::Reader,
        password: "reader-demo",
    },
    DemoAccount {
        id: "edda",
        name: "Edda Lindqvist",
        email: "editor@newsroom.example",
        role: Role::Editor,
        password: "editor-demo",
    },
    DemoAccount {
        id: "ada",
        name: "Ada Moreau",
        email: "admin@newsroom.example",
        role: Role::Admin,
        password: "admin-demo",
    },
];

pub(crate) fn print_accounts() {
    println!("demo accounts:");
    for account in ACCOUNTS {
        println!("  {:<26}{}", account.email, account.password);
    }
}

/// All of it or nothing, so that a start which is broken off leaves no half of it.
pub(crate) async fn fill_if_empty(db: &Db) -> Result<(), Box<dyn Error>> {
    let mut transaction = db.pool().begin_with("BEGIN IMMEDIATE").await?;
    let accounts: i64 = sqlx::query_scalar("SELECT count(*) FROM accounts")
        .fetch_one(&mut *transaction)
        .await?;
    if accounts > 0 {
        return Ok(());
    }
    for account in ACCOUNTS {
        let hash = password::hash(account.password).await?;
        sqlx::query(
            "INSERT INTO accounts (id, name, email, role, password_hash) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(account.id)
        .bind(account.name)
        .bind(account.email)
        .bind(account.role.as_ref())
        .bind(hash)
        .execute(&mut *transaction)
        .await?;
    }
    sqlx::raw_sql(include_str!("seed.sql"))
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}
