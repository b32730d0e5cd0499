"""What a transfer takes in the database, in bytes: the numbers of "Capacity planning" in docs/operations.md.

    scripts/bench.sh sizes, or python3 benches/database_size.py BINARY [TRANSFERS]

Sends transfers through the public API, on SQLite and on PostgreSQL, and divides what the databases have grown by. Each is told
to its recipients, and each recipient opens it and fetches the files once, so that links, visits, jobs and audit entries count.
"""

import base64
import json
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]
with socket.create_server(("127.0.0.1", 0)) as free:
    PORT = free.getsockname()[1]
# Files and recipients of each transfer.
SHAPES = {"one file, one recipient": (1, 1), "one file, five recipients": (1, 5), "five files, one recipient": (5, 1)}


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    measure(binary, count, "SQLite", None)
    cluster = subprocess.run([ROOT / "scripts/postgres.sh", "start"], stdout=subprocess.PIPE, text=True, check=True)
    url, directory = cluster.stdout.split()[:2]
    try:
        measure(binary, count, "PostgreSQL", url)
    finally:
        subprocess.run([ROOT / "scripts/postgres.sh", "stop", directory], check=True)


def measure(binary, count, engine, url):
    with tempfile.TemporaryDirectory() as home:
        if url:
            for name in ("sizes", "keyring"):
                sql(url, f"CREATE DATABASE {name}")
            database, keyring = of(url, "sizes"), of(url, "keyring")
        else:
            database, keyring = f"sqlite:{home}/data/s.db", f"sqlite:{home}/keyring/k.db"
        config = f"""
listen = "127.0.0.1:{PORT}"
base_url = "http://127.0.0.1:{PORT}"
data_dir = "{home}/data"
[database]
url = "{database}"
[keyring]
url = "{keyring}"
[vault]
dir = "{home}/vault"
[blob]
dir = "{home}/blobs"
[mail]
from = "sealpost@demo.example"
directory = "{home}/mail"
[limits]
network_per_minute = 100000
tenant_per_minute = 100000
[log]
filter = "warn"
"""
        pathlib.Path(home, "sealpost.toml").write_text(config)
        environment = {"PATH": os.environ["PATH"], "SEALPOST_CONFIG": f"{home}/sealpost.toml"}

        def run(*words):
            return subprocess.run([binary, *words], env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout

        run("migrate")
        run("tenant", "create", "demo", "--name", "Demo")
        run("user", "create", "ada@demo.example", "--tenant", "demo", "--name", "Ada")
        token = run("token", "create", "ada@demo.example", "--tenant", "demo").strip()
        service = subprocess.Popen([binary, "serve"], env=environment)
        try:
            ready()
            transfers(token, 20, 1, 1)
            for shape, (files, recipients) in SHAPES.items():
                before = settled(database, home)
                transfers(token, count, files, recipients)
                after = settled(database, home)
                each = sum(after.values()) - sum(before.values())
                print(f"{engine}: {shape}: {each // count} bytes a transfer")
                grown = sorted(((after[table] - before.get(table, 0)) // count, table) for table in after)
                print("   ", ", ".join(f"{table} {size}" for size, table in reversed(grown) if size > 40))
        finally:
            service.terminate()
            service.wait()


def transfers(token, count, files, recipients):
    for number in range(count):
        people = [{"email": f"person{number}-{one}@example.org"} for one in range(recipients)]
        made = call("POST", "/api/v1/transfers", {"recipients": people, "subject": "The minutes of the last meeting"}, token)
        for file in range(files):
            name = base64.b64encode(f"minutes of the meeting {file}.pdf".encode()).decode()
            headers = {
                "Tus-Resumable": "1.0.0",
                "Upload-Length": "20000",
                "Upload-Metadata": f"filename {name}",
                "Content-Type": "application/offset+octet-stream",
            }
            call("POST", f"/api/v1/transfers/{made['id']}/files", b"%PDF-1.7\n" + b"x" * 19991, token, headers)
        sent = call("POST", f"/api/v1/transfers/{made['id']}/send", {}, token)
        for link in sent["links"]:
            opened = call("POST", "/api/v1/links/verify", {"token": link["url"].rsplit("/", 1)[1]}, None)
            for file in opened["delivery"]["files"]:
                address = f"/api/v1/deliveries/{opened['delivery']['id']}/files/{file['id']}/content"
                call("GET", address, None, opened["grant"])


def call(method, path, body, token, headers=None):
    headers = dict(headers or {})
    if isinstance(body, dict):
        body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", data=body, headers=headers, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text.startswith(b"{") else None


def settled(database, home):
    """Sizes of the tables with their indexes, once the queue has nothing to do."""
    while True:
        time.sleep(2)
        if database.startswith("sqlite:"):
            with sqlite3.connect(f"{home}/data/s.db") as rows:
                waiting = rows.execute("SELECT count(*) FROM jobs WHERE run_at < ?", [time.time() * 1000]).fetchone()[0]
        else:
            waiting = int(sql(database, f"SELECT count(*) FROM jobs WHERE run_at < {int(time.time() * 1000)}"))
        if waiting == 0:
            break
    if database.startswith("sqlite:"):
        with sqlite3.connect(f"{home}/data/s.db") as rows:
            owner = dict(rows.execute("SELECT name, tbl_name FROM sqlite_master WHERE rootpage > 0"))
            sizes = {}
            for name, used in rows.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
                sizes[owner.get(name, name)] = sizes.get(owner.get(name, name), 0) + used
            return sizes
    sql(database, "VACUUM")
    lines = sql(database, "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    return {line.split("|")[0]: int(line.split("|")[1]) for line in lines.splitlines()}


def ready():
    for _ in range(600):
        try:
            return call("GET", "/readyz", None, None)
        except OSError:
            time.sleep(0.1)
    sys.exit("the service is not ready")


def sql(url, text):
    words = ["psql", "--no-psqlrc", "--tuples-only", "--no-align", "--dbname", url, "--command", text]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def of(url, name):
    """The URL of another database of the same server."""
    head, _, query = url.partition("?")
    scheme, rest = head.split("://", 1)
    return f"{scheme}://{rest.split('/')[0]}/{name}" + (f"?{query}" if query else "")


main()
