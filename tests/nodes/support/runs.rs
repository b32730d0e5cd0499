//! When which node ran which job, by the nodes' logs.

use chrono::DateTime;
use serde_json::Value;

use super::Node;

/// One attempt of a job at a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) node: usize,
    pub(crate) job: String,
    pub(crate) kind: String,
    /// Microseconds since 1970.
    pub(crate) begun: i64,
    /// `None` if the log does not say: the node was ended, or it still runs.
    pub(crate) ended: Option<i64>,
}

/// All of them, of all nodes.
pub(crate) fn runs(nodes: &[Node]) -> Vec<Run> {
    nodes.iter().enumerate().flat_map(|(number, node)| of(number, &node.log())).collect()
}

fn of(node: usize, log: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for line in log.lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let fields = &line["fields"];
        let (Some(job), Some(kind)) = (fields["job"].as_str(), fields["kind"].as_str()) else { continue };
        let at = DateTime::parse_from_rfc3339(line["timestamp"].as_str().unwrap()).unwrap();
        let at = at.timestamp_micros();
        if fields["message"] == "job begun" {
            let (job, kind) = (job.to_owned(), kind.to_owned());
            runs.push(Run { node, job, kind, begun: at, ended: None });
        } else if let Some(run) = runs.iter_mut().rev().find(|run| run.job == job && run.ended.is_none()) {
            run.ended = Some(at);
        }
    }
    runs
}
