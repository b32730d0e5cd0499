//! scim2-tester, a program of other people, tries everything that the service says it can.

use sealpost_test_support::{app::App, claims};
use serde_json::{Value, json};

use super::Directory;

#[path = "../../journeys/support/tools.rs"]
#[expect(dead_code, reason = "Node is not needed here")]
mod tools;

claims![scim2_tester_finds_no_error];

async fn scim2_tester_finds_no_error(app: &App) {
    let directory = Directory::acme(app).await;
    let base = format!("{}/scim/v2", directory.client.base());
    let order = json!({ "base": base, "token": directory.client.bearer() });
    let output = tools::python("scim_tester.py").arg(order.to_string()).output().await.unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    println!("{report}");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let counts: Value = serde_json::from_str(report.lines().last().unwrap()).unwrap();
    let count = |outcome: &str| counts[outcome].as_u64().unwrap_or_default();
    assert_eq!((count("ERROR"), count("CRITICAL"), count("DEVIATION")), (0, 0, 0), "{report}");
    assert!(count("SUCCESS") >= 40, "{report}");
}
