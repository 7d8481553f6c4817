# SPDX-License-Identifier: Apache-2.0
"""The real server in a real browser: log in, search, open, scroll, change the window, measure against the phantom."""

import re
import subprocess
import time

import pydicom
import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD

# The phantom, in millimetres of the patient: body ellipse, sphere and rod (Tests/Corpus/README.md).
BODY_WIDTH, SPHERE_DIAMETER, SPHERE_Z = 120, 30, 5
VOXEL = 1.25  # across; an edge is found to one voxel at either end


@pytest.fixture
def reading(reader, server):
    """A reader who has opened the CT series of the phantom."""
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.rows().first.wait_for()
    reader.page.locator(".row", has_text="Phantom, Geometry").click()
    reader.open_series("CT phantom")
    return reader


def test_log_in_search_open_scroll_window_measure(reader, server):
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.wait_total(1)
    reader.picture("list")
    reader.search("nobody by this name", 0)
    reader.search("geom", 1)
    reader.picture("search")
    reader.page.locator(".row", has_text="Phantom, Geometry").click()
    reader.open_series("CT phantom")
    assert "Phantom, Geometry" in reader.corner("topLeft") and "PHANTOM" in reader.corner("topLeft")
    reader.page.locator(".series.complete", has_text="CT phantom").wait_for()
    reader.picture("open")
    reader.wheel(17)
    reader.wait_image(18)
    reader.picture("scrolled")
    assert reader.window() == (400, 40)
    x, y = reader.middle()
    reader.drag((x, y), (x - 120, y))
    reader.until(lambda: reader.window()[0] < 300)
    reader.picture("window")
    measure_body(reader)


def measure_body(reader):
    """Measures the body ellipse from edge to edge, and finds its length."""
    to_screen = reader.map_to_screen()
    left = reader.edge_along(to_screen(0, 0), to_screen(-66, 0), -480)
    right = reader.edge_along(to_screen(0, 0), to_screen(66, 0), -480)
    reader.page.keyboard.press("d")
    reader.drag(left, right)
    assert abs(figure(reader) - BODY_WIDTH) <= 2 * VOXEL
    reader.picture("measured")


def figure(reader):
    # The phantom's own report has drawings too.
    label = reader.page.locator(".measure", has_text=re.compile(r"^[\d.]+ mm$")).first
    label.wait_for()
    return float(label.inner_text().removesuffix(" mm"))


def test_a_length_agrees_with_the_places_in_the_patient(reading):
    reading.page.keyboard.press("End")
    reading.wait_image(40)
    to_screen = reading.map_to_screen()
    reading.page.keyboard.press("d")
    reading.drag(to_screen(-20, 10), to_screen(15, -5))
    assert abs(figure(reading) - (35**2 + 15**2) ** 0.5) < 0.4


def test_the_sphere_has_its_diameter_and_its_density(reading):
    image = 1 + next(index for index, z in enumerate(reading_order()) if abs(z - SPHERE_Z) < 0.01)
    reading.page.keyboard.press("Home")
    reading.wheel(image - 1)
    reading.wait_image(image)
    to_screen = reading.map_to_screen()
    middle = reading.readout(*to_screen(15, -5))
    assert abs(middle["value"] - 100) <= 30 and abs(middle["place"][2] - SPHERE_Z) < 0.06
    reading.page.keyboard.press("Shift+I")
    reading.page.keyboard.press("d")
    reading.drag(to_screen(15, -20), to_screen(15, 10))
    assert abs(figure(reading) - SPHERE_DIAMETER) < 0.4
    reading.picture("sphere")


def reading_order():
    """Heights of the CT slices as they are read: from head to feet."""
    heights = [float(pydicom.dcmread(path, stop_before_pixels=True).ImagePositionPatient[2])
               for path in VOLUME.glob("ct*.dcm")]
    return sorted(heights, reverse=True)


def test_values_are_those_of_the_file(reading):
    path = max(VOLUME.glob("ct*.dcm"), key=lambda one: pydicom.dcmread(one).ImagePositionPatient[2])
    stored = pydicom.dcmread(path)
    pixels = stored.pixel_array * float(stored.RescaleSlope) + float(stored.RescaleIntercept)
    x, y = reading.middle()
    for dx, dy in ((0, 0), (90, 40), (-130, -77), (200, 120), (-210, 30)):
        seen = reading.readout(x + dx, y + dy)
        column, row = seen["pixel"]
        assert seen["value"] == pixels[row][column]


@pytest.mark.parametrize("coder, form", [
    (["dcmcrle"], "rle"), (["dcmcjpeg", "+e1"], "jpeg-lossless"), (["dcmcjpeg", "+el", "+sv", "6"], "jpeg-lossless")])
def test_compressed_frames_are_decoded_in_the_browser(reader, server, tmp_path, coder, form):
    """As to a browser elsewhere, RLE and lossless JPEG travel; the values are those of the uncompressed file."""
    description = f"by {' '.join(coder)} {pydicom.uid.generate_uid()[-6:]}"
    stored = pydicom.dcmread(next(VOLUME.glob("ct*.dcm")))
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(stored, keyword, pydicom.uid.generate_uid())
    stored.file_meta.MediaStorageSOPInstanceUID = stored.SOPInstanceUID
    stored.PatientName, stored.PatientID = f"Compressed^{description}", coder[-1]
    stored.SeriesDescription = description
    stored.save_as(tmp_path / "plain.dcm")
    subprocess.run([*coder, tmp_path / "plain.dcm", tmp_path / "compressed.dcm"], check=True)
    send(server, [tmp_path / "compressed.dcm"], ["--decompress-never"])
    bodies = []

    def forward(route):
        # The page reads the answer as it comes; the browser keeps no copy of such a body.
        answer = route.fetch(url=f"{route.request.url}?form={form}")
        bodies.append(answer.body())
        route.fulfill(response=answer)

    reader.page.route("**/opening", forward)
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text=f"Compressed, {description}").click()
    reader.open_series(description)
    pixels = stored.pixel_array * float(stored.RescaleSlope) + float(stored.RescaleIntercept)
    x, y = reader.middle()
    for dx, dy in ((0, 0), (90, 40), (-130, -77), (200, 120)):
        seen = reader.readout(x + dx, y + dy)
        column, row = seen["pixel"]
        assert seen["value"] == pixels[row][column]
    # The first record is the index, the second the image; 1 is JPEG lossless, 2 is RLE.
    body = bodies[0]
    image = 24 + int.from_bytes(body[:4], "little")
    assert body[image + 12] == (2 if form == "rle" else 1)


def test_orientation_letters_of_axial_and_oblique_series(reading):
    assert reading.edges() == ["R", "L", "A", "P"]
    reading.open_series("MR phantom")
    letters = reading.edges()
    assert letters[:2] == ["R", "L"] and letters[2] == "AF" and letters[3] == "PH"
    reading.picture("oblique")


def test_objects_without_images_are_named(reading):
    cards = reading.page.locator(".series", has_text="SR").filter(has_text="object")
    cards.first.click()
    reading.page.get_by_role("heading", name="Structured report").wait_for()
    reading.picture("report")
    with reading.page.expect_download() as download:
        reading.page.get_by_role("button", name="Download").first.click()
    assert pydicom.dcmread(download.value.path()).Modality == "SR"


def test_every_series_opens_or_says_why_not(reading):
    cards = reading.page.locator(".series")
    for index in range(cards.count()):
        cards.nth(index).click()
        reading.until(lambda: reading.pane.get_attribute("data-image")
                      or reading.page.locator(".pane-message:visible").count())
        reading.drawn()
        reading.picture(f"series-{index + 1}")


def test_a_new_study_appears_within_two_seconds(reader, server, tmp_path):
    reader.sign_in(server.url, "admin", PASSWORD)
    reader.page.locator(".row", has_text="Phantom, Geometry").wait_for()
    copy = pydicom.dcmread(next(VOLUME.glob("ct*.dcm")))
    copy.PatientName, copy.PatientID = "Arriving^Now", "NEW1"
    copy.StudyInstanceUID, copy.SeriesInstanceUID = pydicom.uid.generate_uid(), pydicom.uid.generate_uid()
    copy.SOPInstanceUID = copy.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
    copy.save_as(tmp_path / "new.dcm")
    send(server, [tmp_path / "new.dcm"])
    stored = time.monotonic()
    reader.page.locator(".row", has_text="Arriving, Now").wait_for()
    assert time.monotonic() - stored < 2
    reader.picture("arrived")


def test_first_start_prints_a_link_that_creates_the_administrator(reader, new_server):
    link = re.search(r"https?://\S+/#/setup\?token=\S+", new_server.log_tail())
    assert link, new_server.log_tail()
    address = re.sub(r"^https?://[^/]+", new_server.url, link[0])
    reader.page.goto(address)
    reader.picture("set-up")
    reader.page.get_by_label("Your name").fill("First Person")
    reader.page.get_by_label("User name").fill("first")
    reader.page.get_by_label("Password", exact=True).fill(PASSWORD)
    reader.page.get_by_label("Repeat password").fill(PASSWORD)
    reader.page.get_by_role("button", name="Create administrator").click()
    reader.page.get_by_text("The archive is empty").wait_for()
    assert "First Person" in reader.page.locator(".who").inner_text()
    reader.page.get_by_role("button", name="Sign out").click()
    reader.page.get_by_role("heading", name="Sign in").wait_for()


def test_a_wrong_password_lets_nobody_in(reader, server):
    reader.sign_in(server.url, "admin", "not the password")
    reader.page.get_by_role("alert").wait_for()
    assert "wrong" in reader.page.get_by_role("alert").inner_text()
