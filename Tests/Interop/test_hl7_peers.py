# SPDX-License-Identifier: Apache-2.0
"""HL7 against other people's programs: python-hl7's mllp_send and its MLLP server, hl7apy's parser."""
import asyncio
import json
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import hl7
import hl7.mllp
import pytest
from hl7apy.parser import parse_message
from martlet_server import free_ports, prepared_server
from test_tls import Authority

PATIENT = "PID|1||{id}^^^HOSP^MR||{name}||19700102|F"
ORDER = [
    "MSH|^~\\&|HIS|WARD|MARTLET|RAD|20260101120000||ORM^O01^ORM_O01|{control}|P|2.3.1||||||UNICODE UTF-8",
    PATIENT, "PV1|1|O|RAD||||1001^Ref^Anna", "ORC|NW|{placer}^HIS|||||1^^^20260301090000^^R",
    "OBR|1|{placer}^HIS||CTCH^CT chest^L||||||||||||||{accession}|RP{placer}|SP{placer}||||CT",
    "ZDS|1.2.826.0.1.3680043.10.77.{control}^^Application^DICOM",
]


def order(control, placer, patient="PAT1", name="Müller^Änne", accession=""):
    lines = "\r".join(ORDER) + "\r"
    return lines.format(control=control, placer=placer, id=patient, name=name, accession=accession)


@pytest.fixture(scope="module")
def mllp_send():
    return Path(sys.executable).parent / "mllp_send"


def send(mllp_send, server, tmp_path, text, *options):
    file = tmp_path / "message.hl7"
    file.write_bytes(b"\x0b" + text.encode() + b"\x1c\r")
    done = subprocess.run(
        [str(mllp_send), "--port", str(server.hl7_port), "--file", str(file), *options, "127.0.0.1"],
        capture_output=True, timeout=60, check=True)
    return hl7.parse(done.stdout.strip(b"\x0b\x1c\r\n").decode().replace("\n", "\r"))


def orders(server, text):
    return server.json(f"/api/v1/orders?search={text}")["orders"]


def test_rad_4_an_order_by_mllp_send(server, mllp_send, tmp_path):
    answer = send(mllp_send, server, tmp_path, order("1001", "PEER1"))
    assert str(answer.segment("MSA")[1]) == "AA"
    found = orders(server, "PEER1")
    assert len(found) == 1
    # The same message again is answered alike, and places nothing.
    assert str(send(mllp_send, server, tmp_path, order("1001", "PEER1"))) == str(answer)
    assert len(orders(server, "PEER1")) == 1


def test_rad_1_and_rad_12_admission_and_merge(server, mllp_send, tmp_path):
    def admit(control, trigger, *segments):
        head = f"MSH|^~\\&|ADT|H|MARTLET|RAD|20260101||ADT^{trigger}|{control}|P|2.5.1||||||UNICODE UTF-8"
        return str(send(mllp_send, server, tmp_path, "\r".join([head, *segments]) + "\r").segment("MSA")[1])

    assert admit("1", "A04", PATIENT.format(id="OLD1", name="Doe^John")) == "AA"
    assert admit("2", "A04", PATIENT.format(id="NEW1", name="Doe^Johnny")) == "AA"
    assert admit("3", "A40^ADT_A39", PATIENT.format(id="NEW1", name="Doe^Johnny"), "MRG|OLD1^^^HOSP") == "AA"
    patients = server.json("/api/v1/patients?search=OLD1")["patients"]
    assert [each["name"] for each in patients] == ["Doe^Johnny"]
    assert admit("4", "A08", "PID|1") == "AE"
    failed = server.json("/api/v1/hl7/messages?state=failed")["messages"]
    assert failed[0]["controlID"] == "4" and "PID-3" in failed[0]["failure"]


def test_a_bad_message_is_edited_and_processed(server, mllp_send, tmp_path):
    bad = order("1002", "PEER2").replace("PAT1^^^HOSP^MR", "")
    assert str(send(mllp_send, server, tmp_path, bad).segment("MSA")[1]) == "AE"
    listed = server.json("/api/v1/hl7/messages?controlID=1002")["messages"]
    assert listed[0]["state"] == "failed" and listed[0]["needsAttention"]
    whole = server.json(f"/api/v1/hl7/messages/{listed[0]['id']}")
    edited = whole["text"].replace("PID|1||", "PID|1||PAT2^^^HOSP^MR")
    status, _, body = server.request(
        f"/api/v1/hl7/messages/{listed[0]['id']}/reprocess", method="POST",
        body=json.dumps({"text": edited}).encode(), headers={"Content-Type": "application/json"})
    assert status == 200 and json.loads(body)["state"] == "processed", body
    assert len(orders(server, "PEER2")) == 1
    command = server.command("hl7", "list", "--state", "processed", "--json", "--data", server.data)
    assert any(each["controlID"] == "1002" for each in json.loads(command.stdout))


def test_hl7apy_reads_the_answer_to_a_query(server, mllp_send, tmp_path):
    send(mllp_send, server, tmp_path, order("1003", "PEER3", "PAT3", "Query^Quinn"))
    query = "\r".join([
        "MSH|^~\\&|PDQ|H|MARTLET|RAD|20260101||QBP^Q22^QBP_Q21|9|P|2.5.1||||||UNICODE UTF-8",
        "QPD|Q22^Find Candidates^HL7|T9|@PID.5.1.1^Query", "RCP|I|5"]) + "\r"
    answer = send(mllp_send, server, tmp_path, query)
    parsed = parse_message(str(answer), find_groups=False)
    assert parsed.msh.msh_9.to_er7() == "RSP^K22^RSP_K21"
    assert parsed.qak.qak_2.to_er7() == "OK"
    assert [each.pid_3.pid_3_1.to_er7() for each in parsed.pid] == ["PAT3"]


class Receiver:
    """python-hl7's MLLP server on a thread; keeps what it was sent."""

    def __init__(self, port, tls=None):
        self.port = port
        self.tls = tls
        self.messages = []
        self.refuse = set()
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    async def serve(self, reader, writer):
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                control = str(message.segment("MSH")[10])
                self.messages.append(message)
                code = "AE" if control in self.refuse else "AA"
                writer.writemessage(message.create_ack(code))
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(
            hl7.mllp.start_hl7_server(self.serve, host="127.0.0.1", port=self.port, encoding="utf-8", ssl=self.tls))
        self.ready.set()
        self.loop.run_forever()

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(10)
        return self

    def __exit__(self, *error):
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def wait(self, count, seconds=30):
        end = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.messages


def place(server, placer):
    server.command(
        "order", "add", "--patient-id", "Q1", "--name", "Queue^Quentin", "--description", "CT chest",
        "--modality", "CT", "--placer", placer, "--start", "202603010900", "--data", server.data)


def queue(server, state):
    listed = server.command("hl7", "queue", "--state", state, "--json", "--data", server.data)
    return json.loads(listed.stdout)


def test_messages_wait_for_their_receiver_and_survive_kill_9(tmp_path):
    (port,) = free_ports(1)
    server = prepared_server(tmp_path / "data")
    try:
        server.command("hl7", "destination", "add", "HIS", "127.0.0.1", port, "--data", server.data)
        for number in range(3):
            place(server, f"W{number}")
        end = time.monotonic() + 20
        while not any(each["attempts"] for each in queue(server, "waiting")) and time.monotonic() < end:
            time.sleep(0.2)
        assert any(each["attempts"] for each in queue(server, "waiting"))
        server.kill()
        server.start()
        with Receiver(port) as receiver:
            messages = receiver.wait(3)
            time.sleep(1)
        # Each once, in the order in which they were made.
        assert [str(each.segment("SCH")[1]) for each in messages] == ["W0", "W1", "W2"]
        assert all(str(each.segment("MSH")[9]) == "SIU^S12^SIU_S12" for each in messages)
        assert len(queue(server, "delivered")) == 3
    finally:
        server.stop()


def test_a_refused_message_is_edited_and_sent_again(tmp_path):
    (port,) = free_ports(1)
    server = prepared_server(tmp_path / "data")
    try:
        server.command("hl7", "destination", "add", "HIS", "127.0.0.1", port, "--data", server.data)
        with Receiver(port) as receiver:
            place(server, "R0")
            control = str(receiver.wait(1)[0].segment("MSH")[10])
            receiver.refuse.add(control)
            end = time.monotonic() + 10
            while not queue(server, "delivered") and time.monotonic() < end:
                time.sleep(0.1)
            row = next(each for each in queue(server, "delivered") if each["controlID"] == control)
            whole = server.json(f"/api/v1/hl7/queue/{row['id']}")
            status, _, body = server.request(
                f"/api/v1/hl7/queue/{row['id']}/resend", method="POST",
                body=json.dumps({"text": whole["text"].replace("CT chest", "CT thorax")}).encode(),
                headers={"Content-Type": "application/json"})
            assert status == 200, body
            assert "CT thorax" in str(receiver.wait(2)[1])
            end = time.monotonic() + 10
            while not queue(server, "refused") and time.monotonic() < end:
                time.sleep(0.1)
            refused = queue(server, "refused")
            assert [each["id"] for each in refused] == [row["id"]] and refused[0]["failure"].startswith("AE")
            receiver.refuse = set()
            server.command("hl7", "queue", "--resend", row["id"], "--data", server.data)
            receiver.wait(3)
            end = time.monotonic() + 10
            while queue(server, "refused") and time.monotonic() < end:
                time.sleep(0.1)
            assert not queue(server, "refused")
    finally:
        server.stop()


def test_martlet_hl7_send_to_a_foreign_server(server, tmp_path):
    (port,) = free_ports(1)
    file = tmp_path / "order.hl7"
    file.write_text(order("77", "S1").replace("\r", "\n"))
    with Receiver(port) as receiver:
        done = server.command("hl7", "send", file, "--port", port)
        assert "MSA|AA|77" in done.stdout
        receiver.refuse.add("77")
        server.command("hl7", "send", file, "--port", port, expect=1)
    assert str(receiver.messages[0].segment("ORC")[2]) == "S1^HIS"


def test_messages_over_tls(tmp_path):
    authority = Authority(tmp_path / "ca", "Test authority")
    certificate, key = authority.issue("martlet")
    server = prepared_server(tmp_path / "data", extra=[
        "--set", f"hl7CertificateFile={certificate}", "--set", f"hl7KeyFile={key}",
        "--set", f"hl7TrustFile={authority.certificate}"])
    try:
        file = tmp_path / "order.hl7"
        file.write_text(order("88", "T1"))
        send = ("hl7", "send", file, "--host", "127.0.0.1", "--port", server.hl7_port, "--tls")
        trusted = ("--trust", authority.certificate)
        done = server.command(*send, *trusted, "--certificate", certificate, "--key", key)
        assert "MSA|AA|88" in done.stdout
        # A receiver that is not trusted, and a sender that shows nothing.
        server.command(*send, expect=1)
        server.command(*send, *trusted, "--timeout", 5, expect=1)
        # The other way: a receiver that asks for a certificate of this authority.
        (port,) = free_ports(1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority.certificate)
        context.verify_mode = ssl.CERT_REQUIRED
        server.command("hl7", "destination", "add", "HIS", "127.0.0.1", port, "--tls", "--data", server.data)
        with Receiver(port, context) as receiver:
            place(server, "TLS1")
            assert str(receiver.wait(1)[0].segment("SCH")[1]) == "TLS1"
    finally:
        server.stop()
