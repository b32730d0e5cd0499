//! Password keys: Argon2id (RFC 9106) of the password in NFC.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{Error, KEY_LENGTH, PasswordKey, Random, random_bytes};

const SALT_LENGTH: usize = 16;
/// Version, salt, and three costs.
const ENCODED_LENGTH: usize = 1 + SALT_LENGTH + 3 * 4;
const VERSION: u8 = 1;

/// KiB: RFC 9106's second recommendation, 64 MiB.
const DEFAULT_MEMORY: u32 = 64 * 1024;
const DEFAULT_PASSES: u32 = 3;
/// One lane: the browser's Argon2 has one thread, and lanes would be computed one after the other here too.
const DEFAULT_LANES: u32 = 1;

/// How a password becomes a key: salt and costs, stored beside what the key locks.
///
/// Costs are kept within 19 to 256 MiB, 1 to 10 passes and 1 to 4 lanes however they come, so that nobody who
/// can write to the database makes guessing cheap or a node run out of memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordParameters {
    salt: [u8; SALT_LENGTH],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl PasswordParameters {
    /// A fresh salt and the default costs: 64 MiB, 3 passes, 1 lane.
    pub fn generate(random: &dyn Random) -> Self {
        Self::new(random_bytes(random), DEFAULT_MEMORY, DEFAULT_PASSES, DEFAULT_LANES)
    }

    /// A salt and costs, brought within their bounds.
    pub fn new(salt: [u8; 16], memory_kib: u32, passes: u32, lanes: u32) -> Self {
        Self {
            salt,
            memory_kib: memory_kib.clamp(19 * 1024, 256 * 1024),
            passes: passes.clamp(1, 10),
            lanes: lanes.clamp(1, 4),
        }
    }

    /// The memory that deriving a key takes, in KiB.
    pub fn memory_kib(&self) -> u32 {
        self.memory_kib
    }

    /// Whether guessing is cheaper with these than with those that [`Self::generate`] makes now: a password that is
    /// shown the next time had better be stored anew.
    pub fn are_outdated(&self) -> bool {
        self.memory_kib < DEFAULT_MEMORY || self.passes < DEFAULT_PASSES
    }

    /// The parameters as they are stored: version, salt, memory in KiB, passes, lanes; 29 bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(ENCODED_LENGTH);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.salt);
        for cost in [self.memory_kib, self.passes, self.lanes] {
            bytes.extend_from_slice(&cost.to_be_bytes());
        }
        bytes
    }

    /// The stored parameters, with costs brought within their bounds.
    ///
    /// # Errors
    ///
    /// [`Error::PasswordParameters`] for another version or length.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        let Some((&[VERSION], rest)) = bytes.split_first_chunk() else {
            return Err(Error::PasswordParameters);
        };
        let Some((salt, costs)) = rest.split_first_chunk() else {
            return Err(Error::PasswordParameters);
        };
        let (&[memory_kib, passes, lanes], []) = costs.as_chunks::<4>() else {
            return Err(Error::PasswordParameters);
        };
        Ok(Self::new(
            *salt,
            u32::from_be_bytes(memory_kib),
            u32::from_be_bytes(passes),
            u32::from_be_bytes(lanes),
        ))
    }
}

impl PasswordKey {
    /// The key that a password makes with these parameters: about half a second of work with the default costs,
    /// so for a thread that may block, behind a limit on how many run.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] when the memory cannot be had.
    pub fn derive(password: &str, parameters: &PasswordParameters) -> Result<Self, Error> {
        Self::derive_in(&mut PasswordMemory::default(), password, parameters)
    }

    /// As [`Self::derive`], in memory that was used before.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] when there is not enough and more cannot be had.
    pub fn derive_in(
        memory: &mut PasswordMemory,
        password: &str,
        parameters: &PasswordParameters,
    ) -> Result<Self, Error> {
        let password = Zeroizing::new(password.nfc().collect::<String>());
        let costs = Params::new(parameters.memory_kib, parameters.passes, parameters.lanes, Some(KEY_LENGTH))
            .expect("the costs are within Argon2's bounds");
        let mut key = Self::empty();
        let blocks = memory.blocks(costs.block_count())?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, costs)
            .hash_password_into_with_memory(
                password.as_bytes(),
                &parameters.salt,
                key.bytes_mut(),
                &mut *blocks,
            )
            .expect("salt and key have the lengths that were asked for, and so has the memory");
        blocks.iter_mut().for_each(|block| block.as_mut().zeroize());
        Ok(key)
    }
}

/// Memory for deriving keys, one after another. An allocator that is given 64 MiB back and asked for them again, many times a
/// second, keeps several times as much from the system: what is used again stays what it is.
#[derive(Default)]
pub struct PasswordMemory(Vec<Block>);

impl PasswordMemory {
    /// As many blocks, whatever is in them.
    fn blocks(&mut self, count: usize) -> Result<&mut [Block], Error> {
        if let Some(more) = count.checked_sub(self.0.len()) {
            self.0.try_reserve_exact(more).map_err(|_| Error::Memory)?;
            self.0.resize(count, Block::new());
        }
        Ok(&mut self.0[..count])
    }
}

impl fmt::Debug for PasswordMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PasswordMemory({} KiB)", self.0.len())
    }
}
