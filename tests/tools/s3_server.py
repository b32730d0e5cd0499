"""S3 and STS for tests: moto's server, with two ways of the real thing that it lacks.

Of several PUTs with If-None-Match at the same time, one wins. Parameters of STS may stand in the address.
"""

import io
import sys
import threading


from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple


class Server:
    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.one_by_one = threading.Lock()

    def __call__(self, environ, start_response):
        query = environ.get("QUERY_STRING", "")
        if environ["REQUEST_METHOD"] == "POST" and "Action=AssumeRole" in query:
            self.replace_body(environ, query.encode())
            environ["QUERY_STRING"] = ""
            environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
        if not environ.get("HTTP_IF_NONE_MATCH"):
            return self.moto(environ, start_response)
        # Before the lock is held: whoever is slow delays nobody else.
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if len(body) < length:
            start_response("400 Bad Request", [("Content-Type", "application/xml")])
            return [b"<Error><Code>IncompleteBody</Code></Error>"]
        self.replace_body(environ, body)
        with self.one_by_one:
            return list(self.moto(environ, start_response))

    @staticmethod
    def replace_body(environ, body):
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))


class Handler(WSGIRequestHandler):
    # Connections stay open, as those of S3 do.
    protocol_version = "HTTP/1.1"


run_simple("127.0.0.1", int(sys.argv[1]), Server(), threaded=True, request_handler=Handler)
