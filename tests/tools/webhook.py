"""Takes webhooks over HTTPS, as somebody would who has read docs/forwarding.md.

webhook.py DIRECTORY PORT: `server.pem` and `server.key` are its certificate; `answer` is the status that it gives. Each
request becomes a line of `received`. Says `ready PORT`, and ends when its input does.
"""

import http.server
import json
import os
import ssl
import sys
import threading

directory, port = sys.argv[1], int(sys.argv[2])


def path(name):
    return os.path.join(directory, name)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with open(path("answer")) as file:
            status = int(file.read())
        request = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode(),
            "status": status,
        }
        with open(path("received"), "a") as file:
            file.write(json.dumps(request) + "\n")
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", f"https://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(path("server.pem"), path("server.key"))
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", server.server_port, flush=True)
sys.stdin.read()
