//! How a guard finds the vocabulary of its crate, wherever in the crate it stands.
//!
//! The macros know which crate they run in and put that in a [`CrateKey`]. `vocabulary!` implements
//! [`Declares`] for the key of its crate; a guard asks for the constant `VOCABULARY` of
//! [`Lookup<CrateKey<..>, _>`](Lookup), which is its own if there is such an implementation, else
//! that of the trait [`Undeclared`]. Importing everything from the crate's root would find it as
//! well, at the price of looking at every name there, once a handler.

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

/// What the crate with the key `K` declares.
#[derive(Debug)]
pub struct Lookup<K, M>(PhantomData<(K, M)>);

impl<K: Declares<M>, M> Lookup<K, M> {
    /// What is declared.
    pub const VOCABULARY: &'static Vocabulary = K::VOCABULARY;
}

/// In the place of a crate's type where there is no vocabulary.
#[derive(Debug)]
pub struct Nobody(());

/// The second choice, where nothing is declared.
pub trait Undeclared {
    /// An empty vocabulary.
    const VOCABULARY: &'static Vocabulary;
}

impl<K> Undeclared for Lookup<K, Nobody> {
    const VOCABULARY: &'static Vocabulary = &Vocabulary {
        roles: None,
        permissions: None,
    };
}
