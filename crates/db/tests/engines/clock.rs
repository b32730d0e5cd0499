//! The time that was last seen.

use sealpost_test_support::{engines::TestDatabase, on_both_engines};

use crate::world::{NOW, after, write};

on_both_engines!(the_time_last_noted_counts_be_it_an_earlier_one);

async fn the_time_last_noted_counts_be_it_an_earlier_one(db: TestDatabase) {
    assert_eq!(db.read().await.unwrap().clock_seen().await.unwrap(), None);
    for time in [NOW, after(60), after(-60)] {
        write(&db, async |tx| tx.note_clock(time).await.unwrap()).await;
        assert_eq!(db.read().await.unwrap().clock_seen().await.unwrap(), Some(time));
    }
}
