# SPDX-License-Identifier: Apache-2.0
"""Earlier studies beside the current one, and arrangements that a reader saves."""

import json

import numpy
import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from seen import screenshot
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


def test_arrangements_are_taken_elsewhere_as_a_file(reader, server, patient):
    opened_newest(reader, server)
    menu = reader.page.get_by_role("combobox", name="Arrangement")
    reader.page.get_by_role("button", name="Two panes side by side").click()
    menu.select_option(label="Save this arrangement…")
    reader.page.get_by_label("Name of the arrangement").fill("Travelling")
    reader.page.get_by_role("dialog").get_by_role("button", name="Save").click()
    reader.until(lambda: len(server.json("/api/v1/preferences/hanging-protocols") or []) == 1)
    with reader.page.expect_download() as download:
        menu.select_option(label="Export the arrangements…")
    saved = json.loads(download.value.path().read_text())
    assert [one["name"] for one in saved["protocols"]] == ["Travelling"]
    menu.select_option(label="Forget “Travelling”")
    reader.until(lambda: server.json("/api/v1/preferences/hanging-protocols") == [])
    chooser = reader.page.locator('input[type="file"]')
    chooser.set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": b'{"protocols": [{}]}'})
    reader.page.get_by_text("The file holds no arrangements.").wait_for()
    chooser.set_input_files(download.value.path())
    reader.page.get_by_text("1 arrangement was taken in.").wait_for()
    assert [one["name"] for one in server.json("/api/v1/preferences/hanging-protocols")] == ["Travelling"]
    menu.select_option(label="Travelling")
    menu.select_option(label="Forget “Travelling”")
    reader.until(lambda: server.json("/api/v1/preferences/hanging-protocols") == [])


def test_two_patients_on_the_screen_are_told_in_red(reader, server, tmp_path):
    study_of = {}
    for name, date in (("Twin^Anna", "20240110"), ("Twin^Berta", "20230110")):
        one = pydicom.dcmread(VOLUME / "ct20.dcm")
        one.StudyInstanceUID, one.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        one.PatientID, one.PatientName, one.StudyDate, one.SeriesDescription = "TWINS", name, date, "thin"
        study_of[name] = one.StudyInstanceUID
        one.save_as(tmp_path / f"{date}.dcm")
    send(server, sorted(tmp_path.glob("*.dcm")))
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.rows().first.wait_for()
    reader.page.goto(f"{server.url}/#/study/{study_of['Twin^Anna']}")
    reader.wait_image(1)
    reader.page.locator(".prior").first.wait_for()
    warning = reader.page.locator(".identity-warning")
    assert not warning.is_visible()
    reader.page.keyboard.press("Shift+P")
    warning.wait_for()
    assert "Twin, Anna" in warning.inner_text() and "Twin, Berta" in warning.inner_text()
    reader.picture("twins")
    reader.page.get_by_role("button", name="One pane").click()
    warning.wait_for(state="hidden")


def projection(path, name, number, series, modality, orientation, side, view, pixels):
    """A radiograph of a series, its pixels given."""
    one = pydicom.dcmread(VOLUME / "ct20.dcm")
    one.StudyInstanceUID, one.SeriesInstanceUID = series[0], series[1]
    one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    one.PatientName, one.PatientID, one.Modality = name, name.split("^")[0].upper(), modality
    one.ImageLaterality, one.ViewPosition, one.SeriesDescription = side, view, "views"
    one.InstanceNumber, one.PatientOrientation = number, orientation
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID"):
        delattr(one, keyword)
    one.PixelData, one.Rows, one.Columns = pixels.astype("<u2").tobytes(), *pixels.shape
    one.PixelSpacing = [1, 1]
    one.save_as(path)


def test_mammograms_of_one_series_stand_chest_wall_to_chest_wall(reader, server, tmp_path):
    # A bright breast at the chest wall, which is at the side where the row's direction has posterior.
    series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    views = [("L", "MLO", ["A", "FL"]), ("R", "CC", ["A", "L"]), ("L", "CC", ["A", "R"]), ("R", "MLO", ["P", "FR"])]
    for number, (side, view, orientation) in enumerate(views):
        pixels = numpy.zeros((200, 100), int)
        if orientation[0] == "P":
            pixels[:, 70:] = 1400
        else:
            pixels[:, :30] = 1400
        projection(tmp_path / f"{number}.dcm", "Walls^Four", number + 1, series, "MG", orientation, side, view, pixels)
    send(server, sorted(tmp_path.glob("*.dcm")))
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Walls, Four").click()
    for index, words in enumerate(["R  CC", "L  CC", "R  MLO", "L  MLO"]):
        pane(reader, index).locator(".corner.bottomRight", has_text=words).wait_for()

    def wall(index):
        """How bright a pane is 40 pixels from the middle of the screen, and as far from its outer edge."""
        box = pane(reader, index).bounding_box()
        y = int(box["y"] + box["height"] / 2)
        inner, outer = (box["x"] + box["width"] - 40, box["x"] + 40)
        if index % 2 == 1:
            inner, outer = outer, inner
        picture = screenshot(reader)
        return picture[y, int(inner)][0], picture[y, int(outer)][0]

    for index in range(4):
        reader.until(lambda: wall(index)[0] > 200 and wall(index)[1] < 60)
    reader.picture("walls")


def test_mammograms_of_other_pixels_have_one_scale(reader, server, tmp_path):
    # As many pixels each, but those of the left side are twice as long.
    series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    views = [("L", "MLO", ["A", "FL"]), ("R", "CC", ["P", "L"]), ("L", "CC", ["A", "R"]), ("R", "MLO", ["P", "FR"])]
    for number, (side, view, orientation) in enumerate(views):
        path = tmp_path / f"{number}.dcm"
        pixels = numpy.full((200, 100), 1400)
        projection(path, "Scales^Two", number + 1, series, "MG", orientation, side, view, pixels)
        made = pydicom.dcmread(path)
        made.PixelSpacing = [0.2, 0.2] if side == "L" else [0.1, 0.1]
        made.save_as(path)
    send(server, sorted(tmp_path.glob("*.dcm")))
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Scales, Two").click()
    for index, zoom in enumerate(["0.500", "1.000", "0.500", "1.000"]):
        reader.page.locator(f'.pane[data-pane="{index}"][data-zoom="{zoom}"]').wait_for()
    # Without texts.
    reader.page.keyboard.press("i")
    reader.page.keyboard.press("i")

    def heights():
        """The bright rows of each pane, 20 pixels from the middle of the screen, as shares of its height."""
        picture, found = screenshot(reader), []
        for index in range(4):
            box = pane(reader, index).bounding_box()
            x = int(box["x"] + (20 if index % 2 else box["width"] - 20))
            top, height = int(box["y"]), int(box["height"])
            found.append((picture[top:top + height, x, 0] > 200).sum() / height)
        return found

    expected = [0.5, 1, 0.5, 1]
    reader.until(lambda: all(abs(one - share) < 0.06 for one, share in zip(heights(), expected)))
    reader.picture("scales")


def test_a_pair_of_radiographs_stands_side_by_side(reader, server, tmp_path):
    series = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    for number, (view, orientation) in enumerate([("LL", ["A", "F"]), ("PA", ["L", "F"])]):
        projection(tmp_path / f"{number}.dcm", "Chest^Pair", number + 1, series, "DX", orientation, "", view,
                   numpy.full((100, 100), 700))
    send(server, sorted(tmp_path.glob("*.dcm")))
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Chest, Pair").click()
    for index, view in enumerate(["PA", "LL"]):
        pane(reader, index).locator(".corner.bottomRight", has_text=view).wait_for()
    assert reader.page.locator(".pane:visible").count() == 2


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
