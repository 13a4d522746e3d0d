use http::{HeaderMap, Request};
use url::Url;

use super::ForwardError;

/// A request that has not been sent: [`http::Request`], and with the feature `reqwest` that crate's `Request` and
/// `RequestBuilder`.
pub trait OutgoingRequest: Sized + sealed::Sealed {
    /// Changes its headers. They come with the address that the request goes to, if it says.
    #[doc(hidden)]
    fn changed(
        self,
        change: impl FnOnce(Option<Url>, &mut HeaderMap) -> Result<(), ForwardError>,
    ) -> Result<Self, ForwardError>;
}

impl<B> OutgoingRequest for Request<B> {
    fn changed(
        mut self,
        change: impl FnOnce(Option<Url>, &mut HeaderMap) -> Result<(), ForwardError>,
    ) -> Result<Self, ForwardError> {
        let url = Url::parse(&self.uri().to_string()).ok();
        change(url, self.headers_mut())?;
        Ok(self)
    }
}

impl<B> sealed::Sealed for Request<B> {}

pub(super) mod sealed {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}
