# SPDX-License-Identifier: Apache-2.0
"""Earlier studies beside the current one, and arrangements that a reader saves."""

import numpy
import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from test_layouts import pane


@pytest.fixture(scope="module")
def patient(server, tmp_path_factory):
    """Three studies of one patient, and one of another whose number begins alike."""
    folder = tmp_path_factory.mktemp("priors")
    paths = []
    for number, (date, description, patient) in enumerate([
            ("20240110", "CT chest", "PRIORS1"), ("20230105", "CT chest", "PRIORS1"),
            ("20230601", "CT head", "PRIORS1"), ("20230701", "CT chest", "PRIORS12")]):
        study, series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
        for slice in (10, 20, 30):
            one = pydicom.dcmread(VOLUME / f"ct{slice:02d}.dcm")
            one.StudyInstanceUID, one.SeriesInstanceUID = study, series
            one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
            one.PatientID, one.PatientName = patient, "Before^After"
            one.StudyDate = one.SeriesDate = one.AcquisitionDate = one.ContentDate = date
            one.StudyDescription, one.SeriesDescription = description, "thin"
            one.AccessionNumber = f"N{number}"
            paths.append(folder / f"{number}-{slice}.dcm")
            one.save_as(paths[-1])
    send(server, paths)


def opened_newest(reader, server):
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.search("PRIORS1", 4)
    reader.page.locator(".row", has_text="2024-01-10").click()
    reader.wait_image(1)
    return reader


def test_the_relevant_prior_opens_beside_by_one_key(reader, server, patient):
    opened_newest(reader, server)
    priors = reader.page.locator(".prior")
    priors.first.wait_for()
    # The same region first, though another one is newer; another patient's study is none of them.
    assert [text.split("\n")[1] for text in priors.all_inner_texts()] == ["2023-01-05", "2023-06-01"]
    reader.page.keyboard.press("Shift+P")
    pane(reader, 1).locator(".corner.topRight", has_text="2023-01-05").wait_for()
    reader.picture("beside")
    reader.page.keyboard.press("Shift+P")
    pane(reader, 1).locator(".corner.topRight", has_text="2023-06-01").wait_for()
    # Both are of one frame of reference: they scroll together.
    reader.wheel(1)
    reader.until(lambda: pane(reader, 0).get_attribute("data-image") == "2")
    reader.until(lambda: pane(reader, 1).get_attribute("data-image") == "2")


def test_a_prior_is_opened_from_the_strip(reader, server, patient):
    opened_newest(reader, server)
    reader.page.locator(".prior", has_text="2023-06-01").click()
    reader.page.locator(".prior-study", has_text="2023-06-01").locator(".series").click()
    reader.page.locator(".corner.topRight", has_text="CT head").first.wait_for()


def test_an_arrangement_is_saved_and_used_again(reader, server, patient):
    opened_newest(reader, server)
    reader.page.locator(".prior").first.wait_for()
    reader.page.keyboard.press("Shift+P")
    pane(reader, 1).locator(".corner.topRight", has_text="2023-01-05").wait_for()
    reader.page.mouse.click(*(pane(reader, 1).bounding_box()[key] + 150 for key in ("x", "y")))
    reader.page.keyboard.press("3")
    pane(reader, 1).locator(".corner.bottomLeft", has_text="Lung").wait_for()
    reader.page.get_by_role("combobox", name="Arrangement").select_option(label="Save this arrangement…")
    dialog = reader.page.get_by_role("dialog", name="Save this arrangement")
    dialog.get_by_label("Name of the arrangement").fill("Chest with prior")
    dialog.get_by_label("Procedure: CT chest").check()
    reader.picture("saving")
    dialog.get_by_role("button", name="Save").click()
    reader.until(lambda: server.json("/api/v1/preferences/hanging-protocols"))
    reader.page.keyboard.press("q")
    reader.page.locator(".row", has_text="2024-01-10").click()
    pane(reader, 1).locator(".corner.topRight", has_text="2023-01-05").wait_for()
    pane(reader, 1).locator(".corner.bottomLeft", has_text="Lung").wait_for()
    reader.picture("hung")
    # Of the head nothing was said.
    reader.page.keyboard.press("q")
    reader.page.locator(".row", has_text="2023-06-01").click()
    reader.wait_image(1)
    reader.page.wait_for_timeout(800)
    assert reader.page.locator(".pane:visible").count() == 1
    reader.page.get_by_role("combobox", name="Arrangement").select_option(label="Chest with prior")
    reader.until(lambda: reader.page.locator(".pane:visible").count() == 2)
    reader.page.get_by_role("combobox", name="Arrangement").select_option(label="Forget “Chest with prior”")
    reader.until(lambda: server.json("/api/v1/preferences/hanging-protocols") == [])


def test_mammograms_hang_back_to_back(reader, server, tmp_path):
    study, paths = pydicom.uid.generate_uid(), []
    for number, (side, view) in enumerate([("L", "MLO"), ("R", "CC"), ("L", "CC"), ("R", "MLO")]):
        one = pydicom.dcmread(VOLUME / "ct20.dcm")
        one.StudyInstanceUID, one.SeriesInstanceUID = study, pydicom.uid.generate_uid()
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        one.PatientName, one.PatientID, one.Modality = "Pairs^Four", "PAIRS", "MG"
        one.ImageLaterality, one.ViewPosition, one.SeriesDescription = side, view, f"{side}{view}"
        one.SeriesNumber = number + 1
        for keyword in ("ImagePositionPatient", "ImageOrientationPatient"):
            delattr(one, keyword)
        paths.append(tmp_path / f"{number}.dcm")
        one.save_as(paths[-1])
    send(server, paths)
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Pairs, Four").click()
    for index, words in enumerate(["R  CC", "L  CC", "R  MLO", "L  MLO"]):
        pane(reader, index).locator(".corner.bottomRight", has_text=words).wait_for()
    reader.picture("hung")
    assert numpy.unique([pane(reader, i).get_attribute("data-image") for i in range(4)]).tolist() == ["1"]
