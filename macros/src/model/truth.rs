//! The requirement tree on the two-valued reading: which sets of facts let a session in.

use super::{Atom, Requirement, Rule};

/// Beyond this many facts a truth table is not worth its time.
const MOST_ATOMS: usize = 12;

/// Whether no session meets all of these.
pub(super) fn never(last: &Requirement, earlier: &[Requirement]) -> bool {
    let everything = || earlier.iter().chain([last]);
    worlds(everything())
        .is_some_and(|mut worlds| !worlds.any(|world| everything().all(|one| holds(one, &world))))
}

/// Whether every session meets one of these.
pub(super) fn always(last: &Requirement, earlier: &[Requirement]) -> bool {
    let everything = || earlier.iter().chain([last]);
    worlds(everything())
        .is_some_and(|mut worlds| worlds.all(|world| everything().any(|one| holds(one, &world))))
}

/// Every set of the facts that these requirements ask for, unless there are too many.
fn worlds<'a>(
    requirements: impl Iterator<Item = &'a Requirement>,
) -> Option<impl Iterator<Item = Vec<&'a Atom>>> {
    let mut atoms = Vec::new();
    for requirement in requirements {
        collect(requirement, &mut atoms);
    }
    (atoms.len() <= MOST_ATOMS)
        .then(|| (0_u32..1 << atoms.len()).map(move |world| chosen(&atoms, world)))
}

/// The atoms whose bits are set.
fn chosen<'a>(atoms: &[&'a Atom], world: u32) -> Vec<&'a Atom> {
    let numbered = atoms.iter().enumerate();
    numbered
        .filter(|(bit, _)| world >> bit & 1 == 1)
        .map(|(_, atom)| *atom)
        .collect()
}

fn collect<'a>(requirement: &'a Requirement, atoms: &mut Vec<&'a Atom>) {
    match &requirement.rule {
        Rule::SignedIn | Rule::Never => {}
        Rule::Atom(atom) if atoms.contains(&atom) => {}
        Rule::Atom(atom) => atoms.push(atom),
        Rule::All(children) | Rule::Any(children) => {
            for child in children {
                collect(child, atoms);
            }
        }
        Rule::Not(child) => collect(child, atoms),
    }
}

fn holds(requirement: &Requirement, world: &[&Atom]) -> bool {
    match &requirement.rule {
        Rule::SignedIn => true,
        Rule::Never => false,
        Rule::Atom(atom) => world.contains(&atom),
        Rule::All(children) => children.iter().all(|child| holds(child, world)),
        Rule::Any(children) => children.iter().any(|child| holds(child, world)),
        Rule::Not(child) => !holds(child, world),
    }
}
