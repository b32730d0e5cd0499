#!/usr/bin/env python3
"""Verify an exported audit log without Sealpost, as docs/audit.md describes it.

    verify-audit.py EXPORT [--key KEY] [--checkpoint FILE]...

KEY is what `sealpost audit key` prints; each FILE holds checkpoints that were kept elsewhere. Needs the module
`cryptography` (Debian: python3-cryptography).
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

DASH = "\u2014 "


class Tampered(Exception):
    """The log is not what was signed."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """The whole subtrees of RFC 6962's tree over the first `size` leaves, largest first."""

    def __init__(self, size, nodes):
        if len(nodes) != bin(size).count("1"):
            raise Tampered("the log does not begin with a whole tree")
        self.size, self.nodes = size, nodes

    def push(self, data):
        node, size = sha256(b"\0", data), self.size
        while size & 1:
            node, size = sha256(b"\1", self.nodes.pop(), node), size >> 1
        self.nodes.append(node)
        self.size += 1

    def root(self):
        if not self.nodes:
            return sha256()
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = sha256(b"\1", node, root)
        return root


class Signer:
    """A verifier's key as in c2sp.org/signed-note."""

    def __init__(self, text):
        self.name, _, key = text.split("+", 2)
        key = base64.b64decode(key, validate=True)
        if key[0] != 1:
            raise Tampered("not a key for Ed25519")
        self.id = sha256(self.name.encode(), b"\n", key)[:4]
        self.key = Ed25519PublicKey.from_public_bytes(key[1:])

    def open(self, note):
        """Size and root of a checkpoint (c2sp.org/tlog-checkpoint)."""
        text, signatures = note.rsplit("\n\n", 1)
        text += "\n"
        for line in signatures.splitlines():
            name, signature = line.removeprefix(DASH).split(" ")
            signature = base64.b64decode(signature, validate=True)
            if name == self.name and signature[:4] == self.id:
                try:
                    self.key.verify(signature[4:], text.encode())
                except InvalidSignature:
                    raise Tampered("a checkpoint was not signed with the key") from None
                origin, size, root = text.split("\n")[:3]
                if origin != self.name:
                    raise Tampered("a checkpoint of another log")
                return int(size), base64.b64decode(root, validate=True)
        raise Tampered("a checkpoint was not signed with the key")


def entry_hash(tenant, entry, previous):
    transfer = uuid.UUID(entry["transfer"]).bytes if entry["transfer"] else b""
    fields = [
        b"sealpost/audit/1",
        previous,
        tenant,
        entry["seq"].to_bytes(8, "big"),
        entry["at"].to_bytes(8, "big", signed=True),
        entry["kind"].encode(),
        transfer,
        entry["payload"].encode(),
    ]
    return sha256(*(len(field).to_bytes(8, "big") + field for field in fields))


def verify(path, key, kept):
    with open(path, encoding="utf-8") as file:
        log = json.loads(next(file))
        if log["type"] != "log" or log["format"] != "sealpost-audit/1":
            raise Tampered("not an export of an audit log")
        if key and key != log["key"]:
            raise Tampered("the file names another key than the one that was given")
        tenant, signer = uuid.UUID(log["tenant"]).bytes, Signer(log["key"])
        tree = Tree(log["start"], [bytes.fromhex(node) for node in log["start_nodes"]])
        last, heads, signed, ended = bytes.fromhex(log["start_hash"]), {}, 0, False

        def note(text):
            size, root = signer.open(text)
            if heads.setdefault(size, root) != root:
                raise Tampered(f"two checkpoints of {size} entries differ")

        def compare():
            nonlocal signed
            if tree.size in heads:
                if heads[tree.size] != tree.root():
                    raise Tampered(f"the first {tree.size} entries are not those that were signed")
                signed = tree.size

        for text in kept:
            note(text)
        compare()
        for line in file:
            if ended:
                raise Tampered("something follows the last line")
            line = json.loads(line)
            if line["type"] == "entry":
                right = entry_hash(tenant, line, last)
                same = bytes.fromhex(line["prev_hash"]) == last and bytes.fromhex(line["hash"]) == right
                if line["seq"] != tree.size + 1 or not same:
                    raise Tampered(f"entry {tree.size + 1} does not continue the log")
                last = right
                tree.push(last)
            elif line["type"] == "checkpoint":
                note(line["note"])
            ended = line["type"] == "end"
            compare()
        if not ended:
            raise Tampered("the file was cut off")
        if heads and max(heads) > tree.size:
            raise Tampered(f"{max(heads)} entries were signed, and {tree.size} are there")
        if log["start"] and log["start"] not in heads:
            raise Tampered("no checkpoint says what was before the first entry")
        return log["start"] + 1, tree.size, signed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export")
    parser.add_argument("--key")
    parser.add_argument("--checkpoint", action="append", default=[])
    arguments = parser.parse_args()
    kept = []
    for path in arguments.checkpoint:
        with open(path, encoding="utf-8") as file:
            # A note ends with its last signature.
            kept += re.findall(rf".+?\n\n(?:{DASH}[^\n]+\n)+", file.read(), re.DOTALL)
    try:
        first, last, signed = verify(arguments.export, arguments.key, kept)
    except (Tampered, KeyError, ValueError, StopIteration) as error:
        sys.exit(f"not what was signed: {error!r}")
    print(f"entries {first} to {last}, unbroken; signed up to {signed}")


if __name__ == "__main__":
    main()
