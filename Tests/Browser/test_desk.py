# SPDX-License-Identifier: Apache-2.0
"""Round the report: critical results, drafts, doubles, the PDF of the archive, measurements, corrections, sessions."""

import re

import pydicom
import pytest
from conftest import VOLUME, need_program, send
from martlet_server import PASSWORD, prepared_server
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from reading import Reader
from seen import another
from test_reports import Hospital, area, desk, saved, sign_in  # noqa: F401

CT = sorted(VOLUME.glob("*.dcm"))[12]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory):
    need_program()
    server = prepared_server(tmp_path_factory.mktemp("desk") / "data")
    place = Hospital(server, {"reader": "radiologist", "clinic": "clinician", "front": "receptionist"})
    place.admin, place.reader = server.token, server.create_token("reader")
    server.token = place.admin
    yield place
    server.stop()


def validated(hospital, family, text="Nodule of 5 mm.", **more):
    exam = hospital.exam(family, f"CT of {family}", **more)
    hospital.server.token = hospital.reader
    hospital.call("POST", f"/api/v1/exams/{exam}/report", {"command": "validate", "basedOn": 0, "content": {
        "sections": [{"key": "findings", "title": "Findings", "text": text},
                     {"key": "impression", "title": "Impression", "text": "Nodule."}]}})
    hospital.server.token = hospital.admin
    return exam


def store(hospital, folder, *objects):
    paths = []
    for number, each in enumerate(objects):
        paths.append(folder / f"{number}.dcm")
        pydicom.dcmwrite(paths[-1], each, enforce_file_format=True)
    send(hospital.server, paths)


def code(value, scheme, meaning):
    coded = Dataset()
    coded.CodeValue, coded.CodingSchemeDesignator, coded.CodeMeaning = value, scheme, meaning
    return Sequence([coded])


def measured(image, title, value, unit):
    """A structured report with one number, of the study of an image."""
    number = Dataset()
    number.RelationshipType, number.ValueType = "CONTAINS", "NUM"
    number.ConceptNameCodeSequence = title
    figure = Dataset()
    figure.NumericValue, figure.MeasurementUnitsCodeSequence = value, unit
    number.MeasuredValueSequence = Sequence([figure])
    report = Dataset()
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate",
                    "StudyTime", "AccessionNumber", "StudyID", "ReferringPhysicianName"):
        setattr(report, keyword, image.get(keyword, ""))
    report.SOPClassUID, report.Modality = "1.2.840.10008.5.1.4.1.1.88.33", "SR"
    report.SOPInstanceUID, report.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    report.SeriesNumber, report.InstanceNumber = 50, 1
    report.ContentDate, report.ContentTime = "20260101", "120000"
    report.CompletionFlag, report.VerificationFlag = "COMPLETE", "UNVERIFIED"
    report.ValueType, report.ContinuityOfContent = "CONTAINER", "SEPARATE"
    report.ConceptNameCodeSequence = code("126000", "DCM", "Imaging Measurement Report")
    report.ContentSequence = Sequence([number])
    report.file_meta = pydicom.dataset.FileMetaDataset()
    report.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    report.file_meta.MediaStorageSOPClassUID = report.SOPClassUID
    report.file_meta.MediaStorageSOPInstanceUID = report.SOPInstanceUID
    return report


def test_a_critical_result_stays_on_the_page_until_it_is_said_back(desk, hospital):  # noqa: F811
    exam = hospital.exam("Acker", "CT head")
    hospital.server.token = hospital.reader
    hospital.call("POST", f"/api/v1/exams/{exam}/critical-results", {
        "level": "red", "finding": "Subdural haematoma", "recipient": "Ward three"})
    hospital.server.token = hospital.admin
    reader, other = desk("reader"), desk("other")
    for person in (reader, other):
        sign_in(person, hospital, "reader")
        person.page.goto(hospital.url + "/#/critical")
        person.page.get_by_role("row").filter(has_text="Subdural haematoma").wait_for()
    row = reader.page.get_by_role("row").filter(has_text="Subdural haematoma")
    row.get_by_role("button", name="Note the call").click()
    dialog = reader.page.locator("dialog[open]")
    dialog.get_by_label("Who was told").fill("Nurse of ward three")
    dialog.get_by_role("button", name="Note the call").click()
    # Told and not said back: it stays.
    dialog.locator(".calls li", has_text="not read back").wait_for()
    assert dialog.locator(".acknowledged", has_text="Acknowledged").count() == 0
    dialog.get_by_label("Who was told").fill("Doctor of ward three")
    dialog.get_by_label("They said it back").check()
    dialog.get_by_role("button", name="Note the call").click()
    dialog.locator(".acknowledged", has_text="Acknowledged").wait_for()
    reader.picture("acknowledged")
    dialog.get_by_role("button", name="Close").click()
    for person in (reader, other):
        person.page.get_by_text("Every critical result was acknowledged.").wait_for()


def test_drafts_wait_on_the_server_for_their_writer(desk, hospital):  # noqa: F811
    exam, done = hospital.exam("Bruun", "CT neck"), validated(hospital, "Colt")
    first = desk("first")
    sign_in(first, hospital, "reader")
    first.page.goto(f"{hospital.url}/#/report/{exam}")
    area(first, "Findings").fill("Begun at the first screen.")
    saved(first)
    first.page.reload()
    first.until(lambda: area(first, "Findings").input_value() == "Begun at the first screen.")
    first.page.goto(f"{hospital.url}/#/report/{done}")
    first.page.locator('[data-action="startAddendum"]').click()
    area(first, "Addendum").fill("Compared with last year.")
    first.until(lambda: hospital_draft(hospital, done) == "Compared with last year.")
    first.page.goto(hospital.url + "/#/reading")

    # Another machine, nothing in its browser.
    second = desk("second")
    sign_in(second, hospital, "reader")
    second.page.goto(f"{hospital.url}/#/report/{exam}")
    second.until(lambda: area(second, "Findings").input_value() == "Begun at the first screen.")
    second.page.goto(f"{hospital.url}/#/report/{done}")
    second.page.get_by_text("is back; nobody else has seen it.").wait_for()
    assert area(second, "Addendum").input_value() == "Compared with last year."
    second.picture("draft")
    clinic = desk("clinic")
    sign_in(clinic, hospital, "clinic")
    clinic.page.goto(f"{hospital.url}/#/validated/{done}")
    clinic.page.locator(".paper-sheet").wait_for()
    assert "Compared with last year" not in clinic.page.locator("body").inner_text()


def hospital_draft(hospital, exam):
    hospital.server.token = hospital.reader
    status, _, answer = hospital.server.request(f"/api/v1/exams/{exam}/report-draft")
    hospital.server.token = hospital.admin
    if status != 200:
        return None
    found = re.search(rb"Compared with last year\.", answer)
    return found[0].decode() if found else None


def test_who_may_be_the_same_person_is_pointed_out(desk, hospital):  # noqa: F811
    hospital.exam("Dreyer", "CT chest")
    front = desk("front")
    sign_in(front, hospital, "front")
    page = front.page
    page.goto(hospital.url + "/#/patients")
    page.get_by_role("button", name="New patient").click()
    form = page.get_by_role("dialog", name="New patient")
    # As it sounds, not as it is written.
    for label, value in {"Family name": "Dreier", "Given name": "Example", "Date of birth": "1971-03-02",
                         "Patient ID": "OTHER-1"}.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Register").click()
    warning = page.get_by_role("dialog", name="Is this the same person?")
    warning.get_by_text("Dreyer, Example").wait_for()
    front.picture("registering")
    warning.get_by_role("button", name="Go back").click()
    form.get_by_text("Not registered.").wait_for()
    form.get_by_role("button", name="Go back").click()
    page.goto(hospital.url + "/#/order/new")
    page.get_by_label("Family name").fill("Dreyer")
    page.get_by_label("Given name").fill("Example")
    page.get_by_label("Date of birth").fill("1971-03-02")
    page.get_by_label("Date of birth").press("Tab")
    page.locator(".order-warning", has_text="Dreyer").wait_for()
    front.picture("ordering")


def test_the_pdf_of_the_report_opens_from_the_archive_and_from_the_sheet(desk, hospital, tmp_path):  # noqa: F811
    image = another(CT, PatientID="Ebert", PatientName="Ebert^Example", PatientBirthDate="19710302", AccessionNumber="")
    store(hospital, tmp_path, image)
    exam = validated(hospital, "Ebert", study=image.StudyInstanceUID)
    clinic = desk("clinic")
    sign_in(clinic, hospital, "clinic")
    page = clinic.page

    def series():
        return hospital.call("GET", f"/api/v1/studies/{image.StudyInstanceUID}")["series"]

    clinic.until(lambda: len([each for each in series() if each["modality"] == "DOC"]) > 0)
    page.goto(f"{hospital.url}/#/validated/{exam}")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="PDF").click()
    answer = opened.value.context.request.get(f"{hospital.url}/api/v1/reports/{exam}/pdf")
    assert answer.headers["content-type"].startswith("application/pdf") and answer.body()[:5] == b"%PDF-"
    opened.value.close()
    page.goto(f"{hospital.url}/#/study/{image.StudyInstanceUID}")
    clinic.wait_image(1)
    shown = []
    page.on("response", lambda one: shown.append(one) if "pdf" in one.headers.get("content-type", "") else None)
    page.locator(".series", has_text="Report (PDF)").click()
    page.locator(".document iframe").wait_for()
    assert shown[0].body()[:5] == b"%PDF-" and image.StudyInstanceUID in shown[0].url
    clinic.picture("pdf")


def test_measurements_of_a_structured_report_come_into_the_text(desk, hospital, tmp_path):  # noqa: F811
    image = another(CT, PatientID="Falk", PatientName="Falk^Example", PatientBirthDate="19710302", AccessionNumber="")
    report = measured(image, code("81827009", "SCT", "Diameter"), "42.5", code("mm", "UCUM", "mm"))
    store(hospital, tmp_path, image, report)
    exam = hospital.exam("Falk", "CT aorta", study=image.StudyInstanceUID)
    reader = desk("reader")
    sign_in(reader, hospital, "reader")
    reader.page.goto(f"{hospital.url}/#/read/{exam}")
    reader.wait_image(1)
    area(reader, "Findings").fill("Aorta:")
    reader.page.keyboard.press("Alt+m")
    reader.until(lambda: "Diameter: 42.5 mm" in area(reader, "Findings").input_value())
    # Asked again it does not come twice.
    reader.page.keyboard.press("Alt+m")
    reader.page.get_by_text("These measurements stand in the report already.").wait_for()
    saved(reader)
    assert area(reader, "Findings").input_value().count("42.5") == 1
    reader.picture("measured")
    # Where speech would come in, the screen says that nothing is there to hear it.
    dictation = reader.page.get_by_role("button", name="Dictation: none")
    assert dictation.get_attribute("aria-disabled") == "true"
    dictation.click(force=True)
    reader.page.get_by_text("No speech recogniser is connected").wait_for()


def test_a_report_is_corrected_and_added_to_from_the_screen(desk, hospital):  # noqa: F811
    exam = validated(hospital, "Gruber", "Nodule of the right lobe.")
    reader, clinic = desk("reader"), desk("clinic")
    sign_in(reader, hospital, "reader")
    reader.page.goto(f"{hospital.url}/#/report/{exam}")
    reader.page.locator('[data-action="startCorrection"]').click()
    area(reader, "Findings").fill("Nodule of the left lobe.")
    reader.page.keyboard.press("F9")
    reader.page.get_by_label("Reason").fill("Wrong side")
    reader.page.locator(".reason-dialog button[type=submit]").click()
    reader.page.locator('.report-desk[data-status="correction"][data-mode="report"]').wait_for()
    reader.page.locator('[data-action="startAddendum"]').click()
    area(reader, "Addendum").fill("Told to the ward.")
    reader.page.keyboard.press("F9")
    reader.page.locator('.report-desk[data-status="addendum"][data-mode="report"]').wait_for()
    reader.picture("corrected")
    sign_in(clinic, hospital, "clinic")
    clinic.page.goto(f"{hospital.url}/#/validated/{exam}")
    words = clinic.page.locator(".paper-sheet").inner_text()
    assert "Nodule of the left lobe." in words and "right lobe" not in words and "Told to the ward." in words
    assert "Wrong side" in words and "Version 3" in words
    clinic.picture("clinician")


def test_a_refusal_is_told_in_the_language_of_the_reader(desk, hospital, chromium, request):  # noqa: F811
    context = chromium.new_context(viewport={"width": 1600, "height": 1000}, locale="fr-FR")
    front = Reader(context.new_page(), request.node.name)
    page = front.page
    page.goto(hospital.url + "/")
    page.locator("input[name=name]").fill("front")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.goto(hospital.url + "/#/patient/99999")
    notice = page.locator(".notice")
    notice.get_by_text("Introuvable").wait_for()
    assert notice.locator("p").inner_text().split("\n") == ["Introuvable", "There is no such resource."]
    front.picture("refused")
    context.close()
    assert front.mistakes == []


def shortened(route, seconds):
    """The server's answer, as it would be so long before the end of the session."""
    if route.request.method != "GET":
        return route.continue_()
    answer = route.fetch()
    return route.fulfill(response=answer, json={**answer.json(), "remainingSeconds": seconds})


def test_a_session_is_told_to_end_and_goes_on_without_leaving_the_page(desk, hospital):  # noqa: F811
    exam = hospital.exam("Huber", "CT pelvis")
    reader = desk("reader")
    page = reader.page
    page.clock.install()
    sign_in(reader, hospital, "reader")
    page.goto(f"{hospital.url}/#/report/{exam}")
    area(reader, "Findings").fill("Before the pause.")
    page.clock.run_for(6_000)
    saved(reader)
    # Two minutes before the session has lain idle for an hour.
    page.clock.fast_forward(59 * 60_000)
    page.clock.run_for(2_000)
    asked = page.get_by_role("dialog", name="Are you still there?")
    asked.get_by_role("timer").wait_for()
    reader.picture("idle")
    asked.get_by_role("button", name="Go on").click()
    asked.wait_for(state="detached")
    assert area(reader, "Findings").input_value() == "Before the pause."
    # Who works all day is asked for the password before the twelve hours are over.
    page.route("**/api/v1/session", lambda route: shortened(route, 200))
    page.clock.fast_forward(20 * 60_000)
    page.mouse.click(5, 990)
    page.clock.run_for(2_000)
    ending = page.get_by_role("dialog", name="Your session ends soon")
    reader.until(lambda: page.clock.run_for(1_000) or ending.count())
    ending.get_by_label("Password").fill("not it")
    ending.get_by_role("button", name="Go on").click()
    ending.get_by_text("User name or password is wrong.").first.wait_for()
    reader.picture("ends")
    page.unroute("**/api/v1/session")
    ending.get_by_label("Password").fill(PASSWORD)
    ending.get_by_role("button", name="Go on").click()
    ending.wait_for(state="detached")
    area(reader, "Findings").fill("Before the pause. And after it.")
    page.clock.run_for(6_000)
    saved(reader)
    # Nobody answers: the page is closed, and what was typed in between comes back with its writer.
    area(reader, "Findings").press_sequentially(" Unsaved.")
    page.clock.fast_forward(61 * 60_000)
    page.clock.run_for(2_000)
    page.get_by_label("User name").wait_for()
    page.get_by_label("User name").fill("reader")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    reader.until(lambda: area(reader, "Findings").input_value() == "Before the pause. And after it. Unsaved.")
