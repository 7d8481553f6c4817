# SPDX-License-Identifier: Apache-2.0
"""Reports in a real browser: a radiologist reads images, writes, signs and validates; the clinician sees it then."""

import json
import re

import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD, MartletServer, prepared_server
from reading import Reader

PEOPLE = {"reader": "radiologist", "second": "radiologist", "clinic": "clinician", "typist": "secretary"}


class Hospital:
    """A server with people and exams that wait to be read; asks as the administrator."""

    def __init__(self, server, people=None):
        self.server = server
        for name, role in (people or PEOPLE).items():
            server.add_user(name, role)
        self.url = server.url

    def call(self, method, path, body=None):
        sent = None if body is None else json.dumps(body).encode()
        status, _, answer = self.server.request(
            path, method, sent, {"Content-Type": "application/json", "Accept": "application/json"})
        assert status < 300, (method, path, status, answer[:500])
        return json.loads(answer) if answer else None

    def exam(self, family, description, **more):
        """An exam that is to be read. Its id, with its study."""
        given = {"priority": "ROUTINE", "modality": "CT", "reason": "Cough since two weeks", "patient": family, **more}
        procedure = {
            "description": description, "priority": given["priority"],
            "details": {"catalogueCode": given.get("code", "")},
            "steps": [{"modality": given["modality"], "description": description}],
        }
        if "study" in given:
            procedure["studyInstanceUID"] = given["study"]
        view = self.call("POST", "/api/v1/orders", {
            "patient": {
                "identifiers": [{"value": given["patient"], "issuer": ""}],
                "name": given.get("name", f"{family}^Example"),
                "birthDate": given.get("birth", "19710302"), "sex": "F"},
            "order": {
                "request": {"reason": given["reason"], "requestingPhysician": "Ward^Three"}, "procedures": [procedure]},
        })
        exam = view["order"]["procedures"][0]
        # Images that come meanwhile move the exam, too.
        for _ in range(20):
            status = self.call("GET", f"/api/v1/exams/{exam['id']}")["exam"]["exam"]["status"]
            command = {"requested": "enterRoom", "inRoom": "complete", "performed": "release"}.get(status)
            if command is None:
                break
            code, _, answer = self.server.request(
                f"/api/v1/exams/{exam['id']}/commands", "POST", json.dumps({"command": command}).encode(),
                {"Content-Type": "application/json"})
            assert code in (200, 409), answer
        assert status == "toRead"
        return exam["id"]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    running = prepared_server(tmp_path_factory.mktemp("reports") / "data")
    send(running, sorted(VOLUME.glob("*.dcm")))
    yield Hospital(running)
    running.stop()


@pytest.fixture
def desk(chromium, request):
    """Opens more people's browsers, each of their own."""
    opened = []

    def person(name, size=(1600, 1000)):
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
        context.set_default_timeout(60_000)
        someone = Reader(context.new_page(), request.node.name)
        opened.append((context, someone))
        return someone

    yield person
    for context, someone in opened:
        someone.picture("end")
        context.close()
        assert someone.mistakes == []


def study_of_phantom(hospital):
    return hospital.call("GET", "/api/v1/studies?limit=1")["studies"][0]


def sign_in(person, hospital, name):
    person.sign_in(hospital.url, name, PASSWORD)
    person.page.locator(".account .who", has_text=name).wait_for()


def line(person, name):
    return person.page.locator(".work-row[data-exam]", has_text=name)


def area(person, name):
    return person.page.locator(".report-editor textarea").and_(person.page.get_by_label(re.compile(f"^{name}")))


def saved(person):
    person.page.locator('.save-state[data-state="saved"]').wait_for()


def test_a_report_is_written_beside_its_images_and_validated(desk, hospital):
    study = study_of_phantom(hospital)
    exam = hospital.exam(
        "Phantom", "CT thorax", patient=study["patientID"], name=study["patientName"], birth=study["birthDate"],
        study=study["studyUID"], priority="STAT", reason="Cough since two weeks, weight loss. Tumour?")
    hospital.exam("Berg", "MR knee", modality="MR")
    reader, clinic = desk("reader"), desk("clinic")
    sign_in(reader, hospital, "reader")
    reader.page.goto(hospital.url + "/#/reading")
    line(reader, "MR knee").wait_for()
    rows = reader.page.locator(".work-row[data-exam]")
    assert "CT thorax" in rows.first.inner_text() and "Emergency" in rows.first.inner_text()
    reader.picture("reading-list")

    # One key from the list to images and report.
    reader.page.keyboard.press("Enter")
    reader.page.locator(".pane[data-image]").first.wait_for()
    reader.page.get_by_text("Not validated").wait_for()
    reader.page.locator(".claimed.mine").wait_for()
    area(reader, "Findings").fill("Nodule of the left upper lobe.\nNo effusion.")
    saved(reader)
    reader.picture("writing")
    # A mark on the image at hand, by keys alone.
    reader.page.keyboard.press("Alt+k")
    reader.page.locator(".report-images figure").first.wait_for()
    reader.page.keyboard.press("F2")
    area(reader, "Impression").fill("Nodule, to be followed. No pneumonia.")
    saved(reader)

    sign_in(clinic, hospital, "clinic")
    clinic.page.goto(f"{hospital.url}/#/validated/{exam}")
    clinic.page.get_by_text("There is no validated report").wait_for()

    reader.page.keyboard.press("F9")
    reader.page.locator('.report-desk[data-status="validated"]').wait_for()
    reader.picture("validated")
    clinic.page.get_by_role("button", name="Try again").click()
    sheet = clinic.page.locator(".paper-sheet")
    sheet.wait_for()
    assert "Nodule of the left upper lobe." in sheet.inner_text() and "reader" in sheet.inner_text()
    clinic.until(lambda: sheet.locator("img").evaluate_all("(all) => all.every((one) => one.naturalWidth > 0)"))
    clinic.picture("clinician")
    clinic.page.emulate_media(media="print")
    clinic.picture("paper")
    assert not clinic.page.locator(".paper-page .masthead").is_visible()


def test_nothing_that_was_typed_is_lost(desk, hospital):
    exam = hospital.exam("Norén", "CT head")
    reader = desk("reader")
    sign_in(reader, hospital, "reader")
    reader.page.goto(f"{hospital.url}/#/report/{exam}")
    area(reader, "Findings").fill("First line.")
    saved(reader)

    # The server is away, and the tab dies.
    reader.page.context.set_offline(True)
    area(reader, "Findings").press_sequentially(" Typed while the server was away.")
    reader.page.locator('.save-state[data-state="offline"]').wait_for()
    reader.picture("offline")
    reader.page.context.set_offline(False)
    reader.page.close()
    again = Reader(reader.page.context.new_page(), "test_nothing_that_was_typed_is_lost")
    again.page.goto(f"{hospital.url}/#/report/{exam}")
    saved(again)
    again.until(lambda: area(again, "Findings").input_value() == "First line. Typed while the server was away.")
    again.picture("back")
    kept = again.page.evaluate("() => Object.keys(localStorage).filter((name) => name.startsWith('martlet.report.'))")
    assert kept == []
    reader.page = again.page


def test_claims_second_reader_and_history(desk, hospital):
    hospital.call("PUT", "/api/v1/report-templates", {
        "name": "mammo", "title": "Mammography", "language": "en", "modality": "MG", "needsSecondReader": True,
        "sections": [
            {"key": "findings", "title": "Findings", "text": "", "isRequired": True, "choices": []},
            {"key": "impression", "title": "Impression", "text": "", "isRequired": True}],
        "fields": [{
            "key": "birads", "title": "BI-RADS", "kind": "choice", "isRequired": True, "choices": [
                {"value": "2", "scheme": "99B", "meaning": "2 benign"},
                {"value": "4", "scheme": "99B", "meaning": "4 suspicious"}]}]})
    exam = hospital.exam("Quist", "Mammography", modality="MG")
    first, second = desk("reader"), desk("second")
    sign_in(first, hospital, "reader")
    first.page.goto(f"{hospital.url}/#/report/{exam}")
    first.page.get_by_label("Template").select_option(label="Mammography")
    area(first, "Findings").fill("Mass in the left breast.")
    area(first, "Impression").fill("Suspicious mass.")
    saved(first)

    sign_in(second, hospital, "second")
    second.page.goto(hospital.url + "/#/reading")
    line(second, "Quist").get_by_text("reader").wait_for()
    line(second, "Quist").dblclick()
    second.page.get_by_text("reader works on it").wait_for()
    assert second.page.locator(".report-actions [data-action]").count() == 0
    second.picture("somebody-elses")

    # The template wants its field before anybody signs.
    first.page.keyboard.press("F8")
    first.page.get_by_text("BI-RADS is missing").wait_for()
    first.until(lambda: first.page.evaluate("() => document.activeElement.id") == "report-field-birads")
    first.page.get_by_label("BI-RADS").select_option(label="4 suspicious")
    first.page.keyboard.press("F8")
    first.page.locator('.report-desk[data-status="signed"]').wait_for()
    first.page.locator('[data-action="validate"]:disabled').wait_for()
    first.picture("signed")

    second.page.get_by_role("button", name="Take over").click()
    second.page.locator(".claimed.mine").wait_for()
    second.page.keyboard.press("Escape")
    second.page.locator('[data-action="validate"]:enabled').wait_for()
    second.page.keyboard.press("F9")
    second.page.locator('.report-desk[data-status="validated"]').wait_for()
    second.page.locator('[data-action="startAddendum"]').click()
    area(second, "Addendum").fill("Compared with the images of last year: unchanged.")
    second.page.locator('.save-state[data-state="local"]').wait_for()
    second.page.keyboard.press("F9")
    second.page.locator('.report-desk[data-status="addendum"][data-mode="report"]').wait_for()
    second.page.get_by_role("button", name="Versions").click()
    second.page.locator(".version-detail ins", has_text="unchanged").wait_for()
    second.picture("versions")
    second.page.locator(".version-list button", has_text="Signed").click()
    second.page.locator("dialog").get_by_role("button", name="Close").click()

    # Somebody must be told of it.
    second.page.keyboard.press("Alt+c")
    second.page.get_by_label("What was found").fill("Suspicious mass")
    second.page.get_by_role("button", name="Note the finding").click()
    second.page.get_by_label("Who was told").fill("Doctor of the ward")
    second.page.get_by_label("They said it back").check()
    second.page.get_by_role("button", name="Note the call").click()
    second.page.locator(".critical-card .acknowledged", has_text="Acknowledged").wait_for()
    second.picture("critical")
    second.page.locator("dialog").get_by_role("button", name="Close").click()
    second.page.locator('.critical[data-state="done"]').wait_for()


def test_reports_are_found_by_their_words(desk, hospital):
    texts = {
        "Ek": ("en", "Acute appendicitis.", "Appendicitis."), "Ask": ("en", "No appendicitis.", "Normal."),
        "Roble": ("es", "Nódulos pulmonares en el lóbulo izquierdo.", "Nódulos."),
    }
    hospital.server.create_token("reader")
    for family, (language, findings, impression) in texts.items():
        exam = hospital.exam(family, "CT abdomen")
        hospital.call("POST", f"/api/v1/exams/{exam}/report", {
            "command": "validate", "basedOn": 0, "content": {
                "language": language, "template": "", "sections": [
                    {"key": "findings", "title": "Findings", "text": findings},
                    {"key": "impression", "title": "Impression", "text": impression}]}})
    hospital.server.create_token()
    reader = desk("reader")
    sign_in(reader, hospital, "reader")
    page = reader.page
    page.get_by_role("link", name="Reports").click()
    page.get_by_label("Search reports").fill("appendicitis")
    page.locator(".found-card", has_text="Ek").wait_for()
    assert page.locator(".found-card").count() == 2
    page.get_by_label("Leave out what is denied").check()
    page.locator(".found-card", has_text="Ask").wait_for(state="detached")
    page.locator(".found-preview mark", has_text="appendicitis").first.wait_for()
    reader.picture("search")
    page.get_by_label("Search reports").fill("nodulo lobulo")
    page.locator(".found-card mark", has_text="Nódulos").first.wait_for()
    reader.picture("spanish")
    page.keyboard.press("Enter")
    page.locator('.report-desk[data-status="validated"]').wait_for()


def test_the_list_lives_and_leads_from_exam_to_exam(desk, hospital):
    old = hospital.exam("Alder", "CT neck", patient="P-ALDER")
    hospital.server.create_token("second")
    hospital.call("POST", f"/api/v1/exams/{old}/report", {
        "command": "validate", "basedOn": 0, "content": {"sections": [
            {"key": "findings", "title": "Findings", "text": "Cyst of 4 mm in the left lobe."},
            {"key": "impression", "title": "Impression", "text": "Cyst."}]}})
    hospital.server.create_token()
    reader, second = desk("reader", (1920, 1200)), desk("second")
    for person, name in ((reader, "reader"), (second, "second")):
        sign_in(person, hospital, name)
        person.page.goto(hospital.url + "/#/reading?modality=CT")
        person.page.get_by_role("table", name="Reading list").wait_for()
    # What arrives, and what others do, shows by itself.
    first = hospital.exam("Alder", "CT neck control", patient="P-ALDER", priority="STAT")
    other = hospital.exam("Birch", "CT sinus", priority="STAT")
    line(reader, "CT neck control").wait_for()
    line(second, "CT sinus").get_by_role("button", name="Claim").click()
    line(reader, "CT sinus").get_by_text("second").wait_for()
    assert line(reader, "CT sinus").get_by_role("button").count() == 0
    line(second, "CT sinus").get_by_role("button", name="Release").click()
    line(reader, "CT sinus").get_by_role("button", name="Claim").wait_for()
    reader.picture("list")

    line(reader, "CT neck control").click()
    reader.page.keyboard.press("Enter")
    reader.page.locator(".prior-chips .chip", has_text="CT neck").wait_for()
    reader.page.keyboard.press("Alt+p")
    reader.page.locator(".prior-reader", has_text="Cyst of 4 mm").wait_for()
    area(reader, "Findings").fill("The cyst has not changed.")
    saved(reader)
    reader.picture("prior-beside")
    line(second, "CT neck control").get_by_text("reader").wait_for()

    # The report in a window of its own takes what the images give.
    with reader.page.expect_popup() as opened:
        reader.page.get_by_role("button", name="Own window").click()
    window = Reader(opened.value, "test_the_list_lives_and_leads_from_exam_to_exam")
    window.until(lambda: area(window, "Findings").input_value() == "The cyst has not changed.")
    window.picture("own-window")
    assert not reader.page.locator(".report-side").is_visible()
    opened.value.close()
    reader.page.locator(".report-side").wait_for()

    reader.page.keyboard.press("Alt+n")
    reader.until(lambda: f"/read/{first}" not in reader.page.url and "/read/" in reader.page.url)
    reader.page.locator(".claimed.mine").wait_for()
    assert hospital.call("GET", f"/api/v1/exams/{other}")["exam"]["exam"]["claim"]["by"] == "reader"
    reader.until(lambda: "claim" not in hospital.call("GET", f"/api/v1/exams/{first}")["exam"]["exam"])
