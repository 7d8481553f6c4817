# SPDX-License-Identifier: Apache-2.0
"""Links that open the viewer: for who has no account, and from a page of another system for who has one."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from martlet_server import PASSWORD


@pytest.fixture
def study(server):
    return server.json("/dicom-web/studies")[0]["0020000D"]["Value"][0]


def test_a_signed_link_shows_its_study_to_who_has_no_account(reader, server, study):
    status, _, body = server.request(
        "/api/v1/links", "POST", json.dumps({"studies": [study], "minutes": 5}).encode(),
        {"Content-Type": "application/json"})
    assert status == 201
    reader.page.goto(json.loads(body)["url"])
    reader.open_series("CT phantom")
    assert "Phantom, Geometry" in reader.corner("topLeft")
    reader.wheel(3)
    reader.wait_image(4)
    reader.picture("by link")
    # The rest of the archive stays shut.
    shown = reader.page.evaluate("fetch('/api/v1/studies').then(answer => answer.status)")
    assert shown == 403
    reader.mistakes.clear()


@pytest.fixture
def portal(server, study):
    """A page of another system, on another host, with a button into the viewer."""
    address = f"{server.url}/IHEInvokeImageDisplay?requestType=STUDY&studyUID={study}"

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            body = f'<!DOCTYPE html><title>Portal</title><a id="images" href="{address}">Images</a>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://localhost:{running.server_address[1]}/"
    running.shutdown()
    running.server_close()


def test_invoke_image_display_from_another_system(reader, server, portal):
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.wait_total(1)
    reader.page.goto(portal)
    reader.page.locator("#images").click()
    reader.open_series("CT phantom")
    assert "Phantom, Geometry" in reader.corner("topLeft")
