#!/usr/bin/env python3
"""How fast a service copies to another store, and what that costs those who work meanwhile.

    replica.py BINARY [MIB [ROUNDS [SECONDS]]]     (default: 1024 MiB, 3 rounds, turns of 20 seconds)

*Copying.* MIB are uploaded, in one transfer or in four, to a service whose store, a directory, has no replica. It is
started anew with one, which is a directory, Azurite or moto, and without a bound on the rate: measured is from the line of the
log that says that everything is to be copied to the one that says what was copied. Then a file of an eighth of it is uploaded, and measured
how long after its last byte the service is behind with nothing.

*Beside it.* Three services, without a replica, with one at the default rate, and with one without a bound, take turns; replicas are
directories. In a turn one client uploads files of 64 MiB, one downloads such a file over and over, and one asks for a transfer every
10 milliseconds.

scripts/test-tools.sh has installed the emulators. They, and the clients, work on the same processors: what is compared is the
processor time and the memory of the service, and ratios within a round. docs/performance.md has the results.
"""

import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import service

BINARY = sys.argv[1]
MIB = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
SECONDS = int(sys.argv[4]) if len(sys.argv) > 4 else 20
# Of a file that is uploaded and downloaded beside copying.
FILE_MIB = 64
JSON_LOG = '[log]\nformat = "json"\n'
# MiB that are copied in a second; 0: without a bound.
RATES = {"no replica": None, "replica, 50 MiB/s": 50, "replica, no bound": 0}


def main():
    with contextlib.ExitStack() as ends:
        home = pathlib.Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="sealpost-bench", dir=os.environ.get("DIR"))))
        print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {ROUNDS} rounds, medians")
        with contextlib.ExitStack() as emulators:
            stores = {
                "directory": None,
                "Azurite": emulators.enter_context(service.azurite()),
                "moto": emulators.enter_context(service.moto()),
            }
            copying(home, stores)
        beside(home)


def copying(home, stores):
    found = {}
    for number in range(ROUNDS):
        for store, blob in stores.items():
            for transfers in (1, 4):
                at = home / f"copying-{number}-{store}-{transfers}"
                found.setdefault((store, transfers), []).append(copied(at, blob, transfers))
                subprocess.run(["rm", "-rf", at], check=True)
    print(f"\n{MIB} MiB copied, then {MIB // 8} more")
    print("| copied to | transfers | CPU s/GiB | MiB/s | resident before, MiB | peak, MiB | after the last byte, s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for (store, transfers), rounds in found.items():
        cpu, speed, before, peak, lag = (statistics.median(values) for values in zip(*rounds))
        print(f"| {store} | {transfers} | {cpu:.2f} | {speed:.0f} | {before:.0f} | {peak:.0f} | {lag:.1f} |", flush=True)


def copied(home, blob, transfers):
    """CPU seconds for a GiB, MiB/s, MiB before and at the peak, and seconds until a further file is copied."""
    one = service.Service(BINARY, home)
    one.prepare()
    files = [service.random_file(home / "file", MIB // transfers)] * transfers
    last = service.random_file(home / "last", MIB // 8)
    with one:
        sent = [one.draft() for _ in files]
        for transfer, file in zip(sent, files):
            one.upload(transfer, file)
    one.configure(*with_replica(home, blob, 0))
    log = Log(one.log)
    with one:
        log.line("everything is to be copied")
        one.forget_peak()
        cpu, before, begun = one.cpu(), one.memory("VmRSS"), time.monotonic()
        done = log.line("copied")
        took, cpu, peak = time.monotonic() - begun, one.cpu() - cpu, one.memory()
        if done["bytes"] < MIB << 20:
            raise SystemExit(f"not everything was copied: {done}")
        sent.append(one.draft())
        one.upload(sent[-1], last)
        begun = time.monotonic()
        while "up to date" not in one.run("backup", "status"):
            time.sleep(0.1)
        lag = time.monotonic() - begun
        one.remove(*sent)
    return cpu * 1024 / MIB, MIB / took, before, peak, lag


def with_replica(home, blob, rate):
    """The sections of a configuration: the store with its replica, which is a directory if nothing is said."""
    blob = blob or f'dir = "{home}/copies"\n'
    settings = f"[stores.copies]\n{blob}[replica]\nrate_mib_per_second = {rate}\n"
    return f'dir = "{home}/blobs"\nreplica = "copies"\n', settings + JSON_LOG


class Log:
    """What is said from now on."""

    def __init__(self, path):
        self.lines = open(path)
        self.lines.seek(0, os.SEEK_END)

    def line(self, message):
        """Waits for the next line that says this; what it says of it."""
        begun = ""
        while True:
            read = self.lines.readline()
            begun += read
            if not read.endswith("\n"):
                time.sleep(0.002)
                continue
            said, begun = json.loads(begun)["fields"], ""
            if said.get("message") == message:
                return said
            if said.get("message") == "not copied yet":
                raise SystemExit(f"not copied: {said}")


def beside(home):
    file = service.random_file(home / "64MiB", FILE_MIB)
    with contextlib.ExitStack() as ends:
        services = {}
        for number, (name, rate) in enumerate(RATES.items()):
            at = home / f"beside-{number}"
            blob, settings = (None, JSON_LOG) if rate is None else with_replica(at, None, rate)
            services[name] = service.Service(BINARY, at, blob, settings)
            services[name].prepare()
            ends.enter_context(services[name])
        found = {name: [] for name in services}
        for _ in range(ROUNDS):
            for name, one in services.items():
                found[name].append(turn(one, file))
    heads = ["up, MiB/s", "down, MiB/s", "p50, ms", "p99, ms", "CPU s/GiB"]
    print(f"\nBeside it, turns of {SECONDS} s; in parentheses the ratio to no replica in the same round: median, range")
    print(f"| | {' | '.join(heads)} | copied, MiB/s |")
    print("| --- " * (len(heads) + 2) + "|")
    plain = found["no replica"]
    for name, turns in found.items():
        cells = []
        for column in range(len(heads)):
            values = [measured[column] for measured in turns]
            ratios = [value / measured[column] for value, measured in zip(values, plain)]
            shown = f"{statistics.median(values):.{0 if column < 2 else 2}f}"
            ratio = f" ({statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f})"
            cells.append(shown + ratio * (turns is not plain))
        print(f"| {name} | {' | '.join(cells)} | {statistics.median(measured[-1] for measured in turns):.0f} |", flush=True)


def turn(one, file):
    """MiB/s up and down, p50 and p99 of a small question in ms, CPU seconds for a GiB of both ways, MiB/s copied."""
    asked = one.draft()
    one.upload(asked, file)
    [path], grant = one.open(one.send(asked)[0])
    sent, times = [asked], []

    def send():
        sent.append(one.draft())
        one.upload(sent[-1], file)

    def ask():
        begun = time.monotonic()
        one.ask("GET", f"/api/v1/transfers/{asked}")
        times.append((time.monotonic() - begun) * 1000)
        time.sleep(0.01)

    # What there is to copy is looked for at every fifth second of ten: each turn has the same of it.
    time.sleep((4 - time.time()) % 10)
    there = stored(one.home / "copies")
    cpu, end = one.cpu(), time.monotonic() + SECONDS
    speeds = [None] * 3
    works = [send, lambda: one.download(path, grant), ask]
    threads = [threading.Thread(target=repeat, args=(work, end, speeds, place)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cpu, copied = one.cpu() - cpu, stored(one.home / "copies") - there
    if None in speeds:
        raise SystemExit("a client has failed")
    up, down = speeds[0] * FILE_MIB, speeds[1] * FILE_MIB
    one.remove(*sent)
    times.sort()
    at = [times[int((len(times) - 1) * share)] for share in (0.5, 0.99)]
    return up, down, *at, cpu / (up + down) / SECONDS * 1024, copied / SECONDS


def repeat(work, end, speeds, place):
    """Works until the end; how often a second."""
    begun, count = time.monotonic(), 0
    while time.monotonic() < end:
        work()
        count += 1
    speeds[place] = count / (time.monotonic() - begun)


def stored(directory):
    """MiB below a directory, in which somebody may be at work."""
    size = 0
    for at, _, files in os.walk(directory):
        for file in files:
            with contextlib.suppress(FileNotFoundError):
                size += os.stat(os.path.join(at, file)).st_size
    return size / (1 << 20)


main()
