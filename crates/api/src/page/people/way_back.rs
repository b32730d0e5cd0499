//! Where a sign-in leads back to: `return_to` of the page's address, through all of its steps.

use actix_web::{HttpRequest, web::Query};
use sealpost_auth::ReturnTo;
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

#[derive(Deserialize)]
struct Wish {
    return_to: Option<String>,
}

/// A path of this service; one's own account where none is named, or what is named is none.
pub(super) struct WayBack(Option<ReturnTo>);

impl WayBack {
    /// What the address says.
    pub(super) fn of(request: &HttpRequest) -> Self {
        let wish = Query::<Wish>::from_query(request.query_string()).ok();
        Self(wish.and_then(|wish| wish.into_inner().return_to?.parse().ok()))
    }

    /// Where it leads.
    pub(super) fn path(&self) -> String {
        self.0.clone().unwrap_or_default().as_str().to_owned()
    }

    /// `page`, from which it goes on to there.
    pub(super) fn by_way_of(&self, page: &str) -> String {
        match &self.0 {
            Some(path) => {
                let path: String = byte_serialize(path.as_str().as_bytes()).collect();
                format!("{page}?return_to={path}")
            }
            None => page.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn back(address: &str) -> WayBack {
        WayBack::of(&TestRequest::get().uri(address).to_http_request())
    }

    #[test]
    fn it_leads_to_pages_of_this_service_alone() {
        for (address, path) in [
            ("/signin", "/account"),
            ("/signin?return_to=/", "/"),
            ("/signin?tenant=acme&return_to=%2Ftransfers%2Fx%3Fa%3Db", "/transfers/x?a=b"),
            ("/signin?return_to=//elsewhere.example", "/account"),
            ("/signin?return_to=https://elsewhere.example", "/account"),
            ("/signin?return_to=/%09/elsewhere.example", "/account"),
            ("/signin?return_to=%2F%5Celsewhere.example", "/account"),
            ("/signin?return_to=javascript:alert(1)", "/account"),
            ("/signin?return_to=", "/account"),
        ] {
            assert_eq!(back(address).path(), path, "{address}");
        }
    }

    #[test]
    fn the_next_step_knows_it_too() {
        assert_eq!(back("/signin").by_way_of("/signin/second-factor"), "/signin/second-factor");
        let next = back("/signin?return_to=/transfers/x%3Fa%3Db%26c").by_way_of("/signin/second-factor");
        assert_eq!(next, "/signin/second-factor?return_to=%2Ftransfers%2Fx%3Fa%3Db%26c");
        assert_eq!(back(&next).path(), "/transfers/x?a=b&c");
    }
}
