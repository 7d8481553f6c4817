# SPDX-License-Identifier: Apache-2.0
"""Each profession in front of its pages, and R from any list to images with earlier ones and report side by side."""

import datetime
import re
from pathlib import Path

import pydicom
import pytest
from conftest import VOLUME, need_program, send
from martlet_server import PASSWORD, prepared_server
from reading import Reader
from seen import another
from test_accessibility import audited
from test_reports import Hospital

SOURCES = Path(__file__).resolve().parents[2] / "Web" / "src"
#: Every page by its address, and what stands on it when it is there.
PAGES = {
    "Studies": ("#/", ".row[data-study]"),
    "Worklists": ("#/worklist?list=all", ".work-row[data-exam]"),
    "Reading": ("#/reading", ".reading-list .work-row[data-exam]"),
    "Critical": ("#/critical", "tr[data-exam]"),
    "Reports": ("#/reports?words=nodule", ".found-card"),
    "Agenda": ("#/agenda", ".agenda-column"),
    "Patients": ("#/patients", "tr[data-key]"),
    "To resolve": ("#/resolve", ".part h2"),
    "Statistics": ("#/statistics", ".chart"),
    "Administration": ("#/administration", ".office-main"),
}
DEPARTMENT = ["Studies", "Worklists", "Agenda", "Patients"]
#: What a profession finds at the head of each page, in its order; it begins with the second member.
PROFESSIONS = {
    "administrator": (list(PAGES), "#/"),
    "radiologist": ([name for name in PAGES if name != "Administration"], "#/reading"),
    "technologist": (["Studies", "Worklists", "Reports", "Agenda", "Patients", "To resolve", "Administration"],
                     "#/worklist"),
    "secretary": (["Studies", "Worklists", "Reading", "Critical", "Reports", "Agenda", "Patients"], "#/reading"),
    "receptionist": (DEPARTMENT, "#/agenda"),
    "clinician": (["Studies", "Reports"], "#/"),
    "manager": (["Statistics"], "#/statistics"),
    "researcher": ([], "#/"),
}


def keys_of(source):
    """The keys of the lists that a page declares."""
    return re.findall(r'\{\s*key: "(\w+)", title:', (SOURCES / source).read_text())


class Department:
    """One patient with an exam in every state, each with images, and one that nobody asked for."""

    def __init__(self, server, folder):
        self.hospital = Hospital(server, {role: role for role in PROFESSIONS if role != "administrator"})
        self.url, self.folder = server.url, folder
        self.desk = server.token
        self.reader = server.create_token("radiologist")
        server.token = self.desk
        day = datetime.date.today().strftime("%Y%m%d")
        machine = self.hospital.call("PUT", "/api/v1/resources", {
            "name": "CT 1", "kind": "machine", "aeTitle": "CT1", "modality": "CT",
            "openings": [{"weekday": each, "from": 0, "to": 1440} for each in range(1, 8)]})["id"]
        self.exams = {}
        self.prior = self.validated("prior", "CT of last year", "19991231")
        self.exams["validated"] = self.validated("validated", "CT that was read")
        for status in ("toRead", "dictated", "toSign"):
            self.exams[status] = self.hospital.exam("Longest", f"CT {status}", study=self.images(status))
        self.report("dictated", "save")
        self.report("toSign", "submit")
        for status, commands in {
            "requested": [], "scheduled": [], "arrived": ["arrive"], "inRoom": ["arrive", "enterRoom"],
            "performed": ["enterRoom", "complete"], "cancelled": ["cancel"],
        }.items():
            exam = self.exams[status] = self.order(status)
            if status == "scheduled":
                self.hospital.call("PUT", f"/api/v1/exams/{exam}/booking", {
                    "resources": [machine], "start": {"date": day, "time": "120000"}, "minutes": 30})
            for command in commands:
                self.hospital.call("POST", f"/api/v1/exams/{exam}/commands", {"command": command, "reason": "test"})
        self.as_reader(f"exams/{self.exams['toRead']}/critical-results", {
            "level": "red", "finding": "Tension pneumothorax", "recipient": "Ward three"})
        stray = self.images("stray", PatientID="STRAY", PatientName="Stray^Image", AccessionNumber="NOBODY")
        self.stray = stray

    def images(self, name, **given):
        """Two images of a study of their own; its UID."""
        said = {"PatientID": "Longest", "PatientName": "Longest^Example", "PatientBirthDate": "19710302",
                "PatientSex": "F", "AccessionNumber": "", **given}
        first = another(sorted(VOLUME.glob("*.dcm"))[10], StudyDescription=name, **said)
        second = another(sorted(VOLUME.glob("*.dcm"))[12], StudyDescription=name, **said)
        second.StudyInstanceUID, second.SeriesInstanceUID = first.StudyInstanceUID, first.SeriesInstanceUID
        paths = []
        for number, image in enumerate((first, second)):
            paths.append(self.folder / f"{name}-{number}.dcm")
            pydicom.dcmwrite(paths[-1], image, enforce_file_format=True)
        send(self.hospital.server, paths)
        return first.StudyInstanceUID

    def order(self, name):
        view = self.hospital.call("POST", "/api/v1/orders", {
            "patient": {"identifiers": [{"value": "Longest", "issuer": ""}], "name": "Longest^Example",
                        "birthDate": "19710302", "sex": "F"},
            "order": {"request": {"reason": "Cough"}, "procedures": [{
                "description": f"CT {name}", "steps": [{"modality": "CT", "description": f"CT {name}"}]}]}})
        return view["order"]["procedures"][0]["id"]

    def validated(self, name, description, day=None):
        more = {"StudyDate": day} if day else {}
        exam = self.hospital.exam("Longest", description, study=self.images(name, **more))
        self.exams[name] = exam
        self.report(name, "validate")
        return exam

    def report(self, name, command):
        text = f"Nodule of 4 mm, {name}."
        content = {"sections": [{"key": "findings", "title": "Findings", "text": text},
                                {"key": "impression", "title": "Impression", "text": "Nodule."}]}
        self.as_reader(f"exams/{self.exams[name]}/report", {"command": command, "basedOn": 0, "content": content})

    def as_reader(self, path, body):
        self.hospital.server.token = self.reader
        self.hospital.call("POST", f"/api/v1/{path}", body)
        self.hospital.server.token = self.desk


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    need_program()
    folder = tmp_path_factory.mktemp("roles")
    server = prepared_server(folder / "data")
    yield Department(server, folder)
    server.stop()


class Watched(Reader):
    """A reader whose page may ask for nothing that the server refuses."""

    def __init__(self, page, folder):
        super().__init__(page, folder)
        page.on("response", self._answered)

    def _answered(self, response):
        if response.status >= 400 and not self.is_expected(response):
            self.mistakes.append(f"{response.status} {response.request.method} {response.url}")

    @staticmethod
    def is_expected(response):
        """Nobody is signed in yet, nobody wrote a report yet, nobody asked for a study: answers to questions."""
        path = response.url.split("/api/v1/")[-1]
        return (response.status == 401 and path == "session") or (
            response.status == 404 and re.fullmatch(r"exams/\d+/report(-draft)?|reports/\d+|studies/[\d.]+/exam", path))


@pytest.fixture
def person(chromium, request):
    opened = []

    def sit_down(url, role, size=(1600, 1000), locale="en-GB"):
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale=locale)
        context.set_default_timeout(60_000)
        someone = Watched(context.new_page(), request.node.name)
        opened.append((context, someone))
        someone.page.goto(url + "/")
        someone.page.locator("input[name=name]").fill("admin" if role == "administrator" else role)
        someone.page.locator("input[name=password]").fill(PASSWORD)
        someone.page.locator("button[type=submit]").click()
        someone.page.locator("input[name=password]").wait_for(state="detached")
        return someone

    yield sit_down
    for context, someone in opened:
        someone.picture("end")
        context.close()
        assert someone.mistakes == []


@pytest.mark.parametrize("role", PROFESSIONS)
def test_a_profession_finds_its_pages_and_no_others(person, department, role):
    places, home = PROFESSIONS[role]
    someone = person(department.url, role)
    page = someone.page
    if not places:
        page.get_by_role("heading", name="Not part of your work").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("User name").wait_for()
        return
    page.locator("nav.places").wait_for()
    assert page.evaluate("location.hash").split("?")[0] == home
    assert page.locator("nav.places a").all_inner_texts() == places
    for name in places:
        address, shown = PAGES[name]
        page.goto(f"{department.url}/{address}")
        page.locator(shown).first.wait_for()
        assert page.locator("nav.places a[aria-current=page]").inner_text() == name
        someone.picture(name.replace(" ", "-"))
        # Nothing stands outside of the window.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    for name in PAGES.keys() - set(places):
        page.goto(f"{department.url}/{PAGES[name][0]}")
        page.get_by_role("heading", name="Not part of your work").wait_for()
        assert page.locator(PAGES[name][1]).count() == 0
    # A link to an exam leads nobody past their rights.
    unread = department.exams["dictated"]
    page.goto(f"{department.url}/#/read/{unread}")
    if role in ("receptionist", "manager"):
        page.get_by_role("heading", name="Not part of your work").wait_for()
    elif role in ("radiologist", "secretary"):
        page.locator(".report-editor textarea").first.wait_for()
    else:
        page.get_by_text("There is no validated report").first.wait_for()
        assert "Nodule of 4 mm, dictated" not in page.locator("body").inner_text()


def press_r(someone, exam):
    """R, then: images on the left, the report or where it will stand on the right, earlier ones at hand."""
    page = someone.page
    page.keyboard.press("r")
    page.locator(".images-side .pane[data-image]").first.wait_for()
    page.locator(".report-side .report-desk").wait_for()
    assert page.url.split("?")[0].endswith(f"/#/read/{exam}")
    page.locator(".prior-chips .chip").first.wait_for()
    page.locator(".images-side [class*=prior]").first.wait_for()
    images, report = (page.locator(each).bounding_box() for each in (".images-side", ".report-side"))
    assert images["x"] + images["width"] <= report["x"] + 1 and abs(images["y"] - report["y"]) < 90


#: Each list with the exam whose row is pressed.
OFFICE = {
    "schedule": "requested", "scheduled": "scheduled", "waiting": "arrived", "room": "inRoom",
    "performed": "performed", "read": "toRead", "drafts": "dictated", "sign": "toSign", "done": "validated",
    "ended": "cancelled", "all": "toRead",
}
READING = {"read": "toRead", "sign": "toSign", "all": "dictated", "done": "validated"}


def test_every_list_of_the_code_is_tried():
    assert keys_of("radiology/worklists.ts") == list(OFFICE)
    assert set(keys_of("reports/reading-filter.ts")) == set(READING)


def test_r_leads_from_any_worklist_to_images_and_report(person, department):
    someone = person(department.url, "radiologist")
    page = someone.page
    page.locator("nav.places").wait_for()
    for key, status in OFFICE.items():
        exam = department.exams[status]
        page.goto(f"{department.url}/#/worklist?list={key}")
        page.locator(f'.work-row[data-exam="{exam}"]').click()
        press_r(someone, exam)
        # And back to the same list.
        page.get_by_role("button", name="Reading").first.click()
        page.locator(f'.work-row[data-exam="{exam}"]').wait_for()
        assert f"list={key}" in page.url


def test_r_leads_from_any_reading_list(person, department):
    someone = person(department.url, "radiologist")
    page = someone.page
    page.locator("nav.places").wait_for()
    for key, status in READING.items():
        exam = department.exams[status]
        page.goto(f"{department.url}/#/reading?list={key}")
        page.locator(f'.work-row[data-exam="{exam}"]').click()
        press_r(someone, exam)


def test_r_leads_from_all_other_lists(person, department):
    someone = person(department.url, "radiologist")
    page = someone.page
    read = department.exams["toRead"]
    patient = department.hospital.call("GET", f"/api/v1/exams/{read}")["exam"]["patient"]["id"]

    page.goto(f"{department.url}/#/critical")
    page.locator(f'tr[data-exam="{read}"]').focus()
    press_r(someone, read)

    page.goto(f"{department.url}/#/patient/{patient}")
    page.locator(f'tr[data-exam="{read}"]').focus()
    press_r(someone, read)

    page.goto(f"{department.url}/#/resolve/lost")
    page.get_by_label("For how long").select_option(label="at once")
    page.get_by_role("table", name="Unread past the limit").locator(f'tr[data-exam="{read}"]').focus()
    press_r(someone, read)

    page.goto(f"{department.url}/#/agenda")
    page.locator(f'.appointment[data-exam="{department.exams["scheduled"]}"]').focus()
    press_r(someone, department.exams["scheduled"])

    page.goto(f"{department.url}/#/agenda")
    page.locator(f'.side-item[data-exam="{department.exams["requested"]}"]').focus()
    press_r(someone, department.exams["requested"])

    page.goto(f"{department.url}/#/reports?words=nodule")
    page.locator(f'.found-card[data-exam="{department.exams["validated"]}"]').click()
    press_r(someone, department.exams["validated"])

    page.goto(f"{department.url}/#/")
    page.locator(".row[data-study]", has_text="toSign").first.wait_for()
    page.locator('[role="grid"]').focus()
    for _ in range(20):
        if page.locator(".row.selected", has_text="toSign").count():
            break
        page.keyboard.press("ArrowDown")
    press_r(someone, department.exams["toSign"])

    # What nobody asked for has no report to stand beside it: its images open.
    page.goto(f"{department.url}/#/resolve/studies")
    page.locator(f'tr[data-study="{department.stray}"]').wait_for()
    page.locator(f'tr[data-study="{department.stray}"] a').focus()
    page.keyboard.press("r")
    page.locator(".pane[data-image]").first.wait_for()
    assert department.stray in page.url


def test_r_shows_others_the_validated_report_beside_the_images(person, department):
    for role in ("clinician", "technologist"):
        someone = person(department.url, role)
        page = someone.page
        page.locator("nav.places").wait_for()
        page.goto(f"{department.url}/#/")
        page.locator(".row[data-study]", has_text="validated").first.wait_for()
        page.get_by_role("searchbox", name="Search studies").fill("validated")
        someone.wait_total(1)
        page.get_by_role("searchbox", name="Search studies").press("ArrowDown")
        press_r(someone, department.exams["validated"])
        assert "Nodule of 4 mm, validated." in page.locator(".report-side").inner_text()
        assert page.locator(".report-editor").count() == 0
        someone.picture(role)


def test_pages_that_open_by_their_number_can_be_read_and_reached(person, department):
    """WCAG 2.2 AA as test_accessibility.py asks it of the pages of the masthead, by mouse width and by phone width."""
    someone = person(department.url, "radiologist")
    page, faults = someone.page, {}
    page.locator("nav.places").wait_for()
    read, validated = department.exams["dictated"], department.exams["validated"]
    view = department.hospital.call("GET", f"/api/v1/exams/{read}")["exam"]
    pages = {
        "#/critical": "tr[data-exam]", f"#/order/{view['order']['id']}": ".history li", "#/order/new": ".order-form",
        f"#/patient/{view['patient']['id']}": "tr[data-exam]", f"#/read/{read}": ".images-side .pane[data-image]",
        f"#/report/{read}": ".report-editor", f"#/validated/{validated}": ".paper-sheet",
        "#/resolve/mismatches": ".part-bar", "#/resolve/reconciliations": ".part", "#/resolve/rejected": ".part",
        f"#/view/{view['exam']['studyInstanceUID']}": ".pane[data-image]", "#/administration": ".notice",
        f"#/read/{department.exams['requested']}": ".report-desk .warned",
    }
    for size in ((1600, 1000), (390, 844)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for address, shown in pages.items():
            page.goto(f"{department.url}/{address}")
            page.locator(shown).first.wait_for()
            # The page before may have shown the like; there is something to press on every page.
            page.locator("button:visible, a:visible, input:visible").first.wait_for()
            found = audited(someone)
            if found:
                faults[address, size] = found
        page.goto(f"{department.url}/#/")
    assert faults == {}


@pytest.mark.parametrize("size", [(820, 1180), (390, 844)])
def test_a_clinician_reads_on_a_tablet_and_on_a_phone(person, department, size):
    someone = person(department.url, "clinician", size, "fr-FR")
    page = someone.page
    page.locator(".row[data-study]").first.wait_for()
    someone.picture("list")
    for identifier in page.locator(".row[data-study] .cell.patientID span").all()[:5]:
        assert identifier.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{department.url}/#/reports?words=nodule")
    page.locator(".found-preview .report-text").wait_for()
    someone.picture("reports")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{department.url}/#/validated/{department.exams['validated']}")
    sheet = page.locator(".paper-sheet")
    sheet.wait_for()
    someone.picture("report")
    # No word of the head is broken into letters.
    for value in sheet.locator("dd").all():
        assert value.bounding_box()["width"] > 90
    assert "02/03/1971" in sheet.inner_text()
