//! The user as the application's own database has them.

use std::any::{Any, TypeId};
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::store::StoreError;

/// A user of any type that can be cloned.
#[derive(Clone)]
pub(crate) struct Loaded {
    user: Arc<dyn Any + Send + Sync>,
    cloned: fn(&dyn Any) -> Option<Box<dyn Any>>,
}

impl Loaded {
    fn new<U: Clone + Send + Sync + 'static>(user: U) -> Self {
        Self {
            user: Arc::new(user),
            cloned: |user| Some(Box::new(user.downcast_ref::<U>()?.clone())),
        }
    }

    /// A copy of the user, if they are of that type.
    pub(crate) fn get<U: 'static>(&self) -> Option<U> {
        let user = (self.cloned)(self.user.as_ref())?;
        user.downcast().ok().map(|user| *user)
    }
}

type Loading<'a> = Pin<Box<dyn Future<Output = Result<Option<Loaded>, StoreError>> + Send + 'a>>;

/// Reads users by their id.
pub(crate) struct UserLoader {
    /// The type of the users.
    gives: TypeId,
    load: Box<dyn Fn(&str) -> Loading<'static> + Send + Sync>,
}

impl UserLoader {
    pub(crate) fn new<U, E, F, Fut>(load: F) -> Self
    where
        U: Clone + Send + Sync + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<U>, E>> + Send + 'static,
    {
        Self {
            gives: TypeId::of::<U>(),
            load: Box::new(move |user_id| {
                let loading = load(user_id.to_owned());
                Box::pin(async move {
                    let user = loading.await.map_err(StoreError::unavailable)?;
                    Ok(user.map(Loaded::new))
                })
            }),
        }
    }

    /// Whether its users are of that type.
    pub(crate) fn gives<U: 'static>(&self) -> bool {
        self.gives == TypeId::of::<U>()
    }

    /// The user of that id, if there is one.
    pub(crate) async fn load(&self, user_id: &str) -> Result<Option<Loaded>, StoreError> {
        (self.load)(user_id).await
    }
}
