# SPDX-License-Identifier: Apache-2.0
"""What strangers may send: a clear answer or a closed connection, the others keep working, memory stays flat."""
import json
import random
import socket
import struct
import time

import corpus
import pytest
from dicom_wire import (
    EXPLICIT_LITTLE_ENDIAN, VERIFICATION, Aborted, Wire, associate_request, command_set, item, pdu)
from martlet_server import prepared_server
from peers import wait_for

CT = "1.2.840.10008.5.1.4.1.1.2"
ECHO = [(1, VERIFICATION, [EXPLICIT_LITTLE_ENDIAN])]
STORE = [(1, CT, [EXPLICIT_LITTLE_ENDIAN])]
MEGABYTE = 1 << 20
CACHE_MEGABYTES = 16
SEED = 20250612


@pytest.fixture(scope="module")
def server(tmp_path_factory, ct_files):
    """A server that holds one CT series before anything bad arrives."""
    running = prepared_server(
        tmp_path_factory.mktemp("bad") / "data", environment={"MARTLET_BLOCK_CACHE_MEGABYTES": str(CACHE_MEGABYTES)})
    store(running, ct_files)
    yield running
    running.stop()


def store(server, files):
    with Wire("127.0.0.1", server.dicom_port) as wire:
        wire.associate(STORE)
        for path in files:
            assert wire.store(1, CT, uid(path), corpus.data_set(path)[1]) == 0
        wire.release()


def uid(path):
    data = path.read_bytes()
    at = data.index(b"\x02\x00\x03\x00UI", 132)
    return data[at + 8:at + 8 + int.from_bytes(data[at + 6:at + 8], "little")].rstrip(b"\0").decode()


@pytest.fixture(autouse=True)
def nothing_else_is_touched(server, ct_files, ct_study):
    """After every test: an echo works, the stored series is whole, memory and open files are bounded."""
    files_before = server.open_files()
    yield
    with Wire("127.0.0.1", server.dicom_port) as wire:
        wire.associate(ECHO)
        assert wire.echo(1) == 0
        wire.release()
    found = server.json(f"/dicom-web/studies/{ct_study.StudyInstanceUID}/instances?limit=1000")
    assert {each["00080018"]["Value"][0] for each in found} == {uid(path) for path in ct_files}
    wait_for(lambda: server.open_files() <= files_before + 20, what="open files going back")


def answer_to(server, data, timeout=10):
    """What the DICOM port says to these bytes: PDU type, None when it closes without a word."""
    with Wire("127.0.0.1", server.dicom_port, timeout=timeout) as wire:
        try:
            wire.send(data)
            wire.socket.shutdown(socket.SHUT_WR)
            return wire.receive_pdu()[0]
        except (Aborted, BrokenPipeError, ConnectionResetError):
            return None


REQUEST = associate_request(ECHO)
LYING_ITEM = bytearray(REQUEST)
LYING_ITEM[76:78] = b"\xff\xff"  # length of the application context item


@pytest.mark.parametrize("name, data, answers", [
    ("truncated request", REQUEST[:50], (None, 7)),
    ("only a PDU header", REQUEST[:6], (None, 7)),
    ("length of 4 GiB", b"\x01\x00\xff\xff\xff\xff" + REQUEST[6:], (None, 7)),
    ("length too short", b"\x01\x00" + struct.pack(">I", 20) + REQUEST[6:], (None, 3, 7)),
    ("item length lies", bytes(LYING_ITEM), (None, 3, 7)),
    ("unknown PDU type", pdu(0x42, b"what"), (None, 7)),
    ("data before association", pdu(4, struct.pack(">IBB", 6, 1, 3) + b"data"), (None, 7)),
    ("release before association", pdu(5, bytes(4)), (None, 7)),
    ("wrong protocol version", REQUEST[:6] + b"\x00\x02" + REQUEST[8:], (3, 7)),
    ("no presentation context", associate_request([]), (2, 3, 7)),
    ("even context id", associate_request([(2, VERIFICATION, [EXPLICIT_LITTLE_ENDIAN])]), (2, 3, 7)),
    ("nothing", b"", (None,)),
])
def test_bad_first_pdu(server, name, data, answers):
    assert answer_to(server, data) in answers


def associated(server, contexts=ECHO):
    wire = Wire("127.0.0.1", server.dicom_port, timeout=15)
    wire.associate(contexts)
    return wire


def ends(wire):
    """The peer aborts or closes, within the time limit of the socket."""
    try:
        while True:
            kind, _ = wire.receive_pdu()
            if kind == 7:
                return True
    except (Aborted, ConnectionResetError, BrokenPipeError):
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize("name, data", [
    ("unknown PDU type", pdu(0x99, b"")),
    ("a second request", REQUEST),
    ("P-DATA over the maximum", b"\x04\x00\x7f\xff\xff\xff"),
    ("PDV length lies", pdu(4, struct.pack(">IBB", 60000, 1, 3) + b"x")),
    ("PDV of length zero", pdu(4, struct.pack(">I", 0))),
    ("context that was not negotiated", pdu(4, struct.pack(">IBB", 6, 99, 3) + b"1234")),
    ("data set without a command", pdu(4, struct.pack(">IBB", 6, 1, 2) + b"1234")),
    ("command set of garbage", pdu(4, struct.pack(">IBB", 22, 1, 3) + b"\xff" * 20)),
    ("command without a command field", pdu(4, struct.pack(">IBB", 2 + len(command_set({0x0110: 1, 0x0800: 0x0101})),
                                                           1, 3) + command_set({0x0110: 1, 0x0800: 0x0101}))),
])
def test_bad_pdu_in_an_association(server, name, data):
    with associated(server) as wire:
        wire.send(data)
        wire.socket.shutdown(socket.SHUT_WR)
        assert ends(wire), name


def element(group, number, vr, value):
    if vr in (b"OW", b"OB", b"UN", b"SQ"):
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def padded(text):
    return text.encode() + b"\0" * (len(text) % 2)


def small_object(instance, tail=b""):
    body = element(8, 0x16, b"UI", padded(CT)) + element(8, 0x18, b"UI", padded(instance))
    body += element(0x20, 0x0D, b"UI", padded("1.2.3.4")) + element(0x20, 0x0E, b"UI", padded("1.2.3.5"))
    return body + tail


def test_two_gigabyte_element_header(server):
    """An element header that claims 2 GB over 100 bytes: nothing of that size is asked for."""
    before = server.memory()
    tail = struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 0x7FFFFFF0) + b"x" * 100
    with associated(server, STORE) as wire:
        status = wire.store(1, CT, "2.25.4711", small_object("2.25.4711", tail))
        wire.release()
    assert status in (0x0000, 0xC000, 0xA900) or status & 0xF000 == 0xC000
    early = struct.pack("<HH2sHI", 8, 0x0005, b"UN", 0, 0x7FFFFFF0) + b"x" * 100
    with associated(server, STORE) as wire:
        assert wire.store(1, CT, "2.25.4712", early) & 0xF000 == 0xC000
        wire.release()
    kind = "multipart/related; type=\"application/dicom\"; boundary=b"
    meta = bytes(128) + b"DICM" + element(2, 0x10, b"UI", padded(EXPLICIT_LITTLE_ENDIAN))
    body = b"--b\r\nContent-Type: application/dicom\r\n\r\n" + meta + early + b"\r\n--b--\r\n"
    assert server.request("/dicom-web/studies", "POST", body, {"Content-Type": kind})[0] in (400, 409)
    assert server.memory() < before + 64 * MEGABYTE


def test_data_set_cut_in_the_middle(server, ct_files, ct_study):
    """The connection ends inside the data set: nothing is stored, the segment goes on with the next object."""
    data = corpus.data_set(ct_files[0])[1]
    changed = small_object("2.25.88001")
    for cut in (1, 100, len(data) // 2, len(data) - 1):
        wire = associated(server, STORE)
        wire.start_store(1, CT, "2.25.88001")
        wire.send(pdu(4, struct.pack(">IBB", cut + 2, 1, 0) + data[:cut]))
        wire.close()
    found = server.request("/dicom-web/instances?SOPInstanceUID=2.25.88001")
    assert found[0] == 204 or json.loads(found[2]) == []
    with associated(server, STORE) as wire:
        assert wire.store(1, CT, "2.25.88002", changed.replace(b"2.25.88001", b"2.25.88002")) == 0
        wire.release()


def test_command_set_contradicts_the_data_set(server):
    with associated(server, STORE) as wire:
        assert wire.store(1, CT, "2.25.99", small_object("2.25.98")) == 0xA900
        assert wire.store(1, CT, "2.25.97", element(8, 0x16, b"UI", padded(CT))) == 0xC000
        wire.release()
    incidents = json.dumps(server.json("/api/v1/incidents"))
    assert "2.25.9" in incidents


def test_other_content_under_a_known_uid_is_a_conflict(server):
    first = small_object("2.25.555", element(0x10, 0x10, b"PN", b"First^One "))
    second = small_object("2.25.555", element(0x10, 0x10, b"PN", b"Second^Two"))
    with associated(server, STORE) as wire:
        assert [wire.store(1, CT, "2.25.555", each) for each in (first, first, second)] == [0, 0, 0]
        wire.release()
    status, headers, body = server.request(
        "/dicom-web/studies/1.2.3.4/series/1.2.3.5/instances/2.25.555",
        headers={"Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*'})
    assert status == 200 and first in body and second not in body
    assert "2.25.555" in json.dumps(server.json("/api/v1/incidents"))


@pytest.mark.timeout(300)
def test_ten_thousand_associations_opened_and_dropped(server):
    """Half drop before a word, half after the request; the server stays flat and answers."""
    warm(server)
    before, started = server.memory(), time.monotonic()
    for number in range(10_000):
        with socket.create_connection(("127.0.0.1", server.dicom_port), timeout=30) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if number % 2:
                connection.sendall(REQUEST)
    elapsed = time.monotonic() - started
    with associated(server) as wire:
        assert wire.echo(1) == 0
    assert elapsed < 240
    assert server.memory() < before + 48 * MEGABYTE


def warm(server):
    for _ in range(50):
        with associated(server) as wire:
            wire.echo(1)
            wire.release()


@pytest.mark.parametrize("port", ["dicom_port", "http_port", "hl7_port"])
def test_random_bytes_to_each_port(server, port):
    """Random bytes, and random bytes behind a plausible beginning."""
    source = random.Random(SEED)
    beginnings = {
        "dicom_port": (b"", b"\x01\x00\x00\x00\x01\x00", REQUEST, REQUEST[:200], b"\x04\x00\x00\x00\x00\x10"),
        "http_port": (b"", b"GET / HTTP/1.1\r\n", b"POST /dicom-web/studies HTTP/1.1\r\nContent-Length: 99999999\r\n"),
        "hl7_port": (b"", b"\x0b", b"\x0bMSH|^~\\&|"),
    }[port]
    before = server.memory()
    for number in range(300):
        with socket.create_connection(("127.0.0.1", getattr(server, port)), timeout=10) as connection:
            try:
                connection.sendall(beginnings[number % len(beginnings)] + source.randbytes(source.randrange(1, 4000)))
            except (BrokenPipeError, ConnectionResetError):
                pass
    assert server.is_ready()
    assert server.memory() < before + 64 * MEGABYTE


def test_large_http_header_and_body_without_permission(server):
    before = server.memory()
    with socket.create_connection(("127.0.0.1", server.http_port), timeout=20) as connection:
        try:
            for _ in range(64):
                connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"y" * MEGABYTE)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            pass  # closed, or read no further
    assert server.request("/dicom-web/studies", "POST", bytes(MEGABYTE), token=False)[0] in (400, 401, 415)
    assert server.memory() < before + 64 * MEGABYTE


@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_object(server):
    """A 600 MB object arrives on one association: memory per association is its buffers."""
    before = server.memory()
    size = 600 * MEGABYTE
    head = small_object("2.25.600600", struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, size))
    piece = pdu(4, struct.pack(">IBB", 65536 + 2, 1, 0) + bytes(65536))
    with associated(server, STORE) as wire:
        wire.socket.settimeout(120)
        wire.start_store(1, CT, "2.25.600600")
        wire.send(pdu(4, struct.pack(">IBB", len(head) + 2, 1, 0) + head))
        for _ in range(size // 65536):
            wire.send(piece)
        wire.send(pdu(4, struct.pack(">IBB", 2, 1, 2)))
        assert wire.receive_message()[1][0x0900] == 0
        wire.release()
    assert server.memory() < before + (CACHE_MEGABYTES + 64) * MEGABYTE


def test_too_many_user_items(server):
    """User information of 60,000 bytes of unknown items is passed over."""
    with Wire("127.0.0.1", server.dicom_port) as wire:
        wire.associate(ECHO, extra_user_items=item(0x77, b"z" * 1000) * 59)
        assert wire.echo(1) == 0
        wire.release()
