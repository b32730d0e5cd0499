//! From a request's link to a draft: begun once, whatever breaks.

use super::{
    Begun, SubmitOrder,
    wire::{Beginning, BegunSubmission, OpenedRequest, Submission},
};
use crate::{
    AskPassword, Error, Events, Secret, Server,
    send::{Place, RANDOM},
};

/// Wrong codes after which asking again ends; the service counts too.
const MAX_ATTEMPTS: u32 = 3;

/// What was begun.
pub(super) struct Entered {
    pub(super) begun: Begun,
    /// Asked with the grant.
    pub(super) server: Server,
    pub(super) submission: Submission,
}

/// Goes on with what an earlier call has begun, or begins.
pub(super) async fn enter(
    server: &Server,
    order: &SubmitOrder,
    place: Option<&Place>,
    ask: &dyn AskPassword,
    events: &dyn Events,
) -> Result<Entered, Error> {
    let earlier = place.and_then(Place::begun);
    let is_again = earlier.is_some();
    let mut begun = earlier.unwrap_or_else(|| Begun::new(RANDOM));
    if let (Some(id), Some(grant)) = (begun.submission, begun.grant()) {
        let server = server.with_grant(grant);
        match server.submission(id, events).await {
            Ok(submission) => return Ok(Entered { begun, server, submission }),
            // The grant's time is over, or nobody went on with the draft.
            Err(error) if error.problem().is_some_and(|problem| matches!(problem.status, 401 | 404)) => {}
            Err(error) => return Err(error),
        }
    }
    place.map_or(Ok(()), |place| place.keep(&begun))?;
    let told = begin(server, order, &mut begun, is_again, ask, events).await?;
    begun.begins(told.submission_id, &told.grant);
    place.map_or(Ok(()), |place| place.keep(&begun))?;
    let server = server.with_grant(told.grant);
    let submission = server.submission(told.submission_id, events).await?;
    Ok(Entered { begun, server, submission })
}

async fn begin(
    server: &Server,
    order: &SubmitOrder,
    begun: &mut Begun,
    is_again: bool,
    ask: &dyn AskPassword,
    events: &dyn Events,
) -> Result<BegunSubmission, Error> {
    let (key, email) = (begun.key(), order.email.as_str());
    let asks_code = match server.open_request(&order.link, events).await {
        Ok(opened) => {
            check(server, order, &opened)?;
            begun.requester = opened.requester.email;
            opened.asks_code
        }
        // Its last use may be the one that was taken here, of which the answer was lost: the key says so.
        Err(error) if is_again && error.is_code("link_unavailable") => false,
        Err(error) => return Err(error),
    };
    if !asks_code {
        return server.begin_submission(&beginning(order, None), &key, events).await;
    }
    if is_again {
        // What was begun asks for no code again.
        match server.begin_submission(&beginning(order, None), &key, events).await {
            Err(error)
                if error.problem().is_some_and(|problem| matches!(problem.status, 400 | 401 | 403)) => {}
            begun => return begun,
        }
    }
    let sent = server.send_upload_code(&order.link, email, events).await?;
    let mut refusal = Error::CodeNeeded;
    for attempt in 1..=MAX_ATTEMPTS {
        let Some(code) = ask.code(email, attempt).await else {
            break;
        };
        let shown = beginning(order, Some((&code, &sent.challenge)));
        match server.begin_submission(&shown, &key, events).await {
            Err(error) if error.is_code("wrong_code") => refusal = error,
            begun => return begun,
        }
    }
    Err(refusal)
}

/// Whether it is what the uploader wants, before one of the uses is taken.
fn check(server: &Server, order: &SubmitOrder, opened: &OpenedRequest) -> Result<(), Error> {
    match &opened.sealing {
        Some(sealing) => order.admits(sealing.to(server)?),
        None if order.insists() => Err(Error::SealedByService),
        None => Ok(()),
    }
}

fn beginning<'a>(order: &'a SubmitOrder, code: Option<(&'a Secret, &'a Secret)>) -> Beginning<'a> {
    Beginning {
        token: order.link.token.expose(),
        name: &order.name,
        email: order.email.as_str(),
        code: code.map(|(code, _)| code.expose()),
        challenge: code.map(|(_, challenge)| challenge.expose()),
    }
}
