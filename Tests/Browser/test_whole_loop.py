# SPDX-License-Identifier: Apache-2.0
"""The whole loop with the report written in real Chromium: an order by python-hl7, worklist, images and commitment by
DCMTK and pynetdicom, the radiologist at the screen, ORU at a third-party MLLP server, FHIR, CDA, the clinician."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Interop"))

from martlet_server import PASSWORD  # noqa: E402
from peers import wait_for  # noqa: E402
from reading import Reader  # noqa: E402
from test_hl7_peers import Receiver, order, send  # noqa: E402
from test_loop import (  # noqa: E402
    TEXT,
    Hospital,
    check_documents,
    check_fhir,
    check_messages,
    closed_to_the_clinician,
    examine,
    of,
    worklist,
)
from test_reports import area, line, saved  # noqa: E402


@pytest.fixture
def people(chromium, request):
    """A radiologist and a clinician, each in a browser of their own."""
    opened = []

    def person(name, url):
        context = chromium.new_context(viewport={"width": 1600, "height": 1000})
        context.set_default_timeout(60_000)
        someone = Reader(context.new_page(), f"{request.node.name}-{name}")
        opened.append((context, someone))
        someone.sign_in(url, name, PASSWORD)
        someone.page.locator(".account .who", has_text=name).wait_for()
        return someone

    yield person
    for context, someone in opened:
        someone.picture("end")
        context.close()
        assert someone.mistakes == []


def test_a_report_written_in_the_browser_closes_the_loop(people, tmp_path):
    hospital = Hospital(tmp_path)
    files = sorted((Path(__file__).resolve().parents[1] / "Corpus/synthetic/volume").glob("ct*.dcm"))[:3]
    mllp_send = Path(sys.executable).parent / "mllp_send"
    try:
        with Receiver(hospital.his_port) as his, Receiver(hospital.ward_port) as ward:
            answer = send(mllp_send, hospital.server, tmp_path, order("4711", "LOOP1", "LOOPPAT", "Novák^Žofie"))
            assert str(answer.segment("MSA")[1]) == "AA"
            reader = people("radiologist", hospital.server.url)
            reader.page.goto(hospital.server.url + "/#/reading")
            entries = worklist(hospital.server, tmp_path / "worklist")
            examine(hospital.server, entries[0], files, tmp_path / "images")
            # The exam comes to the list by itself when its images and the end of its step are there.
            line(reader, "CT chest").wait_for()
            exam, found = hospital.exam()
            number, patient, study = exam["id"], found["order"]["patient"], exam["studyInstanceUID"]
            wait_for(lambda: len(of(his, "ORU")) == 1, what="the notice that images are there")
            write(reader)
            closed_to_the_clinician(hospital, number, patient)
            clinic = people("clinician", hospital.server.url)
            clinic.page.goto(f"{hospital.server.url}/#/validated/{number}")
            clinic.page.get_by_text("There is no validated report").wait_for()
            assert len(of(his, "ORU")) == 1 and not of(his, "MDM")

            reader.page.keyboard.press("F9")
            reader.page.locator('.report-desk[data-status="validated"]').wait_for()
            clinic.page.get_by_role("button", name="Try again").click()
            sheet = clinic.page.locator(".paper-sheet")
            sheet.wait_for()
            assert TEXT in sheet.inner_text() and "Novák" in sheet.inner_text()
            clinic.picture("clinician")
            wait_for(lambda: hospital.exam()[0]["status"] == "sent", what="all receivers to acknowledge the report")
            check_messages(his, ward, study)
            check_fhir(hospital, number, patient, study)
            check_documents(hospital, number, study)
    finally:
        hospital.server.stop()


def write(reader):
    """What a radiologist does: from the list to images and report by one key, then the text."""
    reader.page.keyboard.press("Enter")
    reader.page.locator(".pane[data-image]").first.wait_for()
    reader.page.locator(".claimed.mine").wait_for()
    area(reader, "Findings").fill(TEXT)
    area(reader, "Impression").fill("No pneumonia.")
    saved(reader)
    reader.picture("writing")
