//! What tenants decide, where it is not the way to decide it that is tested.

use sealpost_db::Tenant;
use sealpost_domain::{AddinId, PolicyDocument};
use serde_json::Value;

use super::App;

impl App {
    /// Changes some of Acme's settings, as the operator does.
    pub async fn change_settings(&self, settings: Value) {
        let Value::Object(settings) = settings else { panic!("settings are an object") };
        let grant = self.auth.danger_operator(&self.acme).await.expect("the vault");
        let before = self.tenancy.policy(&(&*grant).into()).await.expect("a policy").document;
        let mut json = serde_json::to_value(&before).expect("JSON");
        for (name, value) in settings {
            json["settings"][name] = value;
        }
        self.set_policy(&self.acme, serde_json::from_value(json).expect("settings that there are")).await;
    }

    /// Gives Acme rules about addresses in place of those that it has, as the operator does.
    pub async fn set_address_rules(&self, rules: Value) {
        let grant = self.auth.danger_operator(&self.acme).await.expect("the vault");
        let mut document = self.tenancy.policy(&(&*grant).into()).await.expect("a policy").document;
        document.addresses = serde_json::from_value(rules).expect("rules");
        self.set_policy(&self.acme, document).await;
    }

    /// Gives Acme rules about files in place of those that it has, as the operator does.
    pub async fn set_type_rules(&self, rules: Value) {
        let grant = self.auth.danger_operator(&self.acme).await.expect("the vault");
        let mut document = self.tenancy.policy(&(&*grant).into()).await.expect("a policy").document;
        document.types = serde_json::from_value(rules).expect("rules");
        self.set_policy(&self.acme, document).await;
    }

    /// Gives Acme rules about what is written in place of those that it has, as the operator does.
    pub async fn set_content_rules(&self, rules: Value) {
        let grant = self.auth.danger_operator(&self.acme).await.expect("the vault");
        let mut document = self.tenancy.policy(&(&*grant).into()).await.expect("a policy").document;
        document.content = serde_json::from_value(rules).expect("rules");
        self.set_policy(&self.acme, document).await;
    }

    /// Gives Acme rules about the malware scanner in place of those that it has, as the operator does.
    pub async fn set_scan_rules(&self, rules: Value) {
        let grant = self.auth.danger_operator(&self.acme).await.expect("the vault");
        let mut document = self.tenancy.policy(&(&*grant).into()).await.expect("a policy").document;
        document.scan = serde_json::from_value(rules).expect("rules");
        self.set_policy(&self.acme, document).await;
    }

    /// Changes some of what Acme's policy says of the add-in, as the operator does.
    pub async fn change_addin(&self, settings: Value) {
        let Value::Object(settings) = settings else { panic!("settings are an object") };
        let grant = self.auth.danger_operator(&self.acme).await.expect("the vault");
        let before = self.tenancy.policy(&(&*grant).into()).await.expect("a policy").document;
        let mut json = serde_json::to_value(&before).expect("JSON");
        for (name, value) in settings {
            json["addin"][name] = value;
        }
        self.set_policy(&self.acme, serde_json::from_value(json).expect("settings that there are")).await;
    }

    /// The id of a tenant's add-in, which it has from now on.
    pub async fn addin_id(&self, tenant: &Tenant) -> AddinId {
        let grant = self.auth.danger_operator(tenant).await.expect("the vault");
        let made = self.tenancy.manifest_of_tenant(&(&*grant).into(), &self.base_url).await;
        made.expect("a manifest").view.addin_id
    }

    /// Gives a tenant another policy, as the operator does.
    pub async fn set_policy(&self, tenant: &Tenant, document: PolicyDocument) {
        let grant = self.auth.danger_operator(tenant).await.expect("the vault");
        self.tenancy.set_policy(&grant, document, None).await.expect("a policy that can be kept");
    }
}
