#!/usr/bin/env python3
"""Uploads and downloads a file through each kind of store, and says what the service used for it.

    stores.py BINARY [MIB [ROUNDS]]     (default: 1024 MiB, 3 rounds; the rounds of all stores take turns)

The stores are a directory, Azurite and moto, on this machine; scripts/test-tools.sh has installed them. The emulators
take most of the time and part of the same processors: what is compared is the processor time and the memory of the
service, not the speed. docs/performance.md has the results.
"""

import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = pathlib.Path(os.environ.get("SEALPOST_TEST_TOOLS", ROOT / "target/test-tools"))
AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
BINARY = str(pathlib.Path(sys.argv[1]).resolve())
MIB = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3


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


def azurite():
    port = free_port()
    script = TOOLS / "node/node_modules/azurite/dist/src/blob/main.js"
    flags = ["--inMemoryPersistence", "--extentMemoryLimit", "8192", "--skipApiVersionCheck", "--disableTelemetry", "--silent"]
    command = [TOOLS / "node/bin/node", "--max-old-space-size=8192", script, "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    process = subprocess.Popen([*command, *flags], stdout=subprocess.DEVNULL)
    settings = f'kind = "azure"\naccount = "devstoreaccount1"\naccount_key = "{AZURITE_KEY}"\n'
    return process, port, settings + f'endpoint = "http://127.0.0.1:{port}/devstoreaccount1"\n'


def moto():
    port = free_port()
    command = [TOOLS / "python/bin/python", ROOT / "tests/tools/s3_server.py", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    settings = 'kind = "s3"\nregion = "eu-central-1"\naccess_key_id = "A"\nsecret_access_key = "b"\n'
    return process, port, settings + f'endpoint = "http://127.0.0.1:{port}"\n'


class Service:
    def __init__(self, home, name, store):
        self.home, self.name = home / name, name
        self.home.mkdir()
        port = free_port()
        self.url = f"http://localhost:{port}"
        at = self.home
        store = store or f'dir = "{at}/blobs"\n'
        (at / "sealpost.toml").write_text(
            f'listen = "127.0.0.1:{port}"\nbase_url = "{self.url}"\ndata_dir = "{at}/data"\n'
            f'[database]\nurl = "sqlite:{at}/data/sealpost.db"\n[keyring]\nurl = "sqlite:{at}/keyring/keyring.db"\n'
            f'[vault]\ndir = "{at}/vault"\n[blob]\n{store}'
            f'[mail]\nfrom = "a@example.org"\ndirectory = "{at}/mail"\n'
        )
        self.run("migrate")
        self.run("tenant", "create", "acme")
        self.run("user", "create", "eve@acme.example", "--tenant", "acme")
        self.token = self.run("token", "create", "eve@acme.example", "--tenant", "acme").strip()
        log = open(at / "log", "w")
        self.process = subprocess.Popen([BINARY, "serve", "--config", at / "sealpost.toml"], stderr=log)
        answers(port)

    def run(self, *words):
        command = [BINARY, *words, "--config", self.home / "sealpost.toml"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout

    def ask(self, method, path, body=None, token=None):
        request = urllib.request.Request(self.url + path, method=method)
        request.add_header("Authorization", f"Bearer {token or self.token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def curl(self, *words):
        subprocess.run(["curl", "--silent", "--show-error", "--fail", "--noproxy", "*", *words], check=True)

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def measured(self, work):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        cpu, begun = self.cpu(), time.monotonic()
        result = work()
        return result, (self.cpu() - cpu) * 1024 / MIB, MIB / (time.monotonic() - begun), self.peak()

    def round(self, file):
        transfer = self.ask("POST", "/api/v1/transfers", {"recipients": [{"email": "anna@example.org"}]})["id"]
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(MIB << 20),
            "Upload-Metadata": "filename YmlnLmJpbg==",
            "Content-Type": "application/offset+octet-stream",
            "Expect": "",
        }
        words = [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
        address = f"{self.url}/api/v1/transfers/{transfer}/files"
        _, *upload = self.measured(lambda: self.curl("--upload-file", file, "--request", "POST", *words, address))
        link = self.ask("POST", f"/api/v1/transfers/{transfer}/send", {})["links"][0]["url"].rsplit("/", 1)[1]
        verified = self.ask("POST", "/api/v1/links/verify", {"token": link})
        delivery, fetched = verified["delivery"], self.home / "fetched"
        path = f"{self.url}/api/v1/deliveries/{delivery['id']}/files/{delivery['files'][0]['id']}/content"
        grant = f"Authorization: Bearer {verified['grant']}"
        _, *download = self.measured(lambda: self.curl("--header", grant, "--output", "/dev/null", path))
        self.ask("DELETE", f"/api/v1/transfers/{transfer}")
        self.run("purge", "run")
        return upload, download


def main():
    peers = {"directory": (None, 0, None), "Azurite": azurite(), "moto": moto()}
    services = []
    try:
        with tempfile.TemporaryDirectory(prefix="sealpost-bench", dir=os.environ.get("DIR")) as home:
            home = pathlib.Path(home)
            file = home / "file"
            with open(file, "wb") as out:
                for _ in range(MIB):
                    out.write(os.urandom(1 << 20))
            for name, (_, port, store) in peers.items():
                if port:
                    answers(port)
                services.append(Service(home, name, store))
            found = {service.name: [] for service in services}
            for _ in range(ROUNDS):
                for service in services:
                    found[service.name].append(service.round(file))
            print(f"{MIB} MiB, {ROUNDS} rounds, medians")
            print("| store | way | CPU s/GiB | MiB/s | peak MiB |\n| --- | --- | --- | --- | --- |")
            for name, rounds in found.items():
                for way, results in zip(("upload", "download"), zip(*rounds)):
                    cpu, speed, peak = (statistics.median(values) for values in zip(*results))
                    print(f"| {name} | {way} | {cpu:.2f} | {speed:.0f} | {peak:.0f} |", flush=True)
            for service in services:
                service.process.terminate()
                service.process.wait()
    finally:
        for process in [service.process for service in services] + [peer[0] for peer in peers.values() if peer[0]]:
            if process.poll() is None:
                process.kill()
                process.wait()


main()
