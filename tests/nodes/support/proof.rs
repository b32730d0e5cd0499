//! What has to hold whatever the nodes have gone through.

use std::{fmt::Write as _, time::Duration};

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::{
    task::yield_now,
    time::{Instant, sleep},
};

use super::{Cluster, runs};
use crate::support::{Api, link_token, run, run_ok};

impl Cluster {
    /// The log is a chain, and nothing was given up.
    pub(crate) async fn is_sound(&self) {
        let verified = run(&mut self.operator(&["audit", "verify", "--live", "--tenant", "acme"])).await;
        assert_eq!(verified.code, Some(0), "{verified:#?}");
        let failed = run_ok(&mut self.operator(&["jobs", "list", "--failed"])).await;
        assert_eq!(failed, "", "jobs were given up");
    }

    /// Nothing is left of a transfer, and its link leads nowhere, at any node.
    pub(crate) async fn is_purged(&self, transfer: &str, link: &str) {
        let proof = run_ok(&mut self.operator(&["purge", "verify", transfer])).await;
        assert!(proof.contains("nothing is left"), "{proof}");
        for node in &self.nodes {
            let opened = node.api().request(Method::POST, "/api/v1/links/open");
            let opened = opened.json(&json!({"token": link_token(link)})).send().await.unwrap();
            assert_eq!(opened.status(), StatusCode::NOT_FOUND);
        }
    }

    /// A purge that somebody has begun and not ended is ended by whoever asks for it again.
    pub(crate) async fn ends_purge(&self, by: &Api, transfer: &str) {
        let again = by.purge(transfer).await.unwrap();
        assert!(is_gone(again), "{again}");
        run_ok(&mut self.operator(&["purge", "run"])).await;
    }

    /// Waits until there are fewer objects than so many, as closely as that can be seen. Gives what is left.
    pub(crate) async fn fewer_objects_than(&self, number: usize) -> Vec<String> {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let left = self.objects().await;
            if left.len() < number {
                return left;
            }
            assert!(Instant::now() < deadline, "there are still {number} objects");
            yield_now().await;
        }
    }

    /// Ends what a node that is gone, or stands still, has taken for thirty seconds, as if those were over: its jobs, and
    /// all uploads, which nobody but their own clients go on with.
    pub(crate) async fn end_leases_of(&self, node: usize) {
        let left = runs(&self.nodes[node..=node]).into_iter().filter(|run| run.ended.is_none());
        let mut sql = "UPDATE uploads SET leased_until = 1 WHERE leased_until > 0;".to_owned();
        for run in left {
            write!(sql, "UPDATE jobs SET leased_until = 1 WHERE id = '{}' AND leased_until > 0;", run.job)
                .unwrap();
        }
        self.sql(sql).await;
    }

    /// Waits until a node says of a job of this kind that it is another's by now.
    pub(crate) async fn has_lost(&self, node: usize, kind: &str) {
        let deadline = Instant::now() + Duration::from_secs(180);
        let tells = |line: &str| {
            let lost = line.contains("lost to another worker") || line.contains("another worker has it");
            lost && line.contains(kind)
        };
        while !self.nodes[node].log().lines().any(tells) {
            assert!(Instant::now() < deadline, "node {node} does not see that {kind} is another's");
            sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Whether a purge was answered by "it is done", or by "there is no such transfer (any more)".
pub(crate) fn is_gone(status: StatusCode) -> bool {
    [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND, StatusCode::GONE].contains(&status)
}
