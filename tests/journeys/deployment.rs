//! What `deploy` has for containers, read by the programs that would run it. No engine and no cluster: whether an image builds
//! and pods start is not seen here.

use std::fs;

use sealpost_test_support::tools::root;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{python, run, run_ok, sealpost};

#[tokio::test]
async fn hadolint_has_nothing_to_say_of_the_dockerfile() {
    let said = run(python("deployment.py").arg("dockerfile")).await;
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), ""), "{said:#?}");
    let file = fs::read_to_string(root().join("deploy/docker/Dockerfile")).unwrap();
    assert!(file.contains("\nUSER 65532:65532\n"), "nobody's user, by number, so that Kubernetes can tell");
}

#[tokio::test]
async fn compose_takes_the_projects_and_sealpost_their_variables() {
    let one = project(&["compose.yaml"]).await;
    assert_eq!(services(&one), ["sealpost"]);
    let nodes = project(&["compose.yaml", "compose.nodes.yaml"]).await;
    assert_eq!(services(&nodes), ["sealpost", "sealpost-2"]);
    for (project, name) in [(&one, "sealpost"), (&nodes, "sealpost"), (&nodes, "sealpost-2")] {
        let service = &project["services"][name];
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert!(service["ports"].is_null(), "{name} is reached through the proxy alone");
        assert_eq!(service["healthcheck"]["test"][1], "/usr/bin/sealpost", "{name}");
    }
    let variables = one["services"]["sealpost"]["environment"].as_object().unwrap();
    // The password's file is compose's.
    let home = TempDir::new().unwrap();
    let password = home.path().join("smtp_password");
    fs::write(&password, "hunter2").unwrap();
    let mut check = sealpost();
    check.args(["config", "check", "--config", "/dev/null"]);
    check.envs(image_variables());
    check.envs(variables.iter().map(|(name, value)| (name, value.as_str().unwrap())));
    check.env("SEALPOST_MAIL_SMTP_PASSWORD_FILE", &password);
    assert!(run_ok(&mut check).await.contains("https://files.example.org"));
}

#[tokio::test]
async fn the_chart_gives_what_kubernetes_takes_and_shuts_its_pods() {
    let trial = "none baseUrl=https://files.example.org trial.enabled=true replicaCount=1 config.mail.from=a@example.org \
                 config.mail.smtp.host=smtp.example.org";
    let all = "values.s3.yaml checkpoints.existingClaim=checkpoints metrics.serviceMonitor.enabled=true \
               autoscaling.enabled=true image.digest=sha256:00";
    for values in ["values.azure.yaml", "values.s3.yaml", all, trial] {
        let resources = run_ok(python("deployment.py").arg("chart").args(values.split_whitespace())).await;
        let resources: Vec<Value> = serde_json::from_str(&resources).unwrap();
        let pods: Vec<_> =
            resources.iter().filter_map(|is| is["spec"].get("template")?.get("spec")).collect();
        assert!(pods.len() >= 2, "{values}");
        for pod in pods {
            shut(pod);
        }
        let deployment = of(&resources, "Deployment");
        let probes = &deployment["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(probes["readinessProbe"]["httpGet"]["path"], "/readyz", "{values}");
        assert_eq!(
            probes["livenessProbe"]["httpGet"]["path"], "/healthz",
            "no restart for a database's sake"
        );
        if values != trial {
            assert_eq!(deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"], 0, "{values}");
            of(&resources, "PodDisruptionBudget");
            of(&resources, "NetworkPolicy");
            assert!(
                resources.iter().all(|is| is["kind"] != "Secret"),
                "secrets are the operator's: {values}"
            );
        }
        let configuration = of(&resources, "ConfigMap")["data"]["sealpost.toml"].as_str().unwrap();
        assert!(configuration.contains("drain_seconds = 10\n"), "whole numbers stay whole: {configuration}");
    }
}

#[tokio::test]
async fn sealpost_takes_what_the_chart_and_the_nodes_of_compose_tell_it() {
    let home = TempDir::new().unwrap();
    let at = home.path().display();
    for (name, text) in [
        ("database-url", "postgres://sealpost:hunter2@db.example/sealpost"),
        ("keyring-url", "postgres://keyring:hunter2@db.example/keyring"),
        ("smtp-password", "hunter2"),
        ("openbao-secret-id", "hunter2"),
    ] {
        fs::write(home.path().join(name), text).unwrap();
    }
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=openbao -keyout key -out openbao.pem";
    run_ok(Command::new("openssl").args(words.split(' ')).current_dir(home.path())).await;
    for values in ["values.azure.yaml", "values.s3.yaml checkpoints.existingClaim=checkpoints"] {
        let resources = run_ok(python("deployment.py").arg("chart").args(values.split_whitespace())).await;
        let resources: Vec<Value> = serde_json::from_str(&resources).unwrap();
        let text = of(&resources, "ConfigMap")["data"]["sealpost.toml"].as_str().unwrap();
        let places = ["/run/secrets/sealpost", "/etc/sealpost/trust"];
        let text = places.iter().fold(text.to_owned(), |text, place| text.replace(place, &at.to_string()));
        let file = home.path().join("sealpost.toml");
        fs::write(&file, text).unwrap();
        let mut check = sealpost();
        check.args(["config", "check", "--config"]).arg(&file);
        // What the platform gives a pod whose service account has an identity.
        check.envs([("AZURE_CLIENT_ID", "client"), ("AZURE_TENANT_ID", "tenant")]);
        check.env("AZURE_FEDERATED_TOKEN_FILE", home.path().join("smtp-password"));
        check.envs([("AWS_ROLE_ARN", "arn:aws:iam::1:role/sealpost"), ("AWS_REGION", "eu-central-1")]);
        check.env("AWS_WEB_IDENTITY_TOKEN_FILE", home.path().join("smtp-password"));
        run_ok(&mut check).await;
    }
    let nodes = project(&["compose.yaml", "compose.nodes.yaml"]).await;
    for name in ["sealpost", "sealpost-2"] {
        let variables = nodes["services"][name]["environment"].as_object().unwrap();
        let mut check = sealpost();
        check.args(["config", "check", "--config", "/dev/null"]);
        check.envs(image_variables());
        check.envs(variables.iter().map(|(name, value)| (name, value.as_str().unwrap())));
        for (variable, file) in [
            ("SEALPOST_DATABASE_URL_FILE", "database-url"),
            ("SEALPOST_KEYRING_URL_FILE", "keyring-url"),
            ("SEALPOST_MAIL_SMTP_PASSWORD_FILE", "smtp-password"),
        ] {
            check.env(variable, home.path().join(file));
        }
        run_ok(&mut check).await;
    }
}

#[tokio::test]
async fn the_chart_says_what_is_missing_before_anything_is_made() {
    for (values, why) in [
        ("none", "baseUrl: "),
        ("none baseUrl=https://files.example.org", "existingSecret: "),
        ("none baseUrl=https://files.example.org existingSecret=s", "config.blob.kind: "),
        ("values.azure.yaml config.vault.kind=local", "config.vault.kind: "),
        ("none baseUrl=https://files.example.org trial.enabled=true", "trial.enabled: "),
    ] {
        let refused = run_ok(python("deployment.py").arg("refuse").args(values.split_whitespace())).await;
        assert!(refused.contains(why), "{values}: {refused}");
    }
}

/// What the image sets.
fn image_variables() -> Vec<(String, String)> {
    let file = fs::read_to_string(root().join("deploy/docker/Dockerfile")).unwrap();
    let words = file.split_whitespace().filter(|word| word.starts_with("SEALPOST_"));
    let found: Vec<_> =
        words.filter_map(|word| word.split_once('=')).map(|(n, v)| (n.into(), v.into())).collect();
    assert!(found.len() >= 3, "{found:?}");
    found
}

async fn project(files: &[&str]) -> Value {
    serde_json::from_str(&run_ok(python("deployment.py").arg("compose").args(files)).await).unwrap()
}

/// The services of a project that are Sealpost.
fn services(project: &Value) -> Vec<&String> {
    let services = project["services"].as_object().unwrap().iter();
    services.filter(|(_, is)| is["image"] == "sealpost:latest").map(|(name, _)| name).collect()
}

fn of<'a>(resources: &'a [Value], kind: &str) -> &'a Value {
    resources.iter().find(|is| is["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

/// What the Pod Security Standard "restricted" asks for, a root file system that nobody writes, and no variables of neighbours.
fn shut(pod: &Value) {
    let secure = &pod["securityContext"];
    assert_eq!(secure["runAsNonRoot"], true, "{pod:#}");
    assert_eq!(secure["seccompProfile"]["type"], "RuntimeDefault", "{pod:#}");
    assert_eq!(pod["enableServiceLinks"], false, "{pod:#}");
    assert_eq!(pod["automountServiceAccountToken"], false, "{pod:#}");
    let containers =
        ["containers", "initContainers"].iter().filter_map(|kind| pod[kind].as_array()).flatten();
    for container in containers {
        let secure = &container["securityContext"];
        assert_eq!(secure["allowPrivilegeEscalation"], false, "{container:#}");
        assert_eq!(secure["readOnlyRootFilesystem"], true, "{container:#}");
        assert_eq!(secure["capabilities"]["drop"], serde_json::json!(["ALL"]), "{container:#}");
    }
}
