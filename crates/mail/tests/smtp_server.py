"""An SMTP server for tests: writes down what it receives, refuses what it is told to.

Prints "ready PORT" and then one JSON object a received message. Ends when its input ends.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("unknown@"):
            return f"550 5.1.1 <{address}> no such user"
        if address.startswith("relayed@"):
            return f"554 5.7.1 <{address}> relaying denied"
        if address.startswith("terse@"):
            return f"550 <{address}> no"
        if address.startswith("busy@"):
            return f"451 4.3.0 <{address}> try later"
        if address.startswith("stall@"):
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        text = mail.get_body(("plain",))
        received = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "login": session.auth_data.login.decode() if session.authenticated else None,
            "peer_port": session.peer[1],
            "content": base64.b64encode(envelope.original_content).decode(),
            "text": text.get_content() if text else None,
        }
        print(json.dumps(received), flush=True)
        return "250 OK"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--certificate")
    arguments.add_argument("--key")
    arguments.add_argument("--implicit", action="store_true")
    arguments.add_argument("--ascii", action="store_true", help="takes ASCII addresses only")
    arguments.add_argument("--port", type=int, default=0, help="any free one if 0")
    arguments.add_argument("--login", help="user:password that must be shown")
    arguments = arguments.parse_args()

    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate, arguments.key)

    def authenticate(server, session, envelope, mechanism, data):
        user, password = arguments.login.encode().split(b":", 1)
        return AuthResult(success=data == LoginPassword(user, password), handled=False, auth_data=data)

    def session():
        starttls = context if not arguments.implicit else None
        return SMTP(
            Handler(),
            hostname="test.example",
            enable_SMTPUTF8=not arguments.ascii,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticate if arguments.login else None,
            auth_required=bool(arguments.login),
            auth_require_tls=context is not None and not arguments.implicit,
        )

    async def serve():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            session, "127.0.0.1", arguments.port, ssl=context if arguments.implicit else None
        )
        print("ready", server.sockets[0].getsockname()[1], flush=True)
        # The test holds the other end of this pipe, so that no server outlives its test.
        await loop.run_in_executor(None, sys.stdin.read)

    asyncio.run(serve())


main()
