# SPDX-License-Identifier: Apache-2.0
"""What happens on the agenda, as a HIS hears it: each event of chapter 10 of HL7, read by python-hl7 and by hl7apy,
which checks structure, cardinality and data types."""
import json

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message
from martlet_server import free_ports, prepared_server
from test_hl7_peers import Receiver

JSON = {"Content-Type": "application/json"}
OPENINGS = [{"weekday": day, "from": 0, "to": 1440} for day in range(1, 8)]
PATIENT = {"name": "Agenda^Ann", "identifiers": [{"value": "AG1", "issuer": "HOSP"}], "birthDate": "19700102",
           "sex": "F"}


class Desk:
    """A receptionist at the API that the browser's agenda uses."""

    def __init__(self, folder):
        self.server = prepared_server(folder)
        self.administrator = self.server.token
        self.server.add_user("rita", "receptionist")
        self.token = self.server.create_token("rita")

    def call(self, method, path, body=None, token=None):
        status, _, answer = self.server.request(
            path, method, None if body is None else json.dumps(body).encode(),
            {**JSON, "Authorization": f"Bearer {token or self.token}"}, token=False)
        assert status in (200, 201, 204), (method, path, status, answer)
        return json.loads(answer) if answer else None

    def resource(self, name, kind, **more):
        return self.call("PUT", "/api/v1/resources", {
            "name": name, "kind": kind, "openings": OPENINGS, **more}, self.administrator)["id"]

    def place(self, code):
        order = {"procedures": [{"description": code, "codes": [{"value": code, "scheme": "L", "meaning": code}]}],
                 "request": {"reason": "Cough"}}
        return self.call("POST", "/api/v1/orders", {"patient": PATIENT, "order": order})["order"]

    def book(self, exam, resources, time, minutes=30):
        self.call("PUT", f"/api/v1/exams/{exam}/booking", {
            "resources": resources, "start": {"date": "20300304", "time": time}, "minutes": minutes})

    def perform(self, exam, command, reason="", token=None):
        self.call("POST", f"/api/v1/exams/{exam}/commands", {"command": command, "reason": reason}, token)

    def change(self, number, edit):
        order = self.call("GET", f"/api/v1/orders/{number}")["order"]
        edit(order)
        self.call("PUT", f"/api/v1/orders/{number}", order)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("agenda") / "data")
    yield desk
    desk.server.stop()


def checked(message):
    """The message of hl7apy, whose own tables find nothing wrong with it."""
    parsed = parse_message(str(message), validation_level=VALIDATION_LEVEL.STRICT, find_groups=True)
    assert parsed.validate()
    return parsed


def actions(message):
    return {name: [str(each[2]) for each in message.segments(name)]
            for name in ("AIS", "AIG", "AIL", "AIP") if name in [str(segment[0]) for segment in message]}


def agenda(desk):
    """What is done at the desk, with what the HIS has to hear of it."""
    machine = desk.resource("CT 1", "machine", aeTitle="CT1", modality="CT")
    room = desk.resource("Room 7", "room")
    person = desk.resource("Curie^Marie", "person")
    order = desk.place("CTCH")
    number, exam = order["id"], order["procedures"][0]["id"]
    yield desk.book(exam, [machine], "090000"), "S12", "Booked"
    yield desk.book(exam, [machine], "100000"), "S13", "Booked"
    yield desk.book(exam, [machine], "100000", 40), "S14", "Booked"
    yield desk.change(number, lambda order: order["request"].update(reason="Dyspnoea")), None, None
    yield desk.change(number, lambda order: order["procedures"][0].update(description="Low dose")), "S14", "Booked"
    yield desk.book(exam, [machine, room, person], "100000", 40), "S18", "Booked"
    yield desk.book(exam, [room, person], "100000", 40), "S20", "Booked"
    yield desk.book(exam, [machine], "100000", 40), "S19", "Booked"
    yield desk.perform(exam, "markNoShow", "did not come"), "S26", "Noshow"
    yield desk.perform(exam, "unschedule", "asked again"), None, None
    yield desk.book(exam, [machine], "110000"), "S12", "Booked"
    yield desk.perform(exam, "unschedule", "cannot come"), "S15", "Cancelled"
    yield desk.book(exam, [machine], "120000"), "S12", "Booked"
    yield desk.change(number, lambda order: order.update(procedures=[{"description": "MR"}])), "S17", "Deleted"
    second = desk.place("CTAB")["procedures"][0]["id"]
    yield desk.book(second, [machine], "130000"), "S12", "Booked"
    desk.perform(second, "arrive")
    desk.perform(second, "enterRoom", token=desk.administrator)
    yield desk.perform(second, "discontinue", "felt unwell", desk.administrator), "S16", "Dc"
    block = desk.call("POST", "/api/v1/agenda/blocks", {
        "resources": [machine, room], "start": {"date": "20300305", "time": "120000"}, "minutes": 60,
        "title": "Service"})
    yield None, "S23", "Blocked"
    yield desk.call("DELETE", f"/api/v1/agenda/blocks/{block['id']}"), "S24", "Deleted"


def test_each_event_of_the_agenda_is_told(desk):
    (port,) = free_ports(1)
    desk.server.command("hl7", "destination", "add", "HIS", "127.0.0.1", port, "--kinds", "appointments", "--data",
                        desk.server.data)
    with Receiver(port) as his:
        expected = []
        for _, trigger, status in agenda(desk):
            # A message says how things stand when it is made, so each is awaited.
            if trigger:
                expected.append((trigger, status))
                his.wait(len(expected), 60)
        heard = list(his.messages)
    by_patient = [each for each in heard if "PID" in [str(segment[0]) for segment in each]]
    blocks = [each for each in heard if each not in by_patient]
    told = [(str(each.segment("MSH")[9]).split("^")[1], str(each.segment("SCH")[25])) for each in by_patient + blocks]
    assert told == expected
    for message in by_patient:
        parsed = checked(message)
        assert str(message.segment("SCH")[6]) not in ("", "^")
        assert parsed.msh.msh_9.to_er7().endswith("^SIU_S12")
    said = dict(zip([trigger for trigger, _ in told], by_patient + blocks))
    assert str(by_patient[0].segment("AIS")[4]) == str(by_patient[0].segment("SCH")[11]).split("^")[3] == \
        "20300304090000"
    assert str(by_patient[0].segment("AIG")[3]) == "CT1^CT 1" and str(by_patient[0].segment("AIG")[8]) == \
        "20300304090000"
    assert actions(said["S18"]) == {"AIS": ["A"], "AIG": ["A"], "AIL": ["A"], "AIP": ["A"]}
    assert actions(said["S20"]) == {"AIS": ["U"], "AIL": ["U"], "AIP": ["U"]}
    assert "did not come" in str(said["S26"].segment("SCH")[6])
    assert [str(said[each].segment("AIG")[3]) for each in ("S23", "S24")] == ["CT1^CT 1"] * 2
    assert str(said["S23"].segment("AIL")[9]) == "60" and str(said["S23"].segment("AIL")[6]) == "20300305120000"
    assert "Service" in str(said["S23"].segment("SCH")[7])
