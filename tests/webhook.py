"""A webhook to be called."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event


class Webhook:
    """A server on this machine that keeps what it is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.bodies: list[dict] = []
        self.content_types: list[str | None] = []
        self.status = 200
        self.status_line = ""
        """What it answers with in place of a status of HTTP."""
        self.drips = False
        """Whether it answers a byte at a time, until it may answer."""
        self.answers = Event()
        self.answers.set()
        self.called = Event()
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.bodies.append(json.loads(body))
                webhook.content_types.append(self.headers["Content-Type"])
                webhook.called.set()
                for _ in range(150):
                    if webhook.answers.wait(0.2):
                        break
                    if webhook.drips:
                        self.wfile.write(b"H")
                if webhook.status_line:
                    self.wfile.write(webhook.status_line.encode())
                    return
                self.send_response(webhook.status)
                self.send_header("Location", webhook.url)
                self.end_headers()

            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=secret"
