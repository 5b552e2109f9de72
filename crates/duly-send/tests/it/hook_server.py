"""A receiver of webhooks for tests: Python's HTTP server, which checks signatures with Python's own
HMAC. Prints its port, then each request as a line of JSON. The path says what it answers."""

import base64
import hashlib
import hmac
import http.server
import json
import sys
import time

KEY = base64.b64decode(sys.argv[1].removeprefix("whsec_"))


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        at = self.headers["webhook-timestamp"]
        signed = f"{self.headers['webhook-id']}.{at}.".encode() + body
        code = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        right = hmac.compare_digest(self.headers["webhook-signature"], f"v1,{code}")
        seen = {
            "path": self.path,
            "id": self.headers["webhook-id"],
            "at": at,
            "right": right,
            "body": body.decode(),
        }
        print(json.dumps(seen), flush=True)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("location", "/ok")
        elif self.path == "/slow":
            time.sleep(30)
            return
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                return
        elif self.path.startswith("/answer-"):
            self.send_response(int(self.path.removeprefix("/answer-")))
        else:
            self.send_response(200 if right else 401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
