//! One psql for the whole process: to start one for every statement takes longer than the statement.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// What psql is told to say after each statement, followed by whether it failed.
const DONE: &str = "sealpost-done";

/// A psql that waits for statements. It ends with this process, which closes its standard input.
pub(super) struct Psql {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _child: Child,
}

impl Psql {
    pub(super) fn connect(url: &str) -> Self {
        let mut child = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", url])
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("running psql");
        let input = child.stdin.take().expect("its input is piped");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        Self { input, output, _child: child }
    }

    /// Runs one statement.
    ///
    /// # Panics
    /// If it fails; psql has said why.
    pub(super) fn run(&mut self, statement: &str) {
        writeln!(self.input, "{statement};\n\\echo {DONE} :ERROR").expect("psql listens");
        let mut line = String::new();
        while !line.starts_with(DONE) {
            line.clear();
            let read = self.output.read_line(&mut line).expect("psql speaks text");
            assert!(read > 0, "psql has ended; what it said is above");
        }
        assert_eq!(line.trim_end(), format!("{DONE} false"), "psql: {statement}");
    }
}
