"""https_server.py - an HTTPS server on loopback that records what is posted to it, and answers as it is told."""

import http.server
import json
import ssl
import threading
import time

from ground import wait_for


class Request:
    """One POST as the server got it."""

    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.at = time.monotonic()

    @property
    def json(self):
        return json.loads(self.body)


class HttpsServer:
    """answer(request) -> (status, {header: value}, body); by default 200. The certificate is the authority's NAME."""

    def __init__(self, ca, answer=None, certificate="good"):
        self.requests = []
        self.connections = 0
        self.answer = answer or (lambda request: (200, {}, b"taken\n"))
        self.ca = ca
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = Request(self.path, dict(self.headers), body)
                server.requests.append(request)
                status, headers, answer = server.answer(request)
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass  # whoever asked has gone meanwhile

            def do_GET(self):
                server.requests.append(Request(self.path, dict(self.headers), b"GET"))
                self.send_error(405)

            def log_message(self, *args):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, client_address):
                server.connections += 1
                try:
                    request.settimeout(30)
                    super().finish_request(context.wrap_socket(request, server_side=True), client_address)
                except (ssl.SSLError, OSError):
                    pass  # a client that does not trust us

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ca / f"{certificate}.pem", ca / f"{certificate}.key")
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def url(self, path="/hook", host="localhost"):
        return f"https://{host}:{self.port}{path}"

    def wait(self, count, timeout=30):
        """The first so many requests, when they have come."""
        wait_for(f"{count} requests", lambda: len(self.requests) >= count, timeout)
        return self.requests[:count]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)
