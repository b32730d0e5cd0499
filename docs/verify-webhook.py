"""Whether a request with audit entries comes from Sealpost: docs/forwarding.md, "Webhooks"."""

import base64
import hashlib
import hmac
import time


def verify(secret: str, headers, body: bytes, now: float | None = None) -> bool:
    """`secret` is `whsec_…`; `headers` gives the request's headers by name; `body` is what came, byte for byte."""
    name, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs((time.time() if now is None else now) - int(sent_at)) > 300:
        return False  # old: somebody may have kept it
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{name}.{sent_at}.".encode() + body
    right = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    # One signature for each secret that counts.
    return any(hmac.compare_digest(right, one) for one in headers["webhook-signature"].split())
