//! A recipient comes back to his link's page from the provider where he has shown his account.

use actix_web::{HttpRequest, HttpResponse, http::header, web::Query};
use sealpost_auth::{Proven, Shown, Verification};
use serde::Deserialize;

use super::{Refusal, ended};
use crate::{App, error::Code, grant};

/// What the page is asked to say of the sign-in before. Anybody can write it; the page grants nothing for it.
#[derive(Deserialize)]
struct Said {
    account: Option<String>,
}

const REFUSED: &str = "refused";

/// Leads to the page, with what was proved. If nothing else is asked for, the right to fetch comes with it: somebody has
/// just signed in for it, which is more than the click on a button. What stands in the way of that, the page says.
pub(crate) async fn came_back(
    app: &App,
    request: &HttpRequest,
    token: &str,
    proven: Option<&Proven>,
) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    let Some(proven) = proven else {
        return response.insert_header((header::LOCATION, format!("/t/{token}?account={REFUSED}"))).finish();
    };
    response.insert_header((header::LOCATION, format!("/t/{token}")));
    response.cookie(grant::proof_cookie(app, proven));
    let mut carried = grant::carried(app, request);
    carried.proof = Some(proven.proof.clone());
    if let Ok(Verification::Done(verified)) = app.auth().verify_link(token, &Shown::default(), &carried).await
    {
        response.cookie(grant::grant_cookie(app, &verified));
        // Without it the files can be fetched all the same.
        if let Ok(kept) = ended::keep(app, token, &verified).await {
            response.cookie(kept);
        }
    }
    response.finish()
}

/// Why the page is asked to show itself once more.
pub(super) fn refusal(request: &HttpRequest) -> Option<Refusal> {
    let said = Query::<Said>::from_query(request.query_string()).ok()?.into_inner().account?;
    (said == REFUSED).then_some(Refusal { code: Code::AccountNeeded, wait: None })
}
