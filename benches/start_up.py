#!/usr/bin/env python3
"""How long a service takes from exec to the first /readyz that says yes, on SQLite and on PostgreSQL.

    start_up.py BINARY [TRANSFERS [ROUNDS]]     (default: 10000 transfers in the database, 9 rounds)

Three kinds of start take turns. The first of an installation: there is nothing but the configuration, or two empty databases;
directories, root key and all tables are made. Another one, with the transfers in the database, after the service was told to end;
and after it was killed. The binary is in the page cache, as it is after an upgrade has written it. STRICT=1 ends with an error if any
start takes longer than the budget, two seconds.
"""

import concurrent.futures
import contextlib
import os
import pathlib
import signal
import statistics
import sys
import tempfile
import time

import postgres
from service import Service

BINARY = sys.argv[1]
TRANSFERS = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 9
BUDGET = 2.0


def main():
    with contextlib.ExitStack() as ends:
        home = pathlib.Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="sealpost-bench", dir=os.environ.get("DIR"))))
        database = ends.enter_context(postgres.cluster())
        found = {}
        for engine, urls in {"SQLite": lambda _: {}, "PostgreSQL": lambda name: databases(database, name)}.items():
            full = Service(BINARY, home / f"{engine}-filled", **urls("filled"))
            full.prepare()
            with full:
                fill(full)
            for number in range(ROUNDS):
                first = Service(BINARY, home / f"{engine}-{number}", **urls(f"first{number}"))
                found.setdefault((engine, "first, all tables are made"), []).append(start(first))
                first.stop()
                found.setdefault((engine, f"{TRANSFERS} transfers"), []).append(start(full))
                full.stop(signal.SIGKILL)
                found.setdefault((engine, f"{TRANSFERS} transfers, after kill -9"), []).append(start(full))
                full.stop()
        print(f"{ROUNDS} rounds; load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print("| database | start | median, s | worst, s | CPU s, median |\n| --- | --- | --- | --- | --- |")
        for (engine, kind), starts in found.items():
            times, cpu = zip(*starts)
            print(f"| {engine} | {kind} | {statistics.median(times):.2f} | {max(times):.2f} | {statistics.median(cpu):.2f} |")
    worst = max(took for starts in found.values() for took, _ in starts)
    if worst > BUDGET:
        print(f"the budget of {BUDGET} s was missed: {worst:.2f} s")
        if os.environ.get("STRICT"):
            raise SystemExit(1)


def databases(database, name):
    return {"database": database(name), "keyring": database(f"{name}_keyring")}


def start(service):
    """Seconds until it is ready, and seconds of a processor that it has had by then."""
    begun = time.monotonic()
    service.launch()
    service.ready()
    return time.monotonic() - begun, service.cpu()


def fill(service):
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        for sent in [threads.submit(service.small, [f"person{number % 500}@example.org"]) for number in range(TRANSFERS)]:
            sent.result()
    service.settled()


main()
