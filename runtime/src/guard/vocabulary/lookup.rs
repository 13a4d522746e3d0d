//! How a guard finds the vocabulary of its crate, wherever in the crate it stands.
//!
//! The macros know which crate they run in and put that in a [`CrateKey`]. `vocabulary!` implements
//! [`Declares`] for the key of its crate; a guard asks its own key in a closure that is never
//! called, and method resolution takes [`Declared`] if there is such an implementation, else
//! [`Undeclared`]. Importing everything from the crate's root would find it as well, at the price
//! of looking at every name there, once a handler.

use std::marker::PhantomData;

use super::Vocabulary;

/// A crate.
#[derive(Debug)]
pub struct CrateKey<const KEY: u64>;

/// What `vocabulary!` implements for the key of its crate; `M` is a type of that crate.
pub trait Declares<M> {
    /// What is declared.
    const VOCABULARY: &'static Vocabulary;
}

/// What is found for a key.
pub trait Finding {
    /// What is declared.
    const VOCABULARY: &'static Vocabulary;
}

/// A vocabulary.
#[derive(Debug)]
pub struct Found<K, M>(PhantomData<(K, M)>);

/// None.
#[derive(Debug)]
pub struct Nothing(());

impl<K: Declares<M>, M> Finding for Found<K, M> {
    const VOCABULARY: &'static Vocabulary = K::VOCABULARY;
}

impl Finding for Nothing {
    const VOCABULARY: &'static Vocabulary = &Vocabulary {
        roles: None,
        permissions: None,
    };
}

/// The first choice of `(&key).look_up()`.
pub trait Declared<M>: Sized {
    /// Says, by its type, what is found.
    fn look_up(&self) -> Found<Self, M> {
        Found(PhantomData)
    }
}

impl<K: Declares<M>, M> Declared<M> for K {}

/// The second.
pub trait Undeclared {
    /// Says, by its type, that nothing is found.
    fn look_up(&self) -> Nothing {
        Nothing(())
    }
}

impl<K> Undeclared for &K {}

/// What a look-up finds. It is not run: its type says it all.
pub const fn vocabulary<F: Finding>(_: fn() -> F) -> &'static Vocabulary {
    F::VOCABULARY
}
