//! Somebody who seals and sends, a service that keeps what it gets, and somebody who fetches it.

use std::{fs, num::NonZeroUsize, path::PathBuf, sync::Arc};

use sealpost_client::{
    AskPassword, Connection, Error, FetchOptions, Fetched, Look, NoPassword, SendOptions, SendOrder, Sent,
    Server, WhoSeals, fetch, send,
};
use sealpost_domain::SystemClock;

use crate::{
    keeper::{Fault, Kept},
    support::{Answer, Request, quick},
};

pub(crate) const MIB: usize = 1 << 20;
pub(crate) const PASSWORD: &str = "Größe 7 Meter im Quadrat";

pub(crate) struct Scene {
    pub(crate) kept: Kept,
    dir: tempfile::TempDir,
    pub(crate) look: Option<Arc<dyn Look>>,
}

impl Scene {
    pub(crate) async fn new(
        fault: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        Self::altering(fault, |_, answer| answer).await
    }

    pub(crate) async fn altering(
        fault: impl Fn(&Request, usize) -> Option<Fault> + Send + Sync + 'static,
        alter: impl Fn(&Request, Answer) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self { kept: Kept::new(fault, alter).await, dir: tempfile::tempdir().unwrap(), look: None }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: usize) -> Vec<u8> {
        let content: Vec<u8> = (0..bytes).map(|n| (n * 31 % 251 + n / MIB) as u8).collect();
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &content).unwrap();
        content
    }

    pub(crate) fn order(&self, names: &[&str]) -> SendOrder {
        SendOrder {
            paths: names.iter().map(|name| self.path(name)).collect(),
            recipients: vec!["a@example.org".parse().unwrap()],
            seals: WhoSeals::Sender,
            ..SendOrder::default()
        }
    }

    pub(crate) async fn send_order(&self, order: &SendOrder) -> Result<Sent, Error> {
        let connection = Connection { token: Some("sp_x".into()), ..quick() };
        let server = Server::new(&self.kept.base.parse().unwrap(), connection).unwrap();
        let options = SendOptions {
            state_directory: Some(self.path("state")),
            connections: NonZeroUsize::new(3).unwrap(),
            look: self.look.clone(),
            ..SendOptions::default()
        };
        send(&server, order, &options, &SystemClock, &()).await
    }

    /// Sends, and gives the link.
    pub(crate) async fn send(&self, names: &[&str]) -> Result<String, Error> {
        let mut sent = self.send_order(&self.order(names)).await?;
        assert!(sent.sealed_here);
        sent.forget()?;
        Ok(sent.links[0].url.clone())
    }

    pub(crate) async fn get_with(&self, link: &str, ask: &dyn AskPassword) -> Result<Fetched, Error> {
        let options = FetchOptions {
            directory: self.path("out"),
            connections: NonZeroUsize::new(3).unwrap(),
            overwrite: false,
            key_keeper: None,
        };
        fetch(&link.parse().unwrap(), quick(), &options, ask, &()).await
    }

    pub(crate) async fn get(&self, link: &str) -> Result<Fetched, Error> {
        self.get_with(link, &NoPassword).await
    }

    /// Fetches, and compares.
    pub(crate) async fn arrives(&self, link: &str, files: &[(&str, &[u8])]) {
        self.get(link).await.unwrap();
        self.is_there(files);
    }

    pub(crate) fn is_there(&self, files: &[(&str, &[u8])]) {
        for (name, content) in files {
            assert!(fs::read(self.path("out").join(name)).unwrap() == *content, "{name} has other bytes");
        }
        assert_eq!(self.kept.keeper.lock().unwrap().files.len(), files.len(), "a file is there twice");
    }

    pub(crate) fn states(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("state")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Whether any request had this in its address, headers or the first MiB of its body.
    pub(crate) fn was_told(&self, canary: &[u8]) -> bool {
        let found = |bytes: &[u8]| bytes.windows(canary.len()).any(|window| window == canary);
        self.kept.asked.lock().unwrap().iter().any(|request| {
            found(request.path.as_bytes())
                || found(&request.body[..request.body.len().min(MIB)])
                || request.headers.values().any(|value| found(value.as_bytes()))
        })
    }
}

pub(crate) fn fragment(link: &str) -> &str {
    link.split_once('#').unwrap().1
}
