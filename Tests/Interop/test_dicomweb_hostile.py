# SPDX-License-Identifier: Apache-2.0
"""Requests that mean harm, or make no sense: each gets the status that the standard has for it."""
import http.client
import json
import time

import pytest

HEAD = b'--XX\r\nContent-Type: application/dicom\r\n\r\n'
MULTIPART = 'multipart/related; type="application/dicom"; boundary=XX'


@pytest.fixture(scope="module")
def instance(server, ct_files, ct_study):
    status, _, _ = server.request(
        "/dicom-web/studies", "POST", ct_files[0].read_bytes(), {"Content-Type": "application/dicom"})
    assert status == 200
    return (f"/dicom-web/studies/{ct_study.StudyInstanceUID}/series/{ct_study.SeriesInstanceUID}"
            f"/instances/{ct_study.SOPInstanceUID}")


def problem(server, path, *arguments, **options):
    status, headers, body = server.request(path, *arguments, **options)
    assert headers["Content-Type"] == "application/problem+json", body
    told = json.loads(body)
    assert told["status"] == status and len(told["detail"]) > 10
    return status, told["detail"]


@pytest.mark.parametrize("kind,body,expected", [
    (MULTIPART, b"", 400), (MULTIPART, b"no boundary at all", 400), (MULTIPART, HEAD, 400),
    (MULTIPART, b"--XX\r\nno colon\r\n\r\nx\r\n--XX--", 400), (MULTIPART, b"--XX--\r\n", 400),
    (MULTIPART, b"--XX\r\n" + b"A: " + b"x" * 100_000 + b"\r\n\r\n\r\n--XX--", 413),
    ("multipart/related; boundary=", b"x", 400), ("multipart/related", b"x", 400),
    ("multipart/related; type=x", b"", 400),
    ('multipart/related; type="application/dicom"; boundary="' + "x" * 100 + '"', b"x", 400),
    ("application/dicom+json; charset=klingon", b"[]", 415), ("application/dicom+json", b"[" * 200_000, 400),
    ("application/dicom+json", b'[{"00080018":{"vr":"UI","Value":[{"x":', 400),
    ("application/dicom+xml", b"<a><b></a>", 400),
    ("application/dicom+xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><NativeDicomModel>&b;', 400),
    ("application/x-www-form-urlencoded", b"a=b", 415), ("", b"x", 415), ("////", b"x", 400),
])
def test_broken_messages(server, kind, body, expected):
    status, _ = problem(server, "/dicom-web/studies", "POST", body, {"Content-Type": kind or "text/x"})
    assert status == expected


def test_parts_that_end_early_are_told_one_by_one(server, ct_files):
    body = HEAD + ct_files[1].read_bytes() + b"\r\n" + HEAD + ct_files[2].read_bytes()[:5000]
    status, _, answer = server.request("/dicom-web/studies", "POST", body, {"Content-Type": MULTIPART})
    assert status == 202
    told = json.loads(answer)
    assert len(told["00081199"]["Value"]) == 1 and told.get("00081198") or told.get("0008119A")


@pytest.mark.parametrize("kind", ["application/dicom+json", "application/dicom+xml"])
def test_a_gigabyte_of_text_is_refused_at_once(server, kind):
    """Announced, it is not read at all; unannounced, the server stops reading and keeps little of it."""
    connection = http.client.HTTPConnection(server.host, server.http_port, timeout=30)
    connection.putrequest("POST", "/dicom-web/studies")
    credentials = ("Authorization", f"Bearer {server.token}")
    for name, value in (credentials, ("Content-Type", kind), ("Content-Length", 1 << 30)):
        connection.putheader(name, str(value))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    before, sent, start = server.memory(), 0, time.monotonic()
    connection = http.client.HTTPConnection(server.host, server.http_port, timeout=30)
    connection.putrequest("POST", "/dicom-web/studies")
    for name, value in (credentials, ("Content-Type", kind), ("Transfer-Encoding", "chunked")):
        connection.putheader(name, value)
    connection.endheaders()
    piece = b"%x\r\n" % (1 << 20) + b" " * (1 << 20) + b"\r\n"
    try:
        while sent < 1 << 30:
            connection.send(piece)
            sent += 1 << 20
    except OSError:
        pass
    connection.close()
    assert sent < 512 << 20, "the server went on reading"
    assert time.monotonic() - start < 30
    assert server.memory("VmHWM") - before < 600 << 20
    assert server.is_ready()


@pytest.mark.parametrize("path,expected", [
    ("/dicom-web/studies/../../etc/passwd", {400, 404}), ("/dicom-web/studies/..%2f..%2fetc%2fpasswd", {400}),
    ("/dicom-web/studies/%00", {400}), ("/dicom-web/studies/1.2.3%0d%0aX:%20y", {400}),
    ("/dicom-web/studies/" + "1" * 65, {400}), ("/dicom-web/studies/" + "1." * 5000, {400, 414, 431}),
    ("/dicom-web/studies/1'%20OR%20'1'='1", {400}), ("/%2e%2e/%2e%2e/etc/passwd", {400, 404}),
    ("/dicom-web//studies", {200, 204, 404}),
])
def test_path_tricks(server, instance, path, expected):
    status, _, body = server.request(path)
    assert status in expected and b"root:" not in body


@pytest.mark.parametrize("more", ["/frames/0", "/frames/-1", "/frames/1,", "/frames/1,a",
                                  "/frames/99999999999999999999", "/bulkdata/x", "/bulkdata/7FE00010/1",
                                  "/bulkdata/../../metadata"])
def test_frames_and_places_that_are_none(server, instance, more):
    status, _ = problem(server, instance + more)
    assert status in (400, 404)


@pytest.mark.parametrize("accept", [";;;", "a/b;q=x", 'multipart/related; type="', "a/b" + ";x=y" * 1000,
                                    ",".join(["a/b"] * 500)])
def test_bad_accept(server, instance, accept):
    status, _ = problem(server, instance + "/metadata", headers={"Accept": accept})
    assert status in (400, 406)


@pytest.mark.parametrize("query", ["charset=klingon", "accept=text/html"])
def test_unknown_forms_by_query(server, instance, query):
    assert problem(server, f"{instance}/metadata?{query}")[0] == 406


@pytest.mark.parametrize("query", [
    "limit=-1", "limit=x", "offset=-5", "limit=99999999999999999999", "PatientName=%", "PatientName=%zz",
    "NoSuchKeyword=1", "0010001=1", "StudyDate=yesterday", "StudyTime=noon", "StudyInstanceUID=x", "includefield=x",
    "fuzzymatching=maybe",
    "RequestAttributesSequence=1", "&".join(["PatientID=1"] * 300), "PixelData=1",
    ".".join(["RequestAttributesSequence"] * 50) + "=1",
])
def test_searches_that_make_no_sense(server, instance, query):
    status, _ = problem(server, f"/dicom-web/studies?{query}")
    assert status in (400, 413)


@pytest.mark.parametrize("method,expected", [("PUT", 405), ("PATCH", 405), ("BREW", {400, 405, 501})])
def test_methods(server, instance, method, expected):
    status, headers, _ = server.request("/dicom-web/studies", method)
    assert status in (expected if isinstance(expected, set) else {expected})
    if status == 405:
        assert headers["Allow"] == "GET, HEAD, POST"


def test_cross_origin_is_refused_unless_it_is_set(server, instance):
    _, headers, _ = server.request("/dicom-web/studies", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in headers


def test_nobody_gets_anything_without_credentials(server, instance):
    for path in (instance, instance + "/metadata", instance + "/rendered", instance + "/bulkdata", "/dicom-web/studies",
                 "/wado?requestType=WADO&studyUID=1&seriesUID=1&objectUID=1"):
        assert server.request(path, token=False)[0] == 401


def test_the_server_lives(server, instance):
    assert server.is_ready()
    assert server.request(instance + "/metadata")[0] == 200
