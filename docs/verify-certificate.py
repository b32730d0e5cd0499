#!/usr/bin/env python3
"""Verify a deletion certificate without Sealpost, as docs/certificates.md describes it.

    verify-certificate.py FILE KEY

KEY is what `sealpost audit key` prints. Needs the module `cryptography` (Debian: python3-cryptography).
"""

import base64
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def main(path, known):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    if document["key"] != known:
        sys.exit("another key has signed it")
    key = base64.b64decode(document["key"].split("+", 2)[2])[1:]
    text = json.dumps(document["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signed = b"sealpost/signature/1\0" + b"\0\x0bcertificate" + text.encode()
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(document["signature"]), signed)
    except InvalidSignature:
        sys.exit("it is not what was signed")
    print(json.dumps(document["certificate"], indent=2, ensure_ascii=False))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
