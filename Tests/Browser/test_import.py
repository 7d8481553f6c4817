# SPDX-License-Identifier: Apache-2.0
"""A disc in a ZIP file is taken in from the study list; what is no disc is refused in words."""
import zipfile

import pydicom
import pytest
from conftest import VOLUME, need_program
from martlet_server import PASSWORD, prepared_server


@pytest.fixture
def disc(tmp_path):
    """Three images, one of them damaged, and a text."""
    path = tmp_path / "disc.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number, file in enumerate(sorted(VOLUME.glob("*.dcm"))[:3]):
            packed.write(file, f"DICOM/IM{number}")
        packed.writestr("README.TXT", "A disc of somebody's.")
    body = bytearray(path.read_bytes())
    body[body.index(b"DICOM/IM2") + 5000] ^= 0xFF
    path.write_bytes(body)
    return path


def test_a_disc_is_taken_in(reader, tmp_path, disc):
    need_program()
    server = prepared_server(tmp_path / "data")
    try:
        reader.sign_in(server.url, "admin", PASSWORD)
        page = reader.page
        page.get_by_role("button", name="Import…").click()
        box = page.get_by_role("dialog")
        box.get_by_role("button", name="Take in").click()
        box.get_by_text("Choose a ZIP file first.").wait_for()
        wrong = tmp_path / "wrong.zip"
        wrong.write_bytes(b"no disc")
        box.get_by_label("ZIP file of the disc").set_input_files(wrong)
        box.get_by_role("button", name="Take in").click()
        box.get_by_text("This is no ZIP file, or it is not whole").wait_for()
        reader.picture("refused")
        box.get_by_label("ZIP file of the disc").set_input_files(disc)
        box.get_by_role("button", name="Take in").click()
        result = page.get_by_role("dialog", name="4 files were read")
        result.wait_for()
        text = result.inner_text()
        assert "2 stored" in text and "1 are no DICOM objects" in text and "1 could not be stored" in text
        assert "DICOM/IM2" in text and "checksum" in text
        reader.picture("taken-in")
        result.get_by_role("button", name="Close").click()
        result.wait_for(state="detached")
        name = str(pydicom.dcmread(sorted(VOLUME.glob("*.dcm"))[0]).PatientName).split("^")[0]
        page.locator(".space .row", has_text=name).first.wait_for()
    finally:
        server.stop()
