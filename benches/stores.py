#!/usr/bin/env python3
"""Uploads and downloads a file through each kind of store, and says what the service used for it.

    stores.py BINARY [MIB [ROUNDS]]     (default: 1024 MiB, 3 rounds; the rounds of all stores take turns)

The stores are a directory, Azurite and moto, on this machine; scripts/test-tools.sh has installed them. The emulators
take most of the time and part of the same processors: what is compared is the processor time and the memory of the
service, not the speed. docs/performance.md has the results.
"""

import contextlib
import os
import pathlib
import statistics
import sys
import tempfile
import time

import service

BINARY = sys.argv[1]
MIB = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3


def measured(one, work):
    one.forget_peak()
    cpu, begun = one.cpu(), time.monotonic()
    work()
    return (one.cpu() - cpu) * 1024 / MIB, MIB / (time.monotonic() - begun), one.memory()


def turn(one, file):
    transfer = one.draft()
    upload = measured(one, lambda: one.upload(transfer, file))
    [path], grant = one.open(one.send(transfer)[0])
    download = measured(one, lambda: one.download(path, grant))
    one.remove(transfer)
    return upload, download


def main():
    with contextlib.ExitStack() as ends:
        home = pathlib.Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="sealpost-bench", dir=os.environ.get("DIR"))))
        file = service.random_file(home / "file", MIB)
        stores = {
            "directory": None,
            "Azurite": ends.enter_context(service.azurite()),
            "moto": ends.enter_context(service.moto()),
        }
        services = {}
        for name, blob in stores.items():
            services[name] = service.Service(BINARY, home / name, blob)
            services[name].prepare()
            ends.enter_context(services[name])
        found = {name: [] for name in services}
        for _ in range(ROUNDS):
            for name, one in services.items():
                found[name].append(turn(one, file))
        print(f"{MIB} MiB, {ROUNDS} rounds, medians")
        print("| store | way | CPU s/GiB | MiB/s | peak MiB |\n| --- | --- | --- | --- | --- |")
        for name, turns in found.items():
            for way, results in zip(("upload", "download"), zip(*turns)):
                cpu, speed, peak = (statistics.median(values) for values in zip(*results))
                print(f"| {name} | {way} | {cpu:.2f} | {speed:.0f} | {peak:.0f} |", flush=True)


main()
