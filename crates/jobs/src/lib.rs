//! The queue's runner and the schedule: one file a job, each calls one use case.
