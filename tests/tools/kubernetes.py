#!/usr/bin/python3
"""The API server of Kubernetes as far as others ask it whose a token is: tokens of service accounts, really signed and really looked at.

Usage: kubernetes.py DIRECTORY (peer.py says the rest). What it answers has the shapes of the real one (TokenReview of
authentication.k8s.io/v1). POST /test/token makes a token of an account, POST /test/end ends one.
"""
import json, sys, threading, time, uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from peer import Answering, b64, serve, unb64

# Whose tokens may be asked with: the role system:auth-delegator.
REVIEWER = "system:serviceaccount:vault:reviewer"
AUDIENCE = "https://kubernetes.default.svc"
signing, accounts, ended, lock = rsa.generate_private_key(65537, 2048), {}, set(), threading.Lock()


def token(namespace, name):
    uid = accounts.setdefault(f"system:serviceaccount:{namespace}:{name}", str(uuid.uuid4()))
    now = int(time.time())
    claims = {"aud": [AUDIENCE], "exp": now + 3600, "iat": now, "iss": AUDIENCE, "jti": str(uuid.uuid4()), "nbf": now,
              "sub": f"system:serviceaccount:{namespace}:{name}",
              "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}}}
    signed = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "1"}, claims))
    return f"{signed}.{b64(signing.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def holder(token):
    """Name and uid of the account whose token it is, or nothing."""
    try:
        signed, _, signature = token.rpartition(".")
        signing.public_key().verify(unb64(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        claims = json.loads(unb64(signed.split(".")[1]))
    except (InvalidSignature, ValueError, IndexError):
        return None
    uid = claims["kubernetes.io"]["serviceaccount"]["uid"]
    counts = token not in ended and claims["exp"] > time.time() and accounts.get(claims["sub"]) == uid
    return (claims["sub"], uid) if counts else None


class Handler(Answering):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        with lock:
            if self.path == "/test/token":
                return self.answer(200, token(body["namespace"], body["name"]))
            if self.path == "/test/end":
                return self.answer(200, ended.add(body["token"]))
            if self.path != "/apis/authentication.k8s.io/v1/tokenreviews":
                return self.refuse(404, "NotFound", "the server could not find the requested resource")
            asking = holder(self.headers.get("Authorization", "").removeprefix("Bearer "))
            if not asking:
                return self.refuse(401, "Unauthorized", "Unauthorized")
            if asking[0] != REVIEWER:
                return self.refuse(403, "Forbidden", f'tokenreviews.authentication.k8s.io is forbidden: User "{asking[0]}" cannot create it')
            found = holder(body["spec"]["token"])
            status = {"user": {}, "error": "[invalid bearer token]"}
            if found:
                namespace = found[0].split(":")[2]
                groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
                status = {"authenticated": True, "user": {"username": found[0], "uid": found[1], "groups": groups}, "audiences": [AUDIENCE]}
            self.answer(201, {"kind": "TokenReview", "apiVersion": "authentication.k8s.io/v1", "metadata": {}, "spec": body["spec"], "status": status})

    def refuse(self, code, reason, message):
        self.answer(code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code})


serve(sys.argv[1], Handler)
