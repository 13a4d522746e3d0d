//! What authors write, before and after it is looked over.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const LONGEST_TITLE: usize = 120;
const LONGEST_BODY: usize = 20_000;

/// A post as somebody sent it.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct Submission {
    #[serde(default)]
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) body: String,
}

/// A post that may be published.
pub(crate) struct Draft {
    title: String,
    body: String,
}

/// What keeps a submission from being published.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Mistakes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<&'static str>,
}

impl Submission {
    pub(crate) fn accept(&self) -> Result<Draft, Mistakes> {
        let draft = Draft {
            title: self.title.trim().to_owned(),
            body: self.body.replace("\r\n", "\n").trim().to_owned(),
        };
        let mistakes = Mistakes {
            title: match draft.title.chars().count() {
                0 => Some("Give the post a headline."),
                1..=LONGEST_TITLE => None,
                _ => Some("Keep the headline to 120 characters."),
            },
            body: match draft.body.chars().count() {
                0 => Some("Write the story."),
                1..=LONGEST_BODY => None,
                _ => Some("Keep the story to 20,000 characters."),
            },
        };
        match mistakes {
            Mistakes {
                title: None,
                body: None,
            } => Ok(draft),
            _ => Err(mistakes),
        }
    }
}

impl Draft {
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn body(&self) -> &str {
        &self.body
    }
}
