//! Who may sign in here and at Auth.js: the same people. A real application keeps hashes of passwords, as the
//! newsroom does.

use std::sync::Arc;

use portcullis::User;
use serde::Deserialize;

#[derive(Deserialize)]
struct Account {
    id: String,
    name: String,
    email: String,
    password: String,
    roles: Vec<String>,
    /// How many archives the account has the permission to read.
    #[serde(default)]
    archives: u16,
}

#[derive(Clone)]
pub(crate) struct Accounts(Arc<[Account]>);

impl Accounts {
    pub(crate) fn read() -> serde_json::Result<Self> {
        serde_json::from_str::<Vec<_>>(include_str!("accounts.json")).map(|all| Self(all.into()))
    }

    pub(crate) fn print(&self) {
        println!("demo accounts, on both sides:");
        for Account {
            email, password, ..
        } in self.0.iter()
        {
            println!("  {email:<30}{password}");
        }
    }

    /// The user that e-mail address and password belong to.
    pub(crate) fn user(&self, email: &str, password: &str) -> Option<User> {
        let mut accounts = self.0.iter();
        let account = accounts.find(|one| one.email == email && one.password == password)?;
        // So many that one cookie cannot hold the session of an archivist.
        let permissions = (0..account.archives).map(|shelf| format!("archive:read:{shelf}"));
        let user = User::new(&account.id)
            .named(&account.name)
            .with_email(&account.email)
            .with_roles(&account.roles)
            .with_permissions(permissions);
        Some(user)
    }

    /// All e-mail addresses.
    pub(crate) fn addresses(&self) -> Vec<&str> {
        self.0
            .iter()
            .map(|account| account.email.as_str())
            .collect()
    }
}
