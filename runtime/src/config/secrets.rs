use zeroize::Zeroizing;

use super::error::Mistakes;
use super::{AuthBuilder, ConfigMistake, Profile, Secret};

type Given = (&'static str, Zeroizing<String>);

impl AuthBuilder {
    /// The secret for what is made anew, and after it those that are only read with.
    pub(super) fn checked_secrets(&mut self, mistakes: &mut Mistakes) -> Option<Vec<Secret>> {
        let mut given: Vec<Given> = match self.secret.take() {
            Some(secret) => vec![("secret", secret)],
            None => self.secrets_of_environment(),
        };
        if given.is_empty() {
            mistakes.push(ConfigMistake::SecretMissing);
            return None;
        }
        let previous = std::mem::take(&mut self.previous_secrets);
        given.extend(
            previous
                .into_iter()
                .map(|secret| ("previous_secrets", secret)),
        );
        let asked = given.len();
        let checked: Vec<_> = given
            .into_iter()
            .filter_map(|(setting, value)| mistakes.keep(Secret::check(setting, value)))
            .collect();
        (checked.len() == asked).then_some(checked)
    }

    fn secrets_of_environment(&self) -> Vec<Given> {
        let read = |name| (self.environment)(name).map(|value| (name, Zeroizing::new(value)));
        if self.profile == Profile::NextAuthV4 {
            let names = ["NEXTAUTH_SECRET", "AUTH_SECRET"];
            return names.into_iter().find_map(read).into_iter().collect();
        }
        // The order of `@auth/core`: the one with the highest number is the newest.
        let rotated = [
            "AUTH_SECRET_3",
            "AUTH_SECRET_2",
            "AUTH_SECRET_1",
            "AUTH_SECRET",
        ];
        let found: Vec<_> = rotated.into_iter().filter_map(read).collect();
        if let [newest, .., ("AUTH_SECRET", _)] = found.as_slice() {
            let (newest, _) = newest;
            tracing::warn!(
                target: "portcullis::config",
                "new sessions are made with {newest}, as `@auth/core` does; `next-auth@5` reads none of the numbered \
                 secrets while AUTH_SECRET is set"
            );
        }
        match found.is_empty() {
            true => read("NEXTAUTH_SECRET").into_iter().collect(),
            false => found,
        }
    }
}
