mod calls;
mod checks;
mod context;
mod creating;
mod deleting;
mod dropping;
mod extending;
mod keys;
mod outcome;
mod pruning;
mod renaming;
mod report;
mod times;
mod updating;
mod users;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use self::checks::{Check, checks};
use self::context::{Context, Settings};
pub use self::report::{ContractCheck, ContractReport};
use crate::store::SessionStore;

/// How long one check may take.
const DEADLINE: Duration = Duration::from_secs(120);
/// How often calls race each other in the checks that need luck to fail.
const RACES: u32 = 1_000;

/// Checks that prune, or have sessions that expired, run one at a time.
static EXPIRED: Mutex<()> = Mutex::const_new(());

/// The contract of [`SessionStore`], to be run against any implementation.
///
/// Each check makes keys and users of its own and removes them again, so that several runs of one
/// process may share a database, and do so at the same time. It must be a database of tests: whatever
/// has expired in it is removed.
///
/// A run needs a Tokio runtime whose time is not paused; one with several threads finds more.
///
/// ```
/// use portcullis::MemoryStore;
/// use portcullis::testing::store_contract;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let report = store_contract(MemoryStore::new()).races(10).run().await;
/// report.assert();
/// # }
/// ```
pub fn store_contract<S: SessionStore + Clone>(store: S) -> StoreContract<S> {
    StoreContract {
        beside: store.clone(),
        store,
        settings: Settings {
            races: RACES,
            ..Settings::default()
        },
        left_out: Vec::new(),
    }
}

/// A run of the contract that is about to begin. Made by [`store_contract`].
#[must_use = "nothing is checked until `run()`"]
pub struct StoreContract<S> {
    store: S,
    beside: S,
    settings: Settings,
    left_out: Vec<(String, String)>,
}

impl<S: SessionStore + Clone> StoreContract<S> {
    /// Another way to the same sessions: a second connection, as another process has it. What is written
    /// by one way is then looked up by both, and calls that race each other take turns.
    pub fn beside(mut self, store: S) -> Self {
        self.beside = store;
        self
    }

    /// Makes the users whose sessions are checked, for stores that keep sessions of known users only. It
    /// is told the id that is wanted, which a store may need to tell apart from others, and gives the id
    /// that the user has got. Default: the wanted id, and nothing is made.
    pub fn users<F, Fut>(mut self, make: F) -> Self
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = String> + Send + 'static,
    {
        self.settings.users = Some(Arc::new(move |wanted| Box::pin(make(wanted))));
        self
    }

    /// The store keeps the key, the user's id and the expiry of a session, and reads the rest elsewhere
    /// or not at all: `user`, `auth_time`, `acr` and `remember` may differ from what was written.
    pub fn derives_users(mut self) -> Self {
        self.settings.derives_users = true;
        self
    }

    /// The store drops sessions by a clock of its own, some time after they expired or at once, and may
    /// do so before anybody prunes.
    pub fn expires_itself(mut self) -> Self {
        self.settings.expires_itself = true;
        self
    }

    /// Leaves these checks out, for a store that is documented to be weaker. The report lists them with
    /// the reason.
    pub fn without<I>(mut self, names: I, reason: impl Into<String>) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let reason = reason.into();
        let left_out = names.into_iter().map(|name| (name.into(), reason.clone()));
        self.left_out.extend(left_out);
        self
    }

    /// How often calls race each other in the checks that need luck to fail. Default: 1,000.
    pub fn races(mut self, races: u32) -> Self {
        self.settings.races = races;
        self
    }

    /// Runs every check, one after the other.
    pub async fn run(self) -> ContractReport {
        let checks = checks::<S>();
        let mut report = ContractReport::default();
        for (name, _) in &self.left_out {
            if !checks.iter().any(|check| check.name == name) {
                report.unknown(name);
            }
        }
        let settings = Arc::new(self.settings);
        for check in checks {
            let left_out = self.left_out.iter().find(|(name, _)| name == check.name);
            if let Some((_, reason)) = left_out {
                report.left_out(&check, reason);
                continue;
            }
            let context = Context::new(&self.store, &self.beside, &settings);
            report.ran(&check, run(&check, context).await);
        }
        report
    }
}

/// Runs one check, and says what was seen that must not be.
async fn run<S: SessionStore + Clone>(check: &Check<S>, context: Context<S>) -> Result<(), String> {
    let _alone = match check.alone {
        true => Some(EXPIRED.lock().await),
        false => None,
    };
    // In a task of its own, what panics is a failure like any other.
    let mut running = tokio::spawn((check.run)(context.clone()));
    let outcome = match tokio::time::timeout(DEADLINE, &mut running).await {
        Ok(Ok(outcome)) => outcome.map_err(|failure| failure.seen),
        Ok(Err(panicked)) => Err(panicked.to_string()),
        Err(_) => {
            running.abort();
            Err(format!("no end after {} s", DEADLINE.as_secs()))
        }
    };
    let _ = tokio::time::timeout(DEADLINE, context.clean()).await;
    outcome
}

impl<S> fmt::Debug for StoreContract<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreContract").finish_non_exhaustive()
    }
}
