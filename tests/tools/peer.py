"""What servers have in common that speak for somebody else's service in tests.

Each is run as SCRIPT DIRECTORY. It serves HTTPS on a free port of this machine; it writes its certificate to DIRECTORY/cert.pem and then its
port to DIRECTORY/port, and ends when its standard input does. What stands below /test/ is for the test that runs it.
"""
import base64, datetime, ipaddress, json, os, ssl, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Answering(BaseHTTPRequestHandler):
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


def serve(directory, handler):
    certificate(directory)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{directory}/cert.pem", f"{directory}/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(f"{directory}/port.new", "w") as file:
        file.write(str(server.server_address[1]))
    os.rename(f"{directory}/port.new", f"{directory}/port")
    sys.stdin.read()
