# SPDX-License-Identifier: Apache-2.0
"""The study list with other archives: a second Martlet whose studies are found, brought here and read."""
import re

import pydicom
import pytest
from conftest import VOLUME, need_program, send
from martlet_server import PASSWORD, free_ports, prepared_server


@pytest.fixture
def two(tmp_path):
    """This archive, and one that has a study which is not here; a third is away."""
    need_program()
    away = free_ports(1)[0]
    second = prepared_server(tmp_path / "second", extra=["--set", "aeTitle=SECOND"])
    second.ae_title = "SECOND"
    server = prepared_server(tmp_path / "data", extra=["--set", "federatedNodes=SECOND,AWAY"])
    server.add_node("SECOND", "127.0.0.1", second.dicom_port)
    server.add_node("AWAY", "127.0.0.1", away)
    files, uid, series = sorted(VOLUME.glob("*.dcm"))[:12], pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    (tmp_path / "files").mkdir()
    for number, file in enumerate(files):
        image = pydicom.dcmread(file)
        image.StudyInstanceUID, image.SeriesInstanceUID, image.PatientID = uid, series, "FARAWAY1"
        image.PatientName = "Elsewhere^Ada"
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        image.save_as(tmp_path / "files" / f"{number}.dcm")
    send(second, sorted((tmp_path / "files").glob("*.dcm")))
    server.second, server.uid = second, uid
    yield server
    server.stop()
    second.stop()


def test_a_study_of_another_archive_is_found_fetched_and_read(reader, two):
    reader.sign_in(two.url, "admin", PASSWORD)
    page = reader.page
    switch = page.get_by_role("button", name="Other archives")
    switch.wait_for()
    assert switch.get_attribute("aria-pressed") == "false"
    reader.search("elsewhere", 0)
    page.get_by_text("No study matches").wait_for()
    switch.click()
    row = page.locator(".space .row.elsewhere")
    row.wait_for()
    assert row.count() == 1 and row.locator(".place").inner_text() == "SECOND"
    assert "Elsewhere" in row.inner_text()
    status = page.locator(".others-status")
    assert "1 study in other archives" in status.inner_text()
    assert re.search(r"AWAY did not answer: .*refused", status.inner_text())
    reader.picture("found")
    # The switch is part of the address: the page comes back as it was.
    assert "others=1" in page.url
    page.reload()
    row.wait_for()

    # The other archive goes away while the study is wanted: why it does not come is said, and it can be tried again.
    two.second.stop()
    row.click()
    dialog = page.locator("dialog.fetch-dialog")
    dialog.get_by_text("Fetching the study from SECOND").wait_for()
    dialog.get_by_text(re.compile(r"SECOND: .*refused")).wait_for()
    reader.picture("away")
    two.second.start()
    # It comes by itself at the next attempt, or when it is asked for again.
    again = dialog.get_by_role("button", name="Try again")

    def opened():
        if again.is_visible():
            again.click()
        return page.locator('.pane[data-image="1"]').count() > 0

    reader.until(opened)
    assert len(two.json(f"/dicom-web/studies/{two.uid}/instances")) == 12
    reader.picture("read")
    # Now it is here, and not marked any more.
    page.go_back()
    page.locator(f'.space .row[data-study="{two.uid}"]:not(.elsewhere)').wait_for()
    assert page.locator(".space .row.elsewhere").count() == 0
