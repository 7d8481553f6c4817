# SPDX-License-Identifier: Apache-2.0
"""OHIF beside Martlet: the viewer's files, and `/dicom-web` passed on with a bearer token, as a proxy does.

OHIF's build stands in the wheel of monailabel 0.8.5; `scripts/ohif` unpacks it into .build/ohif."""
import http.client
import mimetypes
import posixpath
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from martlet_server import ROOT

FOLDER = ROOT / ".build" / "ohif"
CONFIGURATION = """
window.config = {
  routerBasename: '/ohif/', showStudyList: true, extensions: [], modes: [], useSharedArrayBuffer: 'FALSE',
  showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false, showLoadingIndicator: true,
  defaultDataSourceName: 'dicomweb', investigationalUseDialog: { option: 'never' },
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb', sourceName: 'dicomweb',
    configuration: {
      friendlyName: 'Martlet', name: 'Martlet', wadoUriRoot: '/wado', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web',
      qidoSupportsIncludeField: true, imageRendering: 'wadors', thumbnailRendering: 'wadors',
      enableStudyLazyLoad: true, supportsFuzzyMatching: true, supportsWildcard: true, singlepart: 'bulkdata,video,pdf',
      bulkDataURI: { enabled: true },
    },
  }],
};
"""
SINGLE_HOP = {"connection", "transfer-encoding", "keep-alive", "host", "content-length"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    martlet = None

    def do_GET(self):  # noqa: N802
        path = posixpath.normpath(unquote(urlsplit(self.path).path))
        if path.startswith(("/dicom-web", "/wado")):
            return self.forward()
        if path.startswith("/ohif"):
            return self.file(path[len("/ohif"):].lstrip("/"))
        return self.answer(404, "text/plain", b"")

    do_POST = do_GET  # noqa: N815

    def forward(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        sent = {name: value for name, value in self.headers.items() if name.lower() not in SINGLE_HOP}
        sent["Authorization"] = f"Bearer {self.martlet.token}"
        sent["Host"] = self.headers["Host"]
        sent["X-Forwarded-For"] = self.client_address[0]
        connection = http.client.HTTPConnection(self.martlet.host, self.martlet.http_port, timeout=60)
        connection.request(self.command, self.path, body, sent)
        answer = connection.getresponse()
        content = answer.read()
        self.server.passed.append((self.command, self.path, answer.status))
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in SINGLE_HOP}
        headers.pop("Content-Security-Policy", None)
        self.answer(answer.status, headers.pop("Content-Type", None), content, headers)
        connection.close()

    def file(self, name):
        found = FOLDER / (name or "index.html")
        if name == "app-config.js":
            return self.answer(200, "text/javascript", CONFIGURATION.encode())
        if not found.is_file():
            found = FOLDER / "index.html"
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        return self.answer(200, "application/wasm" if found.suffix == ".wasm" else kind, found.read_bytes())

    def answer(self, status, kind, body, headers=None):
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(martlet):
    """A running proxy; `passed` lists what went to Martlet, with its status."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"martlet": martlet}))
    server.daemon_threads = True
    server.passed = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
