# SPDX-License-Identifier: Apache-2.0
"""Urgent first, in every list of what is to be done; and appointments carried to other times and machines."""

import pytest
from conftest import need_program
from martlet_server import PASSWORD, prepared_server
from test_office import DAY, appointment, book, open_agenda, order, post, resource, start_of
from test_roles import keys_of

#: What leads to each list that is sorted by urgency, as commands of the exam, then of its report.
LISTS = {
    "schedule": ([], None), "waiting": (["arrive"], None), "room": (["arrive", "enterRoom"], None),
    "performed": (["enterRoom", "complete"], None), "read": (["enterRoom", "complete", "release"], None),
    "drafts": (["enterRoom", "complete", "release"], "save"), "sign": (["enterRoom", "complete", "release"], "submit"),
}
#: By the time of the appointment, or newest first.
OTHERS = {"scheduled", "done", "ended", "all"}
READING = {"read": ["read", "drafts"], "sign": ["sign"], "all": ["read", "drafts", "sign"]}
CONTENT = {"sections": [{"key": "findings", "title": "Findings", "text": "Nothing."}]}


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    """In each list four exams: what is urgent came last but one, what is soon last."""
    need_program()
    server = prepared_server(tmp_path_factory.mktemp("urgent") / "data")
    server.add_user("front", "receptionist")
    server.add_user("reader", "radiologist")
    desk = server.token
    reader = server.create_token("reader")
    server.token = desk
    server.machines = {name: resource(server, name, "CT") for name in ("CT1", "CT2")}
    server.exams = {}
    for key, (commands, report) in LISTS.items():
        for priority in ("ROUTINE", "LOW", "STAT", "HIGH"):
            exam = placed(server, f"{key}-{priority}", priority)
            for command in commands:
                post(server, f"exams/{exam}/commands", {"command": command})
            if report:
                server.token = reader
                post(server, f"exams/{exam}/report", {"command": report, "basedOn": 0, "content": CONTENT})
                server.token = desk
            server.exams[key, priority] = exam
    yield server
    server.stop()


def placed(server, name, priority):
    procedure = {"description": f"CT {name}", "priority": priority,
                 "steps": [{"modality": "CT", "description": f"CT {name}", "minutes": 30}]}
    patient = {"identifiers": [{"value": name, "issuer": ""}], "name": f"{name}^Example", "birthDate": "19710302"}
    return post(server, "orders", {"patient": patient, "order": {"procedures": [procedure]}})[
        "order"]["procedures"][0]["id"]


def shown(reader):
    return [int(each) for each in reader.page.locator(".work-row[data-exam]").evaluate_all(
        "(rows) => rows.map((row) => row.dataset.exam)")]


def expected(server, *lists):
    """By urgency, and who waits longest first among those that are alike."""
    return [server.exams[key, priority] for priority in ("STAT", "HIGH", "ROUTINE", "LOW") for key in lists]


def test_every_list_is_tried():
    assert set(keys_of("radiology/worklists.ts")) == set(LISTS) | OTHERS
    assert set(keys_of("reports/reading-filter.ts")) == set(READING) | {"done"}


def test_urgent_comes_first_in_every_worklist(reader, department):
    reader.sign_in(department.url, "reader", PASSWORD)
    page = reader.page
    page.locator("nav.places").wait_for()
    for key in LISTS:
        page.goto(f"{department.url}/#/worklist?list={key}")
        page.locator(f'.work-row[data-exam="{department.exams[key, "STAT"]}"]').wait_for()
        reader.until(lambda: shown(reader) == expected(department, key))
        first = page.locator(".work-row[data-exam]").first
        assert first.locator(".priority.urgent").inner_text() == "Emergency"
        reader.picture(key)
    for key, lists in READING.items():
        page.goto(f"{department.url}/#/reading?list={key}")
        page.locator(f'.work-row[data-exam="{department.exams[lists[-1], "LOW"]}"]').wait_for()
        reader.until(lambda: shown(reader) == expected(department, *lists))
        reader.picture("reading-" + key)


def test_urgent_comes_first_beside_the_agenda(reader, department):
    server = department
    wishes = {priority: placed(server, f"wish-{priority}", priority) for priority in ("ROUTINE", "LOW", "STAT", "HIGH")}
    for exam in wishes.values():
        post(server, f"exams/{exam}/waiting", {"note": "any day"}, "PUT")
    open_agenda(reader, server, "front")

    def listed(title):
        return [int(each) for each in reader.page.locator(f'.agenda-side h2:has-text("{title}") + ul .side-item')
                .evaluate_all("(rows) => rows.map((row) => row.dataset.exam)")]

    reader.until(lambda: listed("Waiting list") == [wishes[each] for each in ("STAT", "HIGH", "ROUTINE", "LOW")])
    reader.until(lambda: listed("To schedule") == expected(server, "schedule"))
    reader.picture("side")


def machine_of(server, exam):
    for entry in server.json(f"/api/v1/agenda?from={DAY}")["appointments"]:
        if entry["appointment"]["booking"]["exam"] == exam:
            return entry["appointment"]["booking"]["resources"]
    return None


def carry(reader, name, column, minutes):
    """Drags an appointment to the column of a machine and by some minutes."""
    page = reader.page
    # The page may draw its appointments anew in between.
    box = reader.until(lambda: appointment(reader, name).count() == 1 and appointment(reader, name).bounding_box())
    target = page.locator(".agenda-column").nth(column).bounding_box()
    height = box["height"] / 30 * minutes
    page.mouse.move(box["x"] + 30, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 8 + height / 2, steps=4)
    page.mouse.move(target["x"] + target["width"] / 2, box["y"] + 8 + height, steps=6)
    reader.picture(f"carried-{name}")
    page.mouse.up()


def in_column(reader, column, name):
    """Waits until an appointment stands there."""
    reader.page.locator(".agenda-column").nth(column).locator(".appointment:not(.ghost)", has_text=name).wait_for()


def test_an_appointment_is_carried_to_another_machine(reader, department):
    server = department
    names = ("Ahrens", "Bolte", "Claus")
    first, second, third = (order(server, f"M-{name}", name, "CT thorax", "CT") for name in names)
    book(server, first, server.machines["CT1"], "0900")
    book(server, second, server.machines["CT2"], "1100")
    book(server, third, server.machines["CT2"], "1300")
    open_agenda(reader, server)
    appointment(reader, "Bolte").wait_for()
    appointment(reader, "Ahrens").wait_for()
    heads = reader.page.locator(".agenda-column").count()
    assert heads == 2
    # To a free place of the other machine, half an hour later.
    carry(reader, "Ahrens", 1, 30)
    reader.until(lambda: (machine_of(server, first), start_of(server, first)) == ([server.machines["CT2"]], "0930"))
    in_column(reader, 1, "Ahrens")
    # And back onto nobody: at 11:00 CT1 is free, though CT2 is not.
    carry(reader, "Bolte", 0, 0)
    reader.until(lambda: machine_of(server, second) == [server.machines["CT1"]])
    in_column(reader, 0, "Bolte")
    assert start_of(server, second) == "1100"
    # Onto an appointment of that machine: refused, with whose it is; the right to overbook allows it.
    carry(reader, "Claus", 0, -120)
    dialog = reader.page.get_by_role("dialog", name="This time is taken")
    dialog.get_by_text("Bolte, Example").wait_for()
    assert (machine_of(server, third), start_of(server, third)) == ([server.machines["CT2"]], "1300")
    dialog.get_by_role("button", name="Book all the same").click()
    reader.until(lambda: (machine_of(server, third), start_of(server, third)) == ([server.machines["CT1"]], "1100"))
    reader.page.locator(".appointment.overbooked", has_text="Claus").wait_for()


def test_who_may_not_overbook_carries_onto_nobody(reader, department):
    server = department
    first, second = (order(server, f"N-{name}", name, "CT thorax", "CT") for name in ("Dirks", "Evers"))
    book(server, first, server.machines["CT1"], "1500")
    book(server, second, server.machines["CT2"], "1500")
    open_agenda(reader, server, "front")
    appointment(reader, "Evers").wait_for()
    appointment(reader, "Dirks").wait_for()
    carry(reader, "Evers", 0, 0)
    dialog = reader.page.get_by_role("dialog", name="This time is taken")
    dialog.get_by_text("Dirks, Example").wait_for()
    assert dialog.get_by_role("button", name="Book all the same").count() == 0
    reader.picture("refused")
    reader.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert (machine_of(server, second), start_of(server, second)) == ([server.machines["CT2"]], "1500")
