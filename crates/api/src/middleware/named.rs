//! The name of a request in the problem that it is answered with: people quote it, and the log has it in its lines.

use actix_web::{
    body::{BodySize, BoxBody, MessageBody as _},
    dev::ResponseHead,
    http::header,
};
use bytes::Bytes;

use crate::error::PROBLEM;

/// The body with `id` as the member `request_id`, if it is a problem; any other as it is. What writes problems does not know
/// which request it answers, so that this is done here, for all of them. `id` has nothing that JSON would escape.
pub(super) fn named(head: &ResponseHead, body: BoxBody, id: &str) -> BoxBody {
    let kind = head.headers().get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind.as_bytes() == PROBLEM.as_bytes());
    if !is_problem || !matches!(body.size(), BodySize::Sized(1..)) {
        return body;
    }
    match body.try_into_bytes() {
        Ok(problem) => BoxBody::new(with_member(problem, id)),
        Err(body) => body,
    }
}

fn with_member(problem: Bytes, id: &str) -> Bytes {
    match problem.strip_suffix(b"}") {
        Some(members) => [members, b",\"request_id\":\"", id.as_bytes(), b"\"}"].concat().into(),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{HttpResponse, ResponseError as _, body::to_bytes};
    use serde_json::{Value, json};

    use super::*;
    use crate::error::{ApiError, Code};

    async fn named_body(response: HttpResponse) -> Bytes {
        let response = response.map_body(|head, body| named(head, body, "5f1c09d2-3a7"));
        to_bytes(response.into_body()).await.unwrap()
    }

    #[actix_web::test]
    async fn a_problem_says_which_request_it_answers() {
        let error = ApiError::new(Code::OffsetMismatch).detail("a \"quoted\" {detail}");
        let problem: Value = serde_json::from_slice(&named_body(error.error_response()).await).unwrap();
        let expected = json!({
            "type": "urn:sealpost:problem:offset_mismatch",
            "title": Code::OffsetMismatch.title(),
            "status": 409,
            "code": "offset_mismatch",
            "detail": "a \"quoted\" {detail}",
            "request_id": "5f1c09d2-3a7",
        });
        assert_eq!(problem, expected);
    }

    #[actix_web::test]
    async fn what_is_no_problem_stays_as_it_is() {
        for response in [
            HttpResponse::Ok().json(json!({"status": "ok"})),
            HttpResponse::NotFound().content_type("text/html").body("<p>}"),
            HttpResponse::NotFound().content_type(PROBLEM).finish(),
        ] {
            let before = format!("{response:?}");
            let body = named_body(response).await;
            assert!(!String::from_utf8_lossy(&body).contains("5f1c09d2"), "{before}");
        }
    }
}
