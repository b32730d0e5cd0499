"""An SMS gateway for tests: writes down what it is posted, refuses what it is told to.

Prints "ready PORT" and then one JSON object a request. Ends when its input ends.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {"+4910000400": 400, "+4910000401": 401, "+4910000429": 429, "+4910000500": 500}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        message = json.loads(body)
        print(json.dumps({"path": self.path, "key": self.headers["x-api-key"], "type": self.headers["content-type"],
                          "message": message}), flush=True)
        to = message["to"]
        if to == "+4910000301":
            self.answer(301, b"", {"location": "/elsewhere"})
        elif to == "+4910000001":
            time.sleep(3600)
        elif to == "+4910000002":
            self.endless()
        else:
            self.answer(ANSWERS.get(to, 202), b'{"queued":true}')

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self):
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")
        except OSError:
            self.close_connection = True

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(f"ready {server.server_address[1]}", flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
