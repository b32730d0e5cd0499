"""A service of its own for a bench: started, asked, measured and stopped; and the stores that it may be given."""

import base64
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import postgres

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = pathlib.Path(os.environ.get("SEALPOST_TEST_TOOLS", ROOT / "target/test-tools"))
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
# The service takes every variable that begins as its own do for a key of its configuration.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SEALPOST_")}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(port):
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nobody answers on port {port}")


@contextlib.contextmanager
def running(command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        answers(port)
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def azurite():
    """Azure's emulator, and how a store in it is configured. What is in it is in its memory."""
    port = free_port()
    script = TOOLS / "node/node_modules/azurite/dist/src/blob/main.js"
    flags = ["--inMemoryPersistence", "--extentMemoryLimit", "8192", "--skipApiVersionCheck", "--disableTelemetry", "--silent"]
    command = [TOOLS / "node/bin/node", "--max-old-space-size=8192", script, "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    settings = f'kind = "azure"\naccount = "devstoreaccount1"\naccount_key = "{AZURITE_KEY}"\n'
    with running([*command, *flags], port):
        yield settings + f'endpoint = "http://127.0.0.1:{port}/devstoreaccount1"\n'


@contextlib.contextmanager
def moto():
    """A server that speaks S3, and how a store in it is configured. What is in it is in its memory."""
    port = free_port()
    command = [TOOLS / "python/bin/python", ROOT / "tests/tools/s3_server.py", str(port)]
    settings = 'kind = "s3"\nregion = "eu-central-1"\naccess_key_id = "A"\nsecret_access_key = "b"\n'
    with running(command, port):
        yield settings + f'endpoint = "http://127.0.0.1:{port}"\n'


def random_file(path, mib):
    with open(path, "wb") as out:
        for _ in range(mib):
            out.write(os.urandom(1 << 20))
    return path


class Service:
    """One installation below `home`: its configuration, and the process while it runs.

    `blob` and `settings` are TOML: of the section [blob] (a directory if absent), and whatever else is to be set, in
    sections. Databases are SQLite's unless URLs are given.
    """

    def __init__(self, binary, home, blob=None, settings="", database=None, keyring=None):
        self.binary, self.home, self.process, self.token = pathlib.Path(binary).resolve(), home, None, None
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.database = database or f"sqlite:{home}/data/sealpost.db"
        self.keyring = keyring or f"sqlite:{home}/keyring/keyring.db"
        self.log = home / "log"
        self.connections = threading.local()
        home.mkdir()
        self.configure(blob, settings)

    def configure(self, blob=None, settings=""):
        """Counts from the next start on."""
        at = self.home
        blob = blob or f'dir = "{at}/blobs"\n'
        (at / "sealpost.toml").write_text(
            f'listen = "127.0.0.1:{self.port}"\nbase_url = "{self.url}"\ndata_dir = "{at}/data"\n'
            f'[database]\nurl = "{self.database}"\n[keyring]\nurl = "{self.keyring}"\n'
            f'[vault]\ndir = "{at}/vault"\n[mail]\nfrom = "a@example.org"\ndirectory = "{at}/mail"\n'
            # Nobody stands before it who would have to hear that it ends.
            "[serve]\ndrain_seconds = 0\n"
            "[limits]\nlink_per_minute = 1000000\nnetwork_per_minute = 1000000\ntenant_per_minute = 1000000\n"
            f"[blob]\n{blob}{settings}"
        )

    def prepare(self):
        """Tables, a tenant and somebody who may send."""
        self.run("migrate")
        self.run("tenant", "create", "acme")
        self.run("user", "create", "eve@acme.example", "--tenant", "acme")
        self.token = self.run("token", "create", "eve@acme.example", "--tenant", "acme").strip()

    def launch(self):
        with open(self.log, "a") as log:
            command = [self.binary, "serve", "--config", self.home / "sealpost.toml"]
            self.process = subprocess.Popen(command, env=ENVIRONMENT, stdout=log, stderr=log)

    def ready(self):
        """Waits until it can work."""
        while not self.answered("/readyz"):
            if self.process.poll() is not None:
                raise SystemExit(f"the service has ended:\n{self.log.read_text()}")
            time.sleep(0.001)

    def answered(self, path):
        """Whether it answers 200. It listens before it can answer, and keeps who comes waiting until then."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()

    def __enter__(self):
        self.launch()
        self.ready()
        return self

    def __exit__(self, *_):
        self.stop()

    def run(self, *words):
        command = [self.binary, *words, "--config", self.home / "sealpost.toml"]
        done = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"sealpost {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def sql(self, text):
        """The one number that a query finds, past the service."""
        if self.database.startswith("sqlite:"):
            with contextlib.closing(sqlite3.connect(self.database.removeprefix("sqlite:"))) as rows:
                return rows.execute(text).fetchone()[0]
        return int(postgres.sql(self.database, text))

    def settled(self):
        """Waits until the queue has nothing to do."""
        time.sleep(2)
        while self.sql(f"SELECT count(*) FROM jobs WHERE run_at < {int(time.time() * 1000)}"):
            time.sleep(2)

    def ask(self, method, path, body=None, token=None, headers=None):
        """What is answered, if it is JSON. The body is JSON if it is no bytes. Each thread keeps a connection."""
        headers = {"Authorization": f"Bearer {token or self.token}"} | (headers or {})
        if body is not None and not isinstance(body, bytes):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        kept = getattr(self.connections, "kept", None)
        try:
            status, text = self.exchange(method, path, body, headers)
        except (ConnectionError, http.client.HTTPException):
            if kept is None:
                raise
            # It was closed while nobody used it.
            status, text = self.exchange(method, path, body, headers)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {text.decode()}")
        return json.loads(text) if text.startswith((b"{", b"[")) else None

    def exchange(self, method, path, body, headers):
        kept = getattr(self.connections, "kept", None) or http.client.HTTPConnection("127.0.0.1", self.port)
        self.connections.kept = None
        kept.request(method, path, body, headers)
        answer = kept.getresponse()
        text = answer.read()
        self.connections.kept = kept
        return answer.status, text

    def draft(self, recipients=("anna@example.org",)):
        wanted = {"recipients": [{"email": email} for email in recipients], "subject": "The minutes of the last meeting"}
        return self.ask("POST", "/api/v1/transfers", wanted)["id"]

    def small(self, recipients, files=1):
        """Sends some files of 20,000 bytes, and returns the secrets of the recipients' links."""
        transfer = self.draft(recipients)
        for file in range(files):
            name = base64.b64encode(f"minutes of the meeting {file}.pdf".encode()).decode()
            body = b"%PDF-1.7\n" + b"x" * 19991
            headers = tus(len(body), name)
            self.ask("POST", f"/api/v1/transfers/{transfer}/files", body, headers=headers)
        return self.send(transfer)

    def upload(self, transfer, file):
        headers = tus(file.stat().st_size, "YmlnLmJpbg==") | {"Authorization": f"Bearer {self.token}", "Expect": ""}
        words = [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
        address = f"{self.url}/api/v1/transfers/{transfer}/files"
        curl("--upload-file", file, "--request", "POST", *words, address)

    def send(self, transfer):
        """The secrets of the recipients' links."""
        sent = self.ask("POST", f"/api/v1/transfers/{transfer}/send", {})
        return [link["url"].rsplit("/", 1)[1] for link in sent["links"]]

    def open(self, link):
        """What leads to the files behind a link: their paths, and the token that opens them."""
        verified = self.ask("POST", "/api/v1/links/verify", {"token": link})
        delivery = verified["delivery"]
        files = f"/api/v1/deliveries/{delivery['id']}/files"
        return [f"{files}/{file['id']}/content" for file in delivery["files"]], verified["grant"]

    def download(self, path, grant):
        curl("--header", f"Authorization: Bearer {grant}", "--output", "/dev/null", self.url + path)

    def remove(self, *transfers):
        """With what is stored of them, everywhere."""
        for transfer in transfers:
            self.ask("DELETE", f"/api/v1/transfers/{transfer}")
        self.run("purge", "run")

    def cpu(self):
        """Seconds of a processor that the process has had so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def memory(self, which="VmHWM"):
        """MiB that are resident: at the peak, or now (VmRSS)."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{which}:")[1].split()[0]) / 1024


def tus(length, name):
    """The headers of a file that comes whole with its creation; its name in base64."""
    return {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(length),
        "Upload-Metadata": f"filename {name}",
        "Content-Type": "application/offset+octet-stream",
    }


def curl(*words):
    subprocess.run(["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", *words], check=True)
