//! What somebody has sent in, sealed to a key of whoever gets it.

use crate::{
    AskPassword, Error, Events, Link, Server, keys,
    wire::{Delivery, OpenedLink},
};

/// Puts in the place of what is sealed to a key what it holds. What the service alone has sealed stays as it is.
///
/// # Errors
/// [`Error::NotSealedBySender`] for what is said to be sealed and is not; those of [`keys::content_key`]; [`Error::Damaged`].
pub(crate) async fn receive(
    opened: &OpenedLink,
    link: &Link,
    delivery: &mut Delivery,
    keeper: Option<&Server>,
    ask: &dyn AskPassword,
    events: &dyn Events,
) -> Result<(), Error> {
    let Some(sealed) = delivery.sealed_to.take() else {
        let is_sealed = opened.is_sealed_by_sender();
        return if is_sealed { Err(Error::NotSealedBySender) } else { Ok(()) };
    };
    // Anybody can seal to a key: with a second part the link is for what that opens, and nothing else.
    if !opened.is_sealed_by_sender() || link.has_second_part() {
        return Err(Error::NotSealedBySender);
    }
    let key = keys::content_key(&sealed, keeper, ask, events).await?;
    // The title of a request, or a portal's, is its owner's own, and seen by the service.
    let title = delivery.subject.take();
    let words = (sealed.subject.as_ref(), sealed.message.as_ref());
    delivery.open_with(&key, sealed.place(), sealed.contents.as_deref(), words)?;
    delivery.subject = delivery.subject.take().or(title);
    Ok(())
}
