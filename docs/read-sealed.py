#!/usr/bin/env python3
"""Open one stored file, one that its sender has sealed, or a metadata record, without Sealpost, as docs/file-format.md describes it.

    read-sealed.py --file-key HEX --tenant ID --transfer ID --file ID \
                   --manifest SEALED-MANIFEST --objects DIRECTORY --output FILE

    read-sealed.py --fragment TEXT --server-half HEX [--password-parameters HEX] --content-key HEX --wrapped-file-key HEX \
                   --tenant ID --transfer ID --file ID --manifest SEALED-MANIFEST --bytes FILE --output FILE

    read-sealed.py --record OBJECT --epoch-key HEX --tenant ID --transfer ID --output FILE
                                           or --tenant-key HEX without --transfer

The second opens a file that its sender has sealed: TEXT stands behind `#` in the link, the others are what the service has told; FILE are
the file's bytes as they were fetched. A password is read from standard input. The third opens a metadata record of a copy. Ids are UUIDs,
with or without hyphens; DIRECTORY holds `<upload>/<sequence>-<attempt>`. Needs the module `cryptography` (Debian: python3-cryptography), for
a password `argon2`, too (python3-argon2). The output appears under its name only when all of it is right.
"""

import argparse
import base64
import getpass
import hmac
import os
import struct
import sys
import unicodedata
import uuid
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

LABEL = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"
CHUNK = 16 * 1024
SEALED_CHUNK = CHUNK + 16
HEADER = 56


class Damaged(Exception):
    """What was read is not what was sealed."""


def open_message(key, context, sealed):
    """Yield the plaintext of a Cobblestone-256 message, chunk by chunk."""
    if len(sealed) < HEADER or (len(sealed) - HEADER) % SEALED_CHUNK < 16:
        raise Damaged("a length that no message has")
    salt, commitment = sealed[:24], sealed[24:HEADER]
    derived = HKDFExpand(hashes.SHA512(), 76, LABEL + salt + context).derive(key)
    if not hmac.compare_digest(derived[44:], commitment):
        raise Damaged("another key or place, or a damaged header")
    cipher = AESGCM(derived[:32])
    base_nonce = int.from_bytes(derived[32:44], "big")
    for number, start in enumerate(range(HEADER, len(sealed), SEALED_CHUNK)):
        nonce = (base_nonce ^ number).to_bytes(12, "big")
        try:
            yield cipher.decrypt(nonce, sealed[start : start + SEALED_CHUNK], None)
        except InvalidTag:
            raise Damaged(f"chunk {number} is not what was sealed there") from None


def read_fragment(text):
    secret = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(secret).decode() != text + "=" or len(secret) != 32:
        raise ValueError("not the secret of a link")
    return secret


def password_key(encoded):
    """The key of the password that stands on standard input."""
    from argon2.low_level import Type, hash_secret_raw

    version, salt, *costs = struct.unpack(">B16s3I", encoded)
    if version != 1:
        raise Damaged("password parameters of another version")
    bounds = ((19 * 1024, 256 * 1024), (1, 10), (1, 4))
    memory, passes, lanes = (min(max(cost, least), most) for cost, (least, most) in zip(costs, bounds))
    typed = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    password = unicodedata.normalize("NFC", typed).encode()
    return hash_secret_raw(password, salt, passes, memory, lanes, 32, Type.ID)


def unsealed_file_key(arguments):
    """The file key of a file that its sender has sealed: link, server half and password open the content key, which opens it."""
    place = arguments.tenant.bytes + arguments.transfer.bytes
    secret = arguments.fragment + arguments.server_half
    if arguments.password_parameters:
        secret += password_key(arguments.password_parameters)
    access_key = HKDF(hashes.SHA512(), 32, None, b"sealpost/access-key/1\0" + place).derive(secret)
    try:
        opened = open_message(access_key, b"sealpost/sealed-content-key/1\0" + place, arguments.content_key)
        content_key = b"".join(opened)
    except Damaged:
        raise Damaged("the content key does not open with this link, server half and password") from None
    context = b"sealpost/file-key/1\0" + place + arguments.file.bytes
    return b"".join(open_message(content_key, context, arguments.wrapped_file_key))


class Manifest:
    """The fields of docs/file-format.md, in their order."""

    def __init__(self, data):
        self.data, self.at = data, 0
        if self.take("B") != 1:
            raise Damaged("a manifest of another version")
        self.name = self.take_bytes(self.take("H")).decode()
        self.media_type = self.take_bytes(self.take("H")).decode()
        self.length = self.take("Q")
        self.crc32 = self.take("I")
        self.uploads = [(self.take_bytes(16), self.take_bytes(32)) for _ in range(self.take("H"))]
        self.parts = [
            (self.take("H"), self.take("Q"), self.take("I"), self.take_bytes(24)) for _ in range(self.take("I"))
        ]
        if self.at != len(data) or self.length != sum(length for _, _, length, _ in self.parts):
            raise Damaged("a manifest that does not add up")

    def take(self, kind):
        return struct.unpack(">" + kind, self.take_bytes(struct.calcsize(">" + kind)))[0]

    def take_bytes(self, count):
        taken = self.data[self.at : self.at + count]
        if len(taken) != count:
            raise Damaged("a manifest that ends early")
        self.at += count
        return taken


def stored_objects(directory, manifest):
    """Each part's object by its name."""
    for index, sequence, _, salt in manifest.parts:
        upload, _ = manifest.uploads[index]
        path = os.path.join(directory, upload.hex(), f"{sequence:08x}-{salt[:8].hex()}")
        with open(path, "rb") as stored:
            yield path, stored.read()


def fetched_objects(path, manifest):
    """The parts' objects, which lie one after another."""
    lengths = [HEADER + 16 * (length // CHUNK + 1) + length for _, _, length, _ in manifest.parts]
    if os.path.getsize(path) != sum(lengths):
        raise Damaged(f"{path} has another length than the manifest says")
    with open(path, "rb") as fetched:
        for number, length in enumerate(lengths):
            yield f"part {number} of {path}", fetched.read(length)


def open_file(arguments, output):
    tenant, transfer, file = arguments.tenant.bytes, arguments.transfer.bytes, arguments.file.bytes
    file_key = unsealed_file_key(arguments) if arguments.fragment else arguments.file_key
    with open(arguments.manifest, "rb") as sealed:
        context = b"sealpost/manifest/1\0" + tenant + transfer + file
        manifest = Manifest(b"".join(open_message(file_key, context, sealed.read())))
    crc32 = 0
    objects = fetched_objects(arguments.bytes, manifest) if arguments.bytes else stored_objects(arguments.objects, manifest)
    for (index, sequence, length, salt), (path, sealed) in zip(manifest.parts, objects):
        upload, key = manifest.uploads[index]
        if sealed[:24] != salt:
            raise Damaged(f"{path} is of another attempt")
        context = b"sealpost/part/1\0" + tenant + upload + struct.pack(">Q", sequence)
        for chunk in open_message(key, context, sealed):
            output.write(chunk)
            crc32 = zlib.crc32(chunk, crc32)
            length -= len(chunk)
        if length != 0:
            raise Damaged(f"{path} has another length than the manifest says")
    if crc32 != manifest.crc32:
        raise Damaged("the file's checksum is another")
    return manifest


def open_record(arguments, output):
    with open(arguments.record, "rb") as stored:
        data = stored.read()
    if data[:8] != b"SPRECRD\x01":
        raise Damaged("no record of this form")
    tenant = arguments.tenant.bytes
    if arguments.transfer:
        if data[8] != 1:
            raise Damaged("no record of a transfer")
        clear, sealed, key = data[9:17], data[17:], arguments.epoch_key
        context = b"sealpost/transfer-record/1\0" + tenant + arguments.transfer.bytes + clear
    else:
        if data[8] != 2:
            raise Damaged("no record of a tenant")
        length = struct.unpack(">H", data[9:11])[0]
        clear, sealed, key = data[11 : 11 + length], data[11 + length :], arguments.tenant_key
        context = b"sealpost/tenant-record/1\0" + tenant + clear
    for chunk in open_message(key, context, sealed):
        output.write(chunk)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--file-key", "--epoch-key", "--tenant-key", "--server-half", "--password-parameters"):
        parser.add_argument(name, type=bytes.fromhex)
    for name in ("--content-key", "--wrapped-file-key"):
        parser.add_argument(name, type=bytes.fromhex)
    parser.add_argument("--fragment", type=read_fragment)
    parser.add_argument("--tenant", type=uuid.UUID, required=True)
    for name in ("--transfer", "--file"):
        parser.add_argument(name, type=uuid.UUID)
    for name in ("--manifest", "--objects", "--bytes", "--record"):
        parser.add_argument(name)
    parser.add_argument("--output", required=True)
    arguments = parser.parse_args()
    if arguments.record:
        needed = ["epoch_key"] if arguments.transfer else ["tenant_key"]
    elif arguments.fragment:
        needed = ["server_half", "content_key", "wrapped_file_key", "transfer", "file", "manifest", "bytes"]
    else:
        needed = ["file_key", "transfer", "file", "manifest", "objects"]
    for name in needed:
        if getattr(arguments, name) is None:
            parser.error(f"--{name.replace('_', '-')} is needed")
    unfinished = arguments.output + ".unfinished"
    try:
        with open(unfinished, "wb") as output:
            manifest = (open_record if arguments.record else open_file)(arguments, output)
        os.replace(unfinished, arguments.output)
    except (Damaged, OSError) as error:
        if os.path.exists(unfinished):
            os.remove(unfinished)
        sys.exit(f"damaged or incomplete: {error}")
    if manifest:
        print(f"{manifest.name} ({manifest.media_type}), {manifest.length} bytes")


if __name__ == "__main__":
    main()
