# SPDX-License-Identifier: Apache-2.0
"""Who may do what: set-up, log in, sessions, tokens, roles, callers."""
import json
import re
import socket
import ssl
import urllib.request

import pytest
from dicom_wire import VERIFICATION, EXPLICIT_LITTLE_ENDIAN, Rejected, Wire
from martlet_server import PASSWORD, MartletServer, prepared_server

JSON = {"Content-Type": "application/json"}
CONTEXT = [(1, VERIFICATION, [EXPLICIT_LITTLE_ENDIAN])]


def log_in(server, name="admin", password=PASSWORD):
    return server.request(
        "/api/v1/session", "POST", json.dumps({"name": name, "password": password}).encode(), JSON, token=False)


def cookie(headers):
    return headers["Set-Cookie"].split(";")[0]


def test_first_start_prints_a_one_time_link(tmp_path):
    with MartletServer(tmp_path / "data") as server:
        assert server.json("/api/v1/setup", token=False)["needed"] is True
        link = re.search(r"http://\S+/#/setup\?token=(\S+)", server.log_tail())
        assert link, server.log_tail()
        body = {"token": "wrong" + link[1], "name": "chief", "displayName": "Chief", "password": PASSWORD}
        assert server.request("/api/v1/setup", "POST", json.dumps(body).encode(), JSON)[0] in (401, 403)
        body["token"] = link[1]
        status, headers, _ = server.request("/api/v1/setup", "POST", json.dumps(body).encode(), JSON)
        assert status == 204 and "martlet_session=" in headers["Set-Cookie"]
        assert server.json("/api/v1/setup", token=False)["needed"] is False
        assert server.request("/api/v1/setup", "POST", json.dumps(body).encode(), JSON)[0] in (401, 403, 404, 409)
        assert log_in(server, "chief")[0] == 204


def test_session_cookie(server):
    status, headers, _ = log_in(server)
    assert status == 204
    attributes = headers["Set-Cookie"].lower()
    assert "httponly" in attributes and "samesite=strict" in attributes
    status, _, body = server.request("/api/v1/session", headers={"Cookie": cookie(headers)}, token=False)
    described = json.loads(body)
    assert status == 200 and described["name"] == "admin" and described["role"] == "administrator"
    without = server.request("/api/v1/session", "DELETE", headers={"Cookie": cookie(headers)}, token=False)
    assert without[0] == 403  # no CSRF header
    assert server.request("/api/v1/session", "DELETE", token=False, headers={
        "Cookie": cookie(headers), "X-Martlet-CSRF": described["csrfToken"]})[0] == 204
    assert server.request("/api/v1/session", headers={"Cookie": cookie(headers)}, token=False)[0] == 401


@pytest.mark.parametrize("name, password", [("admin", "wrong password"), ("nobody", PASSWORD), ("", "")])
def test_wrong_password(server, name, password):
    assert log_in(server, name, password)[0] in (400, 401)


@pytest.mark.parametrize("path", [
    "/dicom-web/studies", "/api/v1/studies", "/api/v1/nodes", "/api/v1/system", "/api/v1/incidents", "/api/v1/events"])
def test_nothing_without_a_name(server, path):
    assert server.request(path, token=False)[0] == 401
    assert server.request(path, headers={"Authorization": "Bearer 0000"}, token=False)[0] == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_open_on_loopback(server, path):
    assert server.request(path, token=False)[0] == 200


def test_a_reader_reads_and_does_not_administer(server):
    server.add_user("reader", "clinician", PASSWORD)
    administrator = server.token
    token = server.create_token("reader")
    server.token = administrator
    bearer = {"Authorization": f"Bearer {token}"}
    assert server.request("/api/v1/studies", headers=bearer)[0] == 200
    assert server.request("/dicom-web/studies", headers=bearer)[0] in (200, 204)
    assert server.request("/api/v1/nodes", headers=bearer)[0] == 403
    assert server.request("/api/v1/system", headers=bearer)[0] == 403


def test_security_headers(server):
    _, headers, body = server.request("/", token=False)
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert b"<script>" not in body


def test_paths_do_not_climb(server):
    for path in ("/../Package.swift", "/%2e%2e/Package.swift", "/..%2f..%2fetc/passwd"):
        status, _, body = server.request(path, token=False)
        assert b"root:" not in body and b"swift-tools-version" not in body


def test_unknown_callers_are_refused_when_told(tmp_path):
    server = prepared_server(tmp_path / "data", environment={"MARTLET_ACCEPT_UNKNOWN_CALLERS": "never"})
    try:
        with pytest.raises(Rejected) as refusal, Wire("127.0.0.1", server.dicom_port) as wire:
            wire.associate(CONTEXT, calling="STRANGER")
        assert (refusal.value.result, refusal.value.source, refusal.value.reason) == (1, 1, 3)
        server.add_node("FRIEND", "127.0.0.1", 4242)
        with Wire("127.0.0.1", server.dicom_port) as wire:
            wire.associate(CONTEXT, calling="FRIEND")
            assert wire.echo(1) == 0
            wire.release()
    finally:
        server.stop()


def outward_address():
    """This machine's own address that is not loopback; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


def test_unknown_callers_are_accepted_on_loopback_only(tmp_path):
    address = outward_address()
    if address.startswith("127."):
        pytest.skip("this machine has no other address than loopback")
    server = prepared_server(tmp_path / "data", extra=["--dicom-bind", "0.0.0.0"])
    try:
        with Wire("127.0.0.1", server.dicom_port) as wire:
            wire.associate(CONTEXT, calling="STRANGER")
            wire.release()
        with pytest.raises(Rejected), Wire(address, server.dicom_port) as wire:
            wire.associate(CONTEXT, calling="STRANGER")
    finally:
        server.stop()


def test_plain_http_stays_on_loopback(tmp_path):
    address = outward_address()
    if address.startswith("127."):
        pytest.skip("this machine has no other address than loopback")
    server = prepared_server(tmp_path / "data", extra=["--web-bind", "0.0.0.0"])
    try:
        with pytest.raises(OSError):
            socket.create_connection((address, server.http_port), timeout=5).close()
        unverified = ssl._create_unverified_context()  # the certificate is self-made
        with urllib.request.urlopen(
                f"https://{address}:{server.https_port}/healthz", context=unverified, timeout=10) as answer:
            assert answer.status == 200
    finally:
        server.stop()


def test_sigterm_ends_cleanly(tmp_path):
    server = prepared_server(tmp_path / "data")
    with Wire("127.0.0.1", server.dicom_port) as wire:
        wire.associate(CONTEXT)
        assert server.stop() == 0
