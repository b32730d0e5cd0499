#!/usr/bin/python3
"""Azure Key Vault as far as its REST API is used: keys with versions, wrapping and unwrapping by real keys, tokens.

Usage: keyvault.py DIRECTORY (peer.py says the rest). What it answers has the shapes of the real service (api-version 2025-07-01).
More paths are for tests: POST /test/next queues an answer for the next request to a key, POST /test/key changes a key, POST /test/make
makes one, POST /test/end-tokens ends all tokens.

On another port, in DIRECTORY/identity, plain HTTP as on the real machines, is what gives tokens to whoever runs on a machine: at /msi/token
to an app that shows the secret of its environment, and to a virtual machine at the address that those have for it, which only who takes
this for his proxy reaches.
"""
import json, secrets, sys, threading, time
from http.server import ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from peer import Answering, b64, serve, unb64

TENANT, CLIENT, SECRET = "7f9a3f60-1111-4222-8333-444455556666", "sealpost-test", "hunter2-secret"
APP_SECRET, RESOURCE = "the-apps-secret", "https://vault.azure.net"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
keys, queued, tokens, seen, lock = {}, [], set(), [], threading.Lock()


class Version:
    def __init__(self, kty):
        self.name, self.kty, self.enabled, self.created = secrets.token_hex(16), kty, True, int(time.time())
        # 2048 bits, whatever is asked for: making bigger ones takes seconds.
        self.key = secrets.token_bytes(32) if kty.startswith("oct") else rsa.generate_private_key(65537, 2048)

    def attributes(self):
        return {"enabled": self.enabled, "created": self.created, "updated": self.created, "recoveryLevel": "Recoverable+Purgeable"}


def new_token():
    token = secrets.token_urlsafe(32)
    tokens.add(token)
    return token


class Identity(Answering):
    def do_GET(self):
        url, asked = urlsplit(self.path), {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        machine = (url.netloc, url.path) == ("169.254.169.254", "/metadata/identity/oauth2/token")
        if not machine and (url.netloc, url.path) != ("", "/msi/token"):
            return self.answer(404, {"error": "not_found"})
        if not machine and self.headers.get("X-IDENTITY-HEADER") != APP_SECRET:
            return self.answer(401, {"statusCode": 401, "message": "The X-IDENTITY-HEADER is wrong."})
        if machine and self.headers.get("Metadata") != "true":
            return self.answer(400, {"error": "bad_request_102", "error_description": "Required metadata header not specified"})
        if asked.get("api-version") != "2019-08-01" or asked.get("resource") != RESOURCE:
            return self.answer(400, {"error": "invalid_resource", "error_description": "AADSTS500011: The resource principal was not found."})
        if asked.get("client_id", CLIENT) != CLIENT:
            return self.answer(400, {"error": "invalid_request", "error_description": "Identity not found"})
        with lock:
            token, now = new_token(), int(time.time())
        self.answer(200, {"access_token": token, "client_id": CLIENT, "expires_in": "86399", "expires_on": str(now + 86399),
                          "ext_expires_in": "86399", "not_before": str(now), "resource": RESOURCE, "token_type": "Bearer"})


class Handler(Answering):
    def error(self, status, code, message, inner=None):
        error = {"code": code, "message": message}
        if inner:
            error["innererror"] = {"code": inner}
        self.answer(status, {"error": error})

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0].strip("/").split("/")
        with lock:
            if path[0] == "test":
                return self.control(path[1], json.loads(body))
            if path[-1] == "token":
                return self.token(path, body.decode())
            seen.append(f"{self.command} {'/'.join(path)}")
            if queued:
                status, headers, answer = queued.pop(0)
                return self.answer(status, answer, headers.items())
            if self.headers.get("Authorization", "")[7:] not in tokens:
                challenge = f'Bearer authorization="https://login.microsoftonline.com/{TENANT}", resource="{RESOURCE}"'
                return self.answer(401, {"error": {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}},
                                   [("WWW-Authenticate", challenge)])
            if path[0] != "keys" or "api-version=" not in self.path:
                return self.error(404, "NotFound", "no such resource")
            self.key(path[1], path[2:], json.loads(body or b"{}"))

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any

    def token(self, path, body):
        good = path[0] == TENANT and f"client_id={CLIENT}" in body and "scope=https%3A%2F%2Fvault.azure.net%2F.default" in body
        if not good or not (f"client_secret={SECRET}" in body or "client_assertion=the-pods-token" in body):
            return self.answer(401, {"error": "invalid_client", "error_codes": [7000215],
                                     "error_description": "AADSTS7000215: Invalid client secret provided."})
        self.answer(200, {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": new_token()})

    def control(self, what, body):
        if what == "next":
            queued.extend((one["status"], one.get("headers", {}), one.get("body", {})) for one in body)
        elif what == "key":
            keys[body["name"]].update({k: v for k, v in body.items() if k != "name"})
        elif what == "make":
            keys[body["name"]] = {"versions": [Version(body["kty"])], "deleted": False, "denied": False}
        elif what == "end-tokens":
            tokens.clear()
        requests = list(seen)
        seen.clear()
        self.answer(200, requests)

    def kid(self, name, version):
        return f"https://{self.headers['Host']}/keys/{name}/{version.name}"

    def bundle(self, name, version):
        jwk = {"kid": self.kid(name, version), "kty": version.kty, "key_ops": ["wrapKey", "unwrapKey"]}
        if not version.kty.startswith("oct"):
            numbers = version.key.public_key().public_numbers()
            jwk |= {"n": b64(numbers.n.to_bytes(256, "big")), "e": b64(numbers.e.to_bytes(3, "big"))}
        self.answer(200, {"key": jwk, "attributes": version.attributes(), "tags": {}})

    def key(self, name, rest, body):
        found = keys.get(name)
        if rest == ["create"]:
            if found and found["deleted"]:
                return self.error(409, "Conflict", f"Key {name} is currently in a deleted but recoverable state, and its name cannot be reused; "
                                  "in this state, the key can only be recovered or purged.", "ObjectIsDeletedButRecoverable")
            found = keys.setdefault(name, {"versions": [], "deleted": False, "denied": False})
            found["versions"].append(Version(body["kty"]))
            return self.bundle(name, found["versions"][-1])
        if found and found["denied"]:
            return self.error(403, "Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac")
        if not found:
            return self.error(404, "KeyNotFound", f"A key with (name/id) {name} was not found in this key vault. If you recently removed "
                              "this key you may be able to recover it using the correct recovery command.")
        if found["deleted"]:
            return self.error(404, "KeyNotFound", f"Key {name} is in a deleted but recoverable state.")
        if rest == ["versions"]:
            listed = [{"kid": self.kid(name, v), "attributes": v.attributes()} for v in found["versions"]]
            return self.answer(200, {"value": listed, "nextLink": None})
        if rest == ["rotate"]:
            found["versions"].append(Version(found["versions"][-1].kty))
            return self.bundle(name, found["versions"][-1])
        verb = rest.pop() if rest and rest[-1] in ("wrapkey", "unwrapkey") else None
        wanted = rest[0] if rest and rest[0] else found["versions"][-1].name
        version = next((v for v in found["versions"] if v.name == wanted), None)
        if not version:
            return self.error(404, "KeyNotFound", f"A key with (name/id) {name}/{wanted} was not found in this key vault.")
        if self.command == "PATCH":
            version.enabled = body["attributes"]["enabled"]
        if verb:
            if not version.enabled:
                return self.error(403, "Forbidden", "Operation is not allowed on a disabled key.", "KeyDisabled")
            return self.operate(name, version, verb, body)
        self.bundle(name, version)

    def operate(self, name, version, verb, body):
        symmetric = version.kty.startswith("oct")
        if body["alg"] != ("A256KW" if symmetric else "RSA-OAEP-256"):
            return self.error(400, "BadParameter", f"Key and alg {body['alg']} are incompatible")
        value = unb64(body["value"])
        try:
            if symmetric:
                result = (keywrap.aes_key_wrap if verb == "wrapkey" else keywrap.aes_key_unwrap)(version.key, value)
            else:
                result = version.key.public_key().encrypt(value, OAEP) if verb == "wrapkey" else version.key.decrypt(value, OAEP)
        except Exception:
            return self.error(400, "BadParameter", "The parameter is incorrect.")
        self.answer(200, {"kid": self.kid(name, version), "value": b64(result)})


def main(directory):
    identity = ThreadingHTTPServer(("127.0.0.1", 0), Identity)
    identity.daemon_threads = True
    threading.Thread(target=identity.serve_forever, daemon=True).start()
    with open(f"{directory}/identity", "w") as file:
        file.write(str(identity.server_address[1]))
    serve(directory, Handler)


main(sys.argv[1])
