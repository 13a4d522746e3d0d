use http::HeaderMap;
use reqwest::{Request, RequestBuilder};
use url::Url;

use super::ForwardError;
use super::outgoing::{OutgoingRequest, sealed};

impl OutgoingRequest for Request {
    fn changed(
        mut self,
        change: impl FnOnce(Option<Url>, &mut HeaderMap) -> Result<(), ForwardError>,
    ) -> Result<Self, ForwardError> {
        let url = self.url().clone();
        change(Some(url), self.headers_mut())?;
        Ok(self)
    }
}

impl OutgoingRequest for RequestBuilder {
    fn changed(
        self,
        change: impl FnOnce(Option<Url>, &mut HeaderMap) -> Result<(), ForwardError>,
    ) -> Result<Self, ForwardError> {
        let (client, request) = self.build_split();
        let request = request.map_err(ForwardError::Request)?;
        Ok(Self::from_parts(client, request.changed(change)?))
    }
}

impl sealed::Sealed for Request {}
impl sealed::Sealed for RequestBuilder {}
