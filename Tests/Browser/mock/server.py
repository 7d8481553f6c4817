# SPDX-License-Identifier: Apache-2.0
"""Serves the client and the web API from a made-up archive, for tests of the user interface alone.

`python -m mock.server --port 8099 --studies 100000` (in Tests/Browser). User `reader`, password `phantom`.
POST /mock/arrive adds a study, /mock/fail?on=1 makes every list request fail, /mock/signout ends the sessions.
"""

import argparse
import gzip
import json
import pathlib
import queue
import re
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import catalogue

WEB = pathlib.Path(__file__).resolve().parents[3] / "Web" / "dist"
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
         ".wasm": "application/wasm"}
CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'self'")
SORTS = {
    "date": lambda s: (s["date"], s["time"]), "patientName": lambda s: s["patientName"].lower(),
    "patientID": lambda s: s["patientID"], "accession": lambda s: s["accession"],
    "description": lambda s: s["description"].lower(), "modality": lambda s: "/".join(s["modalities"]),
    "received": lambda s: s["lastReceived"],
}


class Archive:
    """State shared by all requests."""

    def __init__(self, count, setup_token=None, delay=0.0):
        now = time.time() - 600
        self.studies = [catalogue.study(i, count, now) for i in range(count)]
        self.setup_token, self.delay = setup_token, delay
        self.users = {} if setup_token else {"reader": "phantom"}
        self.failing, self.signed_in, self.streams = False, False, set()
        self.lock = threading.Lock()
        self.pixel_requests = []
        self.preferences = {}

    def page(self, query):
        words = query.get("search", [""])[0].lower().split()
        modalities = set(query.get("modality", []))
        low, high = query.get("from", [""])[0], query.get("to", ["99999999"])[0]

        def matches(study):
            text = f"{study['patientName']} {study['patientID']} {study['accession']} {study['description']}".lower()
            return (all(word in text for word in words) and (not modalities or modalities & set(study["modalities"]))
                    and low <= study["date"] <= high)

        with self.lock:
            found = [study for study in self.studies if matches(study)]
        found.sort(key=SORTS[query.get("sort", ["date"])[0]], reverse=query.get("order", ["desc"])[0] == "desc")
        offset, limit = int(query.get("offset", ["0"])[0]), int(query.get("limit", ["50"])[0])
        return {"total": len(found), "studies": found[offset:offset + limit]}

    def arrive(self):
        with self.lock:
            number = len(self.studies)
            study = catalogue.study(number, number, time.time() + number * 2600)
            study.update(patientName=f"Newcomer^Number {number}", modalities=["CT"])
            self.studies.append(study)
        self.announce(study["studyUID"])
        return study

    def announce(self, uid):
        for stream in list(self.streams):
            stream.put({"studyUID": uid, "at": int(time.time() * 1e6)})


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    archive: Archive

    def log_message(self, *_):
        """Quiet."""

    def reply(self, status, body=b"", kind="application/json", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", CSP)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def json(self, value, status=200):
        self.reply(status, json.dumps(value).encode())

    def problem(self, status, title, detail=""):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        self.reply(status, json.dumps(body).encode(), "application/problem+json")

    def body(self):
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length) or b"{}")

    @property
    def signed_in(self):
        return self.archive.signed_in and "martlet_session=1" in (self.headers.get("Cookie") or "")

    def do_POST(self):
        path = urllib.parse.urlsplit(self.path)
        if path.path == "/api/v1/session":
            given = self.body()
            if self.archive.users.get(given["name"]) != given["password"]:
                return self.problem(401, "Wrong name or password")
            return self.enter()
        if path.path == "/api/v1/setup":
            given = self.body()
            if given["token"] != self.archive.setup_token:
                return self.problem(403, "The link is not valid", "It was used before, or it is not complete.")
            self.archive.setup_token = None
            self.archive.users[given["name"]] = given["password"]
            return self.enter()
        return self.control(path)

    def enter(self):
        self.archive.signed_in = True
        self.reply(204, headers=[("Set-Cookie", "martlet_session=1; HttpOnly; SameSite=Strict; Path=/")])

    def control(self, path):
        self.body()
        if path.path == "/mock/arrive":
            return self.json(self.archive.arrive())
        if path.path == "/mock/fail":
            self.archive.failing = path.query == "on=1"
        elif path.path == "/mock/signout":
            self.archive.signed_in = False
        else:
            return self.problem(404, "Not found")
        return self.reply(204)

    def do_PUT(self):
        match = re.fullmatch(r"/api/v1/preferences/([a-z-]+)", self.path)
        if not match or self.headers.get("X-Martlet-CSRF") != "csrf":
            return self.problem(404, "Not found")
        self.archive.preferences[match[1]] = self.body()
        return self.reply(204)

    def do_DELETE(self):
        if self.headers.get("X-Martlet-CSRF") != "csrf":
            return self.problem(403, "CSRF token missing")
        self.archive.signed_in = False
        return self.reply(204)

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        if path.path == "/api/v1/setup":
            return self.json({"needed": self.archive.setup_token is not None})
        if path.path.startswith(("/api/", "/dicom-web/")):
            if not self.signed_in:
                return self.problem(401, "Sign in first")
            return self.api(path)
        name = "index.html" if path.path == "/" else path.path.lstrip("/")
        file = WEB / name
        if not re.fullmatch(r"[a-z.]+|parts/[A-Za-z0-9.-]+", name) or not file.is_file():
            return self.problem(404, "Not found")
        return self.reply(200, file.read_bytes(), TYPES[file.suffix])

    def api(self, path):
        if path.path == "/api/v1/session":
            return self.json({
                "name": "reader", "displayName": "Dr. R. Reader", "role": "administrator", "csrfToken": "csrf"})
        if match := re.fullmatch(r"/api/v1/preferences/([a-z-]+)", path.path):
            return self.json(self.archive.preferences.get(match[1]))
        if path.path == "/api/v1/events":
            return self.stream()
        if path.path == "/api/v1/studies":
            if self.archive.failing:
                return self.problem(503, "The index is busy", "Try again in a moment.")
            return self.json(self.archive.page(urllib.parse.parse_qs(path.query)))
        if match := re.fullmatch(r"/api/v1/studies/([^/]+)", path.path):
            study = next((s for s in self.archive.studies if s["studyUID"] == match[1]), None)
            return self.json(catalogue.detail(study)) if study else self.problem(404, "Not found", "No such study.")
        if match := re.fullmatch(r".*/series/([^/]+)/instances/([^/]+)/frames/(\d+)/pixels", path.path):
            return self.pixels(match[1], match[2], int(match[3]))
        if match := re.fullmatch(r"/dicom-web/studies/[^/]+/series/([^/]+)/thumbnail", path.path):
            image = catalogue.thumbnail(match[1])
            return self.reply(200, image, "image/png") if image else self.problem(404, "No thumbnail")
        if re.fullmatch(r"/dicom-web/studies/[^/]+/series/[^/]+/instances/[^/]+", path.path):
            body = b"--x\r\nContent-Type: application/dicom\r\n\r\n" + bytes(128) + b"DICM\r\n--x--\r\n"
            return self.reply(200, body, 'multipart/related; type="application/dicom"; boundary=x')
        return self.problem(404, "Not found")

    def pixels(self, series, sop, frame):
        self.archive.pixel_requests.append((series, sop, frame))
        time.sleep(self.archive.delay)
        found = catalogue.pixels(series, sop, frame)
        if not found:
            return self.problem(415, "This image cannot be decoded", "Its transfer syntax is not supported.")
        data, values = found
        names = ("Rows", "Columns", "Samples", "Bits-Allocated", "Signed", "Photometric")
        headers = [(f"X-Martlet-{name}", str(value)) for name, value in zip(names, values)]
        if "gzip" in (self.headers.get("Accept-Encoding") or ""):
            data = gzip.compress(data, 1)
            headers.append(("Content-Encoding", "gzip"))
        return self.reply(200, data, "application/octet-stream", headers)

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        events = queue.Queue()
        self.archive.streams.add(events)
        try:
            self.wfile.write(b": open\n\n")
            while True:
                try:
                    self.wfile.write(f"event: study\ndata: {json.dumps(events.get(timeout=5))}\n\n".encode())
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
        except OSError:
            self.close_connection = True
        finally:
            self.archive.streams.discard(events)


def serve(archive, port=0):
    """A server on loopback, not yet running."""
    handler = type("BoundHandler", (Handler,), {"archive": archive})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each frame")
    options = parser.parse_args()
    server = serve(Archive(options.studies, delay=options.delay), options.port)
    print(f"http://127.0.0.1:{options.port}/  user reader, password phantom")
    server.serve_forever()


if __name__ == "__main__":
    main()
