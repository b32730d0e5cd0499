//! Which salt each stored part of an upload was sealed with.
//!
//! A part that is sent again is sealed anew, under a fresh salt, and the manifest names the salt of the bytes that the service
//! has stored. Most of the time its answer says so. If the answer is lost, its offset does: it takes one body at a time, and a
//! body only where what is stored ends. So what lies behind an offset is of the one attempt that can have brought it; if
//! several can, nobody knows, and the upload is begun anew.

use sealpost_sealed::{SALT_LENGTH, Salt};

/// What a part was sealed with, and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) salt: Salt,
    /// CRC-32 of the plaintext.
    pub(crate) crc32: u32,
}

/// Nobody knows which attempt the stored bytes are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclear;

/// The attempts to bring up one upload.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// Of the parts that are known to be stored, in order.
    settled: Vec<Note>,
    /// Attempts of which more may be stored than is known, in the order in which they began.
    open: Vec<Attempt>,
    begun: u32,
}

#[derive(Debug, PartialEq, Eq)]
struct Attempt {
    number: u32,
    from: u64,
    parts: Vec<Note>,
    /// Whether bytes still go out.
    live: bool,
}

impl Attempt {
    /// The part that follows the last one of which all bytes may have gone out.
    fn end(&self) -> u64 {
        self.from + self.parts.len() as u64
    }
}

impl Attempts {
    /// What is known of the parts that are stored.
    pub(crate) fn settled(&self) -> &[Note] {
        &self.settled
    }

    /// Another attempt, which begins with the first part that is not stored; gives its number.
    pub(crate) fn begin(&mut self) -> u32 {
        self.begun += 1;
        let from = self.settled.len() as u64;
        self.open.push(Attempt { number: self.begun, from, parts: Vec::new(), live: true });
        self.begun
    }

    /// Whether bytes of an attempt may still go out.
    pub(crate) fn is_live(&self, number: u32) -> bool {
        self.open.iter().any(|attempt| attempt.number == number && attempt.live)
    }

    /// The next part of an attempt is sealed, and its last bytes are about to go out; `false` if the attempt is over.
    pub(crate) fn sealed(&mut self, number: u32, part: u64, note: Note) -> bool {
        let attempt = self.open.iter_mut().find(|attempt| attempt.number == number && attempt.live);
        let Some(attempt) = attempt.filter(|attempt| attempt.end() == part) else {
            return false;
        };
        attempt.parts.push(note);
        true
    }

    /// Nothing more of an attempt goes out. What has gone out may still be stored.
    pub(crate) fn end(&mut self, number: u32) {
        for attempt in self.open.iter_mut().filter(|attempt| attempt.number == number) {
            attempt.live = false;
        }
    }

    /// The service has refused to look at what an attempt brings: nothing of it is stored, nor will be.
    pub(crate) fn refused(&mut self, number: u32) {
        self.open.retain(|attempt| attempt.number != number);
    }

    /// So many parts are stored, and the last of them are of this attempt.
    pub(crate) fn stored_by(&mut self, number: u32, until: u64) -> Result<(), Unclear> {
        let known = self.settled.len() as u64;
        if until == known {
            return Ok(());
        }
        let attempt = self.open.iter().find(|attempt| attempt.number == number).ok_or(Unclear)?;
        if until < known || attempt.from > known || attempt.end() < until {
            return Err(Unclear);
        }
        let (first, behind) = ((known - attempt.from) as usize, (until - attempt.from) as usize);
        self.settled.extend_from_slice(&attempt.parts[first..behind]);
        // Those that began before are fenced out; those that began later, where nothing ends any more.
        self.open.retain(|attempt| attempt.number == number);
        Ok(())
    }

    /// So many parts are stored; gives the attempt that has brought the last of them, if any is new.
    pub(crate) fn stored(&mut self, until: u64) -> Result<Option<u32>, Unclear> {
        let known = self.settled.len() as u64;
        if until == known {
            return Ok(None);
        }
        if until < known {
            return Err(Unclear);
        }
        let mut can = self.open.iter().filter(|attempt| attempt.from <= known && attempt.end() >= until);
        let (Some(one), None) = (can.next(), can.next()) else {
            return Err(Unclear);
        };
        let number = one.number;
        self.stored_by(number, until)?;
        Ok(Some(number))
    }
}

/// The salt of a note as it stands in the log.
pub(super) fn salt_bytes(note: &Note) -> &[u8; SALT_LENGTH] {
    note.salt.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Told apart by attempt and part.
    fn note(attempt: u32, part: u64) -> Note {
        Note { salt: Salt::from_bytes([attempt as u8; SALT_LENGTH]), crc32: part as u32 }
    }

    /// An attempt of which the bytes of so many parts have gone out.
    fn attempt(attempts: &mut Attempts, parts: u64) -> u32 {
        let (number, from) = (attempts.begin(), attempts.settled().len() as u64);
        for part in from..from + parts {
            assert!(attempts.sealed(number, part, note(number, part)));
        }
        attempts.end(number);
        number
    }

    fn of(attempts: &Attempts) -> Vec<u32> {
        attempts.settled().iter().map(|note| u32::from(note.salt.as_bytes()[0])).collect()
    }

    #[test]
    fn an_answer_says_whose_parts_are_stored() {
        let mut attempts = Attempts::default();
        let one = attempt(&mut attempts, 3);
        attempts.stored_by(one, 2).unwrap();
        let two = attempt(&mut attempts, 4);
        attempts.stored_by(two, 6).unwrap();
        assert_eq!(of(&attempts), [1, 1, 2, 2, 2, 2]);
        assert_eq!(attempts.settled()[5], note(2, 5));
    }

    #[test]
    fn an_offset_says_it_as_long_as_one_attempt_alone_can_have_brought_it() {
        let mut attempts = Attempts::default();
        attempt(&mut attempts, 3);
        assert_eq!(attempts.stored(2), Ok(Some(1)));
        // Its third part may still be on its way.
        attempt(&mut attempts, 5);
        assert_eq!(attempts.stored(2), Ok(None));
        // The first one never had a sixth part.
        assert_eq!(attempts.stored(6), Ok(Some(2)));
        assert_eq!(of(&attempts), [1, 1, 2, 2, 2, 2]);
    }

    #[test]
    fn what_two_attempts_can_have_brought_is_nobody_s() {
        let mut attempts = Attempts::default();
        attempt(&mut attempts, 3);
        assert_eq!(attempts.stored(2), Ok(Some(1)));
        attempt(&mut attempts, 5);
        assert_eq!(attempts.stored(3), Err(Unclear));
    }

    #[test]
    fn an_attempt_that_was_refused_has_brought_nothing() {
        let mut attempts = Attempts::default();
        attempt(&mut attempts, 3);
        assert_eq!(attempts.stored(2), Ok(Some(1)));
        let two = attempt(&mut attempts, 5);
        attempts.refused(two);
        assert_eq!(attempts.stored(3), Ok(Some(1)));
        assert_eq!(of(&attempts), [1, 1, 1]);
    }

    #[test]
    fn what_is_stored_and_was_never_sent_or_is_gone_again_is_unclear() {
        let mut attempts = Attempts::default();
        assert_eq!(attempts.stored(1), Err(Unclear));
        attempt(&mut attempts, 2);
        assert_eq!(attempts.stored(3), Err(Unclear));
        assert_eq!(attempts.stored(2), Ok(Some(1)));
        assert_eq!(attempts.stored(1), Err(Unclear));
    }

    #[test]
    fn nothing_goes_out_of_an_attempt_that_is_over() {
        let mut attempts = Attempts::default();
        let one = attempts.begin();
        assert!(attempts.is_live(one));
        attempts.end(one);
        assert!(!attempts.is_live(one) && !attempts.sealed(one, 0, note(1, 0)));
        assert!(!attempts.sealed(7, 0, note(7, 0)));
    }
}
