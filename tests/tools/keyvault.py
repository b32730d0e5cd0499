#!/usr/bin/python3
"""Azure Key Vault as far as its REST API is used: keys with versions, wrapping and unwrapping by real keys, tokens.

Usage: keyvault.py DIRECTORY. Serves HTTPS on a free port of this machine; writes its certificate to DIRECTORY/cert.pem and then
its port to DIRECTORY/port. Ends when its standard input does. What it answers has the shapes of the real service (api-version
2025-07-01). Two more paths are for tests: POST /test/next queues an answer for the next request to a key, POST /test/key changes a key,
POST /test/make makes one.
"""
import base64, datetime, ipaddress, json, os, secrets, ssl, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

TENANT, CLIENT, SECRET = "7f9a3f60-1111-4222-8333-444455556666", "sealpost-test", "hunter2-secret"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
keys, queued, tokens, seen, lock = {}, [], set(), [], threading.Lock()


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Version:
    def __init__(self, kty):
        self.name, self.kty, self.enabled, self.created = secrets.token_hex(16), kty, True, int(time.time())
        # 2048 bits, whatever is asked for: making bigger ones takes seconds.
        self.key = secrets.token_bytes(32) if kty.startswith("oct") else rsa.generate_private_key(65537, 2048)

    def attributes(self):
        return {"enabled": self.enabled, "created": self.created, "updated": self.created, "recoveryLevel": "Recoverable+Purgeable"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

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
                challenge = f'Bearer authorization="https://login.microsoftonline.com/{TENANT}", resource="https://vault.azure.net"'
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
        token = secrets.token_urlsafe(32)
        tokens.add(token)
        self.answer(200, {"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token})

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


def certificate(directory):
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime(2024, 1, 1)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(now).not_valid_after(now.replace(year=2044)).add_extension(names, False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    with open(f"{directory}/key.pem", "wb") as file:
        file.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    with open(f"{directory}/cert.pem", "wb") as file:
        file.write(made.public_bytes(pem))


def main(directory):
    certificate(directory)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{directory}/cert.pem", f"{directory}/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(f"{directory}/port.new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(f"{directory}/port.new", f"{directory}/port")
    sys.stdin.read()


main(sys.argv[1])
