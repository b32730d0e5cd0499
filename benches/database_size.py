"""What a transfer takes in the database, and of a processor: numbers of "Capacity planning" in docs/operations.md.

    scripts/bench.sh sizes, or python3 benches/database_size.py BINARY [TRANSFERS]

Sends transfers through the public API, on SQLite and on PostgreSQL, and divides what the databases have grown by. Each is told
to its recipients, and each recipient opens it and fetches the files once, so that links, visits, jobs and audit entries count; so
does what the service takes of a processor for all of that.
"""

import contextlib
import pathlib
import sqlite3
import sys
import tempfile

import postgres
from service import Service

# Files and recipients of each transfer.
SHAPES = {"one file, one recipient": (1, 1), "one file, five recipients": (1, 5), "five files, one recipient": (5, 1)}


def main():
    binary = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as home:
        home = pathlib.Path(home)
        measure(Service(binary, home / "sqlite"), count, "SQLite")
        with postgres.cluster() as database:
            urls = {"database": database("sizes"), "keyring": database("keyring")}
            measure(Service(binary, home / "postgres", **urls), count, "PostgreSQL")


def measure(service, count, engine):
    service.prepare()
    with service:
        transfers(service, 20, 1, 1)
        for shape, (files, recipients) in SHAPES.items():
            before, cpu = sizes(service), service.cpu()
            transfers(service, count, files, recipients)
            after = sizes(service)
            each, cpu = sum(after.values()) - sum(before.values()), service.cpu() - cpu
            print(f"{engine}: {shape}: {each // count} bytes and {cpu / count * 1000:.0f} ms of CPU a transfer")
            grown = sorted(((after[table] - before.get(table, 0)) // count, table) for table in after)
            print("   ", ", ".join(f"{table} {size}" for size, table in reversed(grown) if size > 40))


def transfers(service, count, files, recipients):
    for number in range(count):
        for link in service.small([f"person{number}-{one}@example.org" for one in range(recipients)], files):
            paths, grant = service.open(link)
            for path in paths:
                service.ask("GET", path, token=grant)


def sizes(service):
    """Sizes of the tables with their indexes, once the queue has nothing to do."""
    service.settled()
    if service.database.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(service.database.removeprefix("sqlite:"))) as rows:
            owner = dict(rows.execute("SELECT name, tbl_name FROM sqlite_master WHERE rootpage > 0"))
            found = {}
            for name, used in rows.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
                found[owner.get(name, name)] = found.get(owner.get(name, name), 0) + used
            return found
    postgres.sql(service.database, "VACUUM")
    tables = "relkind = 'r' AND relnamespace = 'public'::regnamespace"
    lines = postgres.sql(service.database, f"SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE {tables}")
    return {line.split("|")[0]: int(line.split("|")[1]) for line in lines.splitlines()}


main()
