use http::Method;

use super::super::refusal::probed;
use super::attempt::Attempt;
use super::connection::connected;
use super::course::Course;
use super::fixture::{Fixture, Path};
use crate::routing::Router;

/// Where requests are sent to, and how.
pub(super) struct Target<'a> {
    pub(super) router: &'a Router,
    pub(super) fixture: &'a Fixture,
    pub(super) method: &'a Method,
    pub(super) path: &'a Path,
    /// Whether they open WebSockets.
    pub(super) is_web_socket: bool,
}

impl Target<'_> {
    /// Sends one request, and says how many that were: none if it could not be sent.
    pub(super) async fn send(&self, attempt: &Attempt, course: &mut Course) -> usize {
        let request = match self.fixture.request(self.method, self.path) {
            Ok(request) => attempt.sign(request, self.is_web_socket).await,
            Err(error) => {
                course.fail(&error);
                return 0;
            }
        };
        let request = match request {
            Ok(request) => request,
            Err(error) => {
                course.fail(&error);
                return 0;
            }
        };
        let router = self.router.clone();
        let answered = match self.is_web_socket {
            true => connected(router, request).await,
            false => Ok(probed(router, request).await),
        };
        match answered {
            Ok((status, events)) => course.note(self.method, attempt, status, &events),
            Err(error) => course.fail(&error),
        }
        1
    }
}
