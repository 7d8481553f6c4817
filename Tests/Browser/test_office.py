# SPDX-License-Identifier: Apache-2.0
"""The office in a real browser: agenda, patients, what got lost, queues, messages, nodes, statistics, audit."""

import datetime
import json
import socket
import sys
from pathlib import Path

import pydicom
import pytest
from conftest import VOLUME, need_program, send
from martlet_server import PASSWORD, free_ports, prepared_server

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Interop"))

from test_hl7_peers import Receiver  # noqa: E402

WEEK = [{"weekday": day, "from": 480, "to": 1020} for day in range(1, 8)]
QUESTIONS = [{"key": "pacemaker", "text": "Pacemaker?"}, {"key": "egfr", "text": "Renal function", "stopsBelow": 30}]
DAY = (datetime.date.today() + datetime.timedelta(days=3)).strftime("%Y%m%d")


def post(server, path, body, method="POST"):
    status, _, answer = server.request(
        "/api/v1/" + path, method=method, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    assert status < 300, (path, status, answer)
    return json.loads(answer) if answer else None


def resource(server, name, modality):
    body = {"name": name, "kind": "machine", "aeTitle": name, "modality": modality, "openings": WEEK}
    return post(server, "resources", body, "PUT")["id"]


def order(server, identifier, family, exam, modality, code=""):
    procedure = {
        "description": exam, "priority": "ROUTINE", "details": {"catalogueCode": code},
        "steps": [{"modality": modality, "description": exam, "minutes": 30}]}
    patient = {
        "identifiers": [{"value": identifier, "issuer": ""}], "name": f"{family}^Example", "birthDate": "19710302"}
    made = post(server, "orders", {"patient": patient, "order": {"procedures": [procedure]}})
    return made["order"]["procedures"][0]["id"]


def book(server, exam, machine, time):
    body = {"resources": [machine], "start": {"date": DAY, "time": time + "00"}, "minutes": 30}
    post(server, f"exams/{exam}/booking", body, "PUT")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A department with two machines, an agenda, and exams in several states."""
    need_program()
    server = prepared_server(tmp_path_factory.mktemp("office") / "data")
    server.add_user("front", "receptionist")
    entry = {"code": "MRKNEE", "title": "MR knee", "steps": [{"modality": "MR", "minutes": 30}], "questions": QUESTIONS}
    post(server, "catalogue", entry, "PUT")
    server.machines = {"CT": resource(server, "CT1", "CT"), "MR": resource(server, "MR1", "MR")}
    yield server
    server.stop()


def open_agenda(reader, server, name="admin"):
    reader.sign_in(server.url, name, PASSWORD)
    reader.page.get_by_role("link", name="Agenda").click()
    reader.page.get_by_role("heading", name="To schedule").wait_for()
    show_day(reader)


def show_day(reader):
    reader.page.get_by_label("Day", exact=True).fill(f"{DAY[:4]}-{DAY[4:6]}-{DAY[6:]}")
    reader.until(lambda: DAY in reader.page.url)


def appointment(reader, name):
    return reader.page.locator(".agenda-column .appointment:not(.ghost)", has_text=name)


def start_of(server, exam):
    for entry in server.json(f"/api/v1/agenda?from={DAY}")["appointments"]:
        if entry["appointment"]["booking"]["exam"] == exam:
            return entry["appointment"]["booking"]["start"]["time"][:4]
    return None


def test_an_appointment_is_dragged_and_double_booking_is_explained(reader, office):
    first, second = (order(office, f"D-{name}", name, "CT thorax", "CT") for name in ("Dahl", "Eklund"))
    book(office, first, office.machines["CT"], "0900")
    book(office, second, office.machines["CT"], "1000")
    open_agenda(reader, office)
    page = reader.page
    appointment(reader, "Dahl").wait_for()
    reader.picture("day")
    one, other = appointment(reader, "Dahl").bounding_box(), appointment(reader, "Eklund").bounding_box()
    hour = other["y"] - one["y"]
    page.mouse.move(one["x"] + 40, one["y"] + 8)
    page.mouse.down()
    page.mouse.move(one["x"] + 40, one["y"] + 8 + hour / 2, steps=4)
    page.mouse.move(one["x"] + 40, one["y"] + 8 + 2 * hour, steps=4)
    reader.picture("dragged")
    page.mouse.up()
    page.locator('.appointment[aria-label^="11:00–11:30, Dahl"]:focus').wait_for()
    assert start_of(office, first) == "1100"

    one = appointment(reader, "Dahl").bounding_box()
    page.mouse.move(one["x"] + 40, one["y"] + 8)
    page.mouse.down()
    page.mouse.move(one["x"] + 40, one["y"] + 8 - hour / 2, steps=4)
    page.mouse.move(one["x"] + 40, one["y"] + 8 - hour, steps=4)
    page.mouse.up()
    dialog = page.get_by_role("dialog", name="This time is taken")
    dialog.get_by_text("Eklund, Example").wait_for()
    reader.picture("refused")
    assert start_of(office, first) == "1100"
    dialog.get_by_role("button", name="Book all the same").click()
    reader.until(lambda: start_of(office, first) == "1000")
    page.locator(".appointment.overbooked", has_text="Dahl").wait_for()
    reader.picture("overbooked")


def test_the_agenda_works_by_keys_for_who_may_not_overbook(reader, office):
    exam = order(office, "K-1", "Falk", "MR head", "MR")
    taken = order(office, "K-2", "Gran", "MR head", "MR")
    book(office, taken, office.machines["MR"], "0900")
    open_agenda(reader, office, "front")
    page = reader.page
    page.locator(".side-item", has_text="Falk").focus()
    page.keyboard.press("Enter")
    page.locator(".appointment.ghost").wait_for()
    # The next free time is today or tomorrow: on to the day that is tried here.
    bar = page.locator(".carry-bar strong")
    days = (datetime.datetime.strptime(DAY, "%Y%m%d").date() - datetime.date.today()).days
    for _ in range(days + 1):
        if DAY in page.url:
            break
        shown = page.url
        page.keyboard.press("PageDown")
        reader.until(lambda: page.url != shown)
    reader.until(lambda: appointment(reader, "Gran").count() == 1)
    for _ in range(60):
        words = bar.inner_text()
        if "09:00–09:30" in words:
            break
        page.keyboard.press("ArrowUp" if words.split("–")[0][-5:] > "09:00" else "ArrowDown")
        reader.until(lambda shown=words: bar.inner_text() != shown)
    reader.picture("carried")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="This time is taken")
    dialog.get_by_text("Gran, Example").wait_for()
    assert dialog.get_by_role("button", name="Book all the same").count() == 0
    dialog.get_by_role("button", name="Book ").click()
    reader.until(lambda: start_of(office, exam) == "0930")
    reader.picture("booked")


def test_somebody_elses_booking_shows_by_itself(reader, office):
    exam = order(office, "L-1", "Hagen", "CT head", "CT")
    open_agenda(reader, office)
    reader.page.locator(".side-item", has_text="Hagen").wait_for()
    book(office, exam, office.machines["CT"], "1400")
    appointment(reader, "Hagen").wait_for()
    reader.until(lambda: reader.page.locator(".side-item", has_text="Hagen").count() == 0)


def test_safety_questions_stand_in_the_way(reader, office):
    exam = order(office, "S-1", "Ihle", "MR knee", "MR", "MRKNEE")
    book(office, exam, office.machines["MR"], "1500")
    open_agenda(reader, office)
    page = reader.page
    appointment(reader, "Ihle").click()
    reader.picture("appointment")
    page.get_by_role("dialog").get_by_role("button", name="Arrived", exact=True).click()
    page.locator('.appointment[data-status="arrived"]', has_text="Ihle").click()
    page.get_by_role("dialog").get_by_role("button", name="In room", exact=True).click()
    dialog = page.get_by_role("dialog", name="Safety questions")
    dialog.get_by_role("group", name="Pacemaker?").get_by_label("Yes").check()
    dialog.get_by_label("Value; below 30").fill("71")
    dialog.get_by_role("button", name="Keep the answers").click()
    dialog.get_by_text("Something stands in the way").wait_for()
    reader.picture("contra-indicated")
    dialog.get_by_role("group", name="Pacemaker?").get_by_label("No", exact=True).check()
    dialog.get_by_role("button", name="Keep the answers").click()
    page.locator('.appointment[data-status="inRoom"]', has_text="Ihle").wait_for()


def test_a_patient_is_registered_edited_and_merged(reader, office):
    order(office, "M-1", "Jung", "CT thorax", "CT")
    reader.sign_in(office.url, "front", PASSWORD)
    page = reader.page
    page.get_by_role("link", name="Patients").click()
    page.get_by_role("button", name="New patient").click()
    dialog = page.get_by_role("dialog", name="New patient")
    for label, value in {
        "Family name": "Jung", "Given name": "Example", "Date of birth": "1980-05-04", "Patient ID": "M-2",
        "Allergies (separated by commas)": "Iodine, latex",
    }.items():
        dialog.get_by_label(label).fill(value)
    reader.picture("new-patient")
    dialog.get_by_role("button", name="Register").click()
    # Who has an order already has this name.
    page.get_by_role("button", name="Register all the same").click()
    page.get_by_text("Iodine · latex").wait_for()
    page.get_by_role("button", name="Edit patient").click()
    page.get_by_role("dialog").get_by_label("Telephone").fill("+1 555 0100")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_text("+1 555 0100").wait_for()
    page.get_by_role("button", name="Merge with another").click()
    page.get_by_role("dialog").get_by_label("Find a patient").fill("M-1")
    page.get_by_role("dialog").get_by_role("button", name="M-1").click()
    page.get_by_role("dialog", name="Merge these records?").get_by_role("button", name="Merge").click()
    page.get_by_text("M-1 · M-2").wait_for()
    page.get_by_role("cell", name="CT thorax").wait_for()
    reader.picture("merged")


def test_who_arrived_and_was_not_examined_is_found(reader, office):
    exam = order(office, "A-1", "Kron", "CT thorax", "CT")
    post(office, f"exams/{exam}/commands", {"command": "arrive"})
    reader.sign_in(office.url, "admin", PASSWORD)
    page = reader.page
    page.get_by_role("link", name="To resolve").click()
    page.get_by_label("For how long").select_option(label="at once")
    row = page.get_by_role("table", name="Arrived without exam").get_by_role("row").filter(has_text="Kron")
    row.wait_for()
    reader.picture("lost")
    row.get_by_role("button", name="In room").click()
    row.wait_for(state="detached")


def open_page(reader, server, *names):
    reader.sign_in(server.url, "admin", PASSWORD)
    for name in names:
        reader.page.get_by_role("link", name=name, exact=True).click()


def row(reader, text):
    return reader.page.get_by_role("row").filter(has_text=text)


def test_images_find_their_order_and_the_correction_is_undone(reader, office):
    send(office, sorted(VOLUME.glob("*.dcm"))[:1])
    exam = order(office, "R-1", "Lysander", "CT of the phantom", "CT")
    open_page(reader, office, "To resolve", "Studies without their order")
    page = reader.page
    row(reader, "Phantom, Geometry").get_by_role("button", name="Resolve").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Find the order").fill("Lysander")
    dialog.get_by_role("button", name="Lysander, Example").click()
    dialog.get_by_role("row").filter(has_text="R-1").wait_for()
    reader.picture("side-by-side")
    dialog.get_by_role("button", name="Attach").click()
    page.get_by_text("Every study belongs to its order.").wait_for()
    found = lambda: [study["patientID"] for study in office.json("/api/v1/studies?search=Lysander")["studies"]]
    reader.until(lambda: found() == ["R-1"])
    page.get_by_role("link", name="Merges and moves", exact=True).click()
    row(reader, "Images given to another exam").get_by_role("button", name="Undo").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    row(reader, "Images given to another exam").get_by_text("Undone").wait_for()
    reader.picture("undone")
    reader.until(lambda: found() == [])
    page.get_by_role("link", name="Corrections", exact=True).click()
    row(reader, "Moved").get_by_text("Undone").wait_for()
    assert exam > 0


def test_a_queue_is_paused_reordered_and_emptied(reader, office):
    office.add_node("AWAY", "127.0.0.1", 9)
    office.command("route", "add", "away", "--to", "AWAY", "--data", office.data)
    send(office, sorted(VOLUME.glob("*.dcm"))[1:2])
    open_page(reader, office, "Administration", "Queues")
    queue = reader.page.get_by_role("table", name="Queues").get_by_role("row").filter(has_text="AWAY")
    job = reader.page.get_by_role("table", name="Jobs").get_by_role("row").filter(has_text="AWAY")
    job.get_by_label("Priority").select_option(label="High priority")
    reader.until(lambda: [each["priority"] for each in office.json("/api/v1/jobs?queue=AWAY")["jobs"]] == ["high"])
    queue.get_by_role("button", name="Pause").click()
    queue.get_by_role("button", name="Go on").wait_for()
    assert office.json("/api/v1/queues")["queues"][0]["paused"]
    reader.picture("paused")
    queue.get_by_role("button", name="Empty").click()
    reader.page.get_by_role("dialog").get_by_role("button", name="Empty").click()
    job.wait_for(state="detached")
    queue.get_by_role("button", name="Go on").click()
    reader.until(lambda: not any(each["paused"] for each in office.json("/api/v1/queues")["queues"]))


def test_a_faulty_message_is_edited_and_processed(reader, office):
    text = "MSH|^~\\&|HIS|HOSP|MARTLET|RAD|20261121||ADT^A04^ADT_A01|FAULTY1|P|2.5.1\r" \
        "EVN||20261121\rPID|1||^^^HOSP||Marlow^Example\rPV1|1|O\r"
    with socket.create_connection((office.host, office.hl7_port)) as peer:
        peer.sendall(b"\x0b" + text.encode() + b"\x1c\r")
        assert b"|AE|FAULTY1" in peer.recv(65536)
    open_page(reader, office, "Administration", "HL7 messages")
    page = reader.page
    row(reader, "FAULTY1").get_by_text("Failed").wait_for()
    row(reader, "FAULTY1").get_by_role("cell", name="FAULTY1").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("row").filter(has_text="PID-5").get_by_text("Patient Name").wait_for()
    words = dialog.get_by_label("Text of the message")
    words.fill(words.input_value().replace("||^^^HOSP|", "||H-77^^^HOSP|"))
    reader.picture("edited")
    dialog.get_by_role("button", name="Process again").click()
    row(reader, "FAULTY1").get_by_text("Processed").wait_for()
    page.get_by_role("link", name="Patients", exact=True).click()
    page.get_by_label("Find a patient").fill("H-77")
    page.get_by_role("cell", name="Marlow, Example").wait_for()


def test_a_refused_message_is_edited_and_sent_again(reader, office):
    port, = free_ports(1)
    office.command("hl7", "destination", "add", "WARD", "127.0.0.1", port, "--kinds", "appointments", "--data",
                   office.data)
    with Receiver(port) as ward:
        ward.refuse = Everything()
        office.command("order", "add", "--patient-id", "Q1", "--name", "Queue^Quentin", "--description", "CT chest",
                       "--modality", "CT", "--placer", "OUT1", "--start", "202603010900", "--data", office.data)
        reader.until(lambda: office.json("/api/v1/hl7/queue?state=refused")["messages"])
        ward.refuse = set()
        open_page(reader, office, "Administration", "HL7 messages")
        reader.page.get_by_role("button", name="Go out").click()
        row(reader, "SIU^S12").get_by_text("Refused").wait_for()
        row(reader, "SIU^S12").get_by_role("cell", name="SIU^S12").click()
        dialog = reader.page.get_by_role("dialog")
        dialog.get_by_text("Answer:").wait_for()
        words = dialog.get_by_label("Text of the message")
        words.fill(words.input_value().replace("CT chest", "CT thorax"))
        reader.picture("edited")
        dialog.get_by_role("button", name="Send again").click()
        reader.until(lambda: not office.json("/api/v1/hl7/queue?state=refused")["messages"])
        row(reader, "SIU^S12").get_by_text("Delivered").wait_for()
        assert "CT thorax" in str(ward.messages[-1])
    office.command("hl7", "destination", "remove", "WARD", "--data", office.data)


class Everything:
    """Of all messages."""

    def __contains__(self, each):
        return True


def test_nodes_are_asked_step_by_step(reader, office):
    office.add_node("MARTLET", office.host, office.dicom_port)
    office.add_node("NOBODY", "127.0.0.1", 9)
    open_page(reader, office, "Administration", "Nodes")
    reader.page.get_by_role("button", name="Test all").click()
    row(reader, "MARTLET").get_by_text("✓ C-ECHO").wait_for()
    row(reader, "NOBODY").get_by_text("✗ Connection").wait_for()
    reader.picture("nodes")


def test_what_was_done_is_plotted_and_taken_away(reader, office):
    exam = order(office, "T-1", "Nansen", "CT thorax", "CT")
    for command in ("arrive", "enterRoom", "complete"):
        post(office, f"exams/{exam}/commands", {"command": command})
    open_page(reader, office, "Statistics")
    page = reader.page
    page.get_by_role("img", name="Exams by day and modality").wait_for()
    done = int(page.locator(".tile", has_text="exams done").locator("strong").inner_text())
    assert done >= 1
    reader.picture("statistics")
    page.get_by_role("button", name="Room", exact=True).click()
    page.get_by_role("img", name="Waiting · room").wait_for()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Save as CSV").click()
    lines = open(taken.value.path(), encoding="utf-8").read().splitlines()
    assert lines[0].startswith("group,key,performed")
    assert sum(int(line.split(",")[2]) for line in lines if line.startswith("day,")) == done


def test_the_overview_and_the_audit_trail(reader, office):
    open_page(reader, office, "Administration")
    page = reader.page
    page.locator(".tile", has_text="Disk").get_by_text("free").wait_for()
    reader.picture("overview")
    page.get_by_role("link", name="Audit", exact=True).click()
    page.get_by_label("User or AE title").fill("front")
    page.get_by_role("button", name="Find").click()
    reader.until(lambda: set(page.locator("tbody tr td:nth-child(4)").all_inner_texts()) == {"front"})
    page.get_by_role("button", name="Check the chain").click()
    page.get_by_text("The chain holds").wait_for()
    reader.picture("audit")


def test_a_mismatch_is_corrected_to_its_order_and_taken_back(reader, office):
    body = {
        "patient": {"identifiers": [{"value": "MM-1", "issuer": ""}], "name": "Orlov^Example", "birthDate": "19710302"},
        "order": {"accession": {"value": "MISMATCH1", "issuer": ""}, "procedures": [{
            "description": "CT", "priority": "ROUTINE", "steps": [{"modality": "CT", "description": "CT"}]}]}}
    post(office, "orders", body)
    file = office.data.parent / "other.dcm"
    dataset = pydicom.dcmread(sorted(VOLUME.glob("*.dcm"))[2])
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, pydicom.uid.generate_uid())
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.AccessionNumber, dataset.PatientID, dataset.PatientName = "MISMATCH1", "WRONG-1", "Wrong^Name"
    dataset.save_as(file)
    send(office, [file])
    open_page(reader, office, "To resolve", "Mismatches")
    line = row(reader, "WRONG-1")
    line.get_by_text("MM-1").wait_for()
    reader.picture("mismatch")
    line.get_by_role("button", name="Correct", exact=True).click()
    reader.page.get_by_role("dialog").get_by_role("button", name="Correct").click()
    line.wait_for(state="detached")
    assert [each["patientID"] for each in office.json("/api/v1/studies?search=Orlov")["studies"]] == ["MM-1"]
    reader.page.get_by_label("State").select_option(label="Corrected")
    row(reader, "WRONG-1").get_by_role("button", name="Undo").click()
    row(reader, "WRONG-1").wait_for(state="detached")
    assert office.json("/api/v1/studies?search=Orlov")["studies"] == []
