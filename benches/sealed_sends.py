#!/usr/bin/env python3
"""What it costs to seal on the command line: `send` and `get` of a file, sealed by the service and by the sender.

    sealed_sends.py BINARY [MIB [ROUNDS]]     (default: 1024 MiB, 3 rounds; the two ways take turns)

Says processor seconds for a GiB, of the command and of the service, and the most memory that the command has had.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import service

BINARY = pathlib.Path(sys.argv[1]).resolve()
MIB = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
WAYS = {"by the service": "--no-zero-knowledge", "by the sender": "--zero-knowledge"}


def command(one, home, words, link=""):
    """Runs it; gives what it prints, and its processor seconds, wall seconds and peak memory in MiB, with the service's seconds."""
    environment = service.ENVIRONMENT | {"SEALPOST_TOKEN": one.token, "SEALPOST_STATE_DIR": str(home / "state")}
    served, begun = one.cpu(), time.monotonic()
    process = subprocess.Popen(
        [BINARY, *words], cwd=home, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    process.stdin.write(link.encode())
    process.stdin.close()
    printed = process.stdout.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{words} has failed: {status}")
    per_gib = 1024 / MIB
    wall = time.monotonic() - begun
    return printed, ((used.ru_utime + used.ru_stime) * per_gib, (one.cpu() - served) * per_gib, MIB / wall, used.ru_maxrss / 1024)


def turn(one, home, flag):
    words = ["send", "file", "--to", "anna@example.org", "--server", one.url, flag]
    printed, sent = command(one, home, words)
    link = printed.split("\t")[1].strip()
    _, got = command(one, home, ["get", "-", "-o", "out"], link)
    (home / "out" / "file").unlink()
    return sent, got


def main():
    with tempfile.TemporaryDirectory(prefix="sealpost-bench", dir=os.environ.get("DIR")) as place:
        home = pathlib.Path(place)
        service.random_file(home / "file", MIB)
        one = service.Service(BINARY, home / "service")
        one.prepare()
        found = {way: [] for way in WAYS}
        with one:
            for _ in range(ROUNDS):
                for way, flag in WAYS.items():
                    found[way].append(turn(one, home, flag))
        print(f"{MIB} MiB, {ROUNDS} rounds, medians; seconds are the processor's, for a GiB")
        print("| sealed | verb | command | service | MiB/s | memory of the command |\n| --- | --- | --- | --- | --- | --- |")
        for way, rounds in found.items():
            for verb, index in [("send", 0), ("get", 1)]:
                cpu, served, speed, memory = (statistics.median(column) for column in zip(*(round[index] for round in rounds)))
                print(f"| {way} | {verb} | {cpu:.2f} s | {served:.2f} s | {speed:.0f} | {memory:.0f} MiB |")


if __name__ == "__main__":
    main()
