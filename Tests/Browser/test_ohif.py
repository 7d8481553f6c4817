# SPDX-License-Identifier: Apache-2.0
"""OHIF, unchanged, on Martlet's DICOMweb: its work list shows the studies, and its viewer the images."""
import numpy
import ohif
import pytest
from PIL import Image
from reading import ARTIFACTS


@pytest.fixture
def viewer(server):
    if not (ohif.FOLDER / "complete").exists():
        pytest.skip("scripts/ohif fetches OHIF")
    running = ohif.serve(server)
    yield running
    running.shutdown()
    running.server_close()


def test_work_list_and_viewer(chromium, viewer, server, tmp_path):
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(90_000)
    page = context.new_page()
    address = f"http://127.0.0.1:{viewer.server_address[1]}"
    page.goto(f"{address}/ohif/")
    row = page.get_by_text("Phantom", exact=False).first
    row.wait_for()
    keep(page, "worklist")
    study = server.json("/dicom-web/studies")[0]["0020000D"]["Value"][0]
    page.goto(f"{address}/ohif/viewer?StudyInstanceUIDs={study}")
    page.locator("canvas").first.wait_for()
    shown = wait_for_image(page, tmp_path / "shown.png")
    keep(page, "viewer")
    assert shown.std() > 10, "the viewport stayed empty"
    refused = [each for each in viewer.passed if each[2] >= 400]
    assert refused == []
    asked = {path.split("?")[0].rsplit("/", 1)[-1] for _, path, _ in viewer.passed}
    assert {"studies", "metadata", "series"} <= asked
    assert any("/frames/" in path for _, path, _ in viewer.passed)
    context.close()


def wait_for_image(page, path):
    """The pixels of the first viewport, once something is drawn there."""
    for _ in range(120):
        page.wait_for_timeout(500)
        page.locator("canvas").first.screenshot(path=path)
        shown = numpy.asarray(Image.open(path).convert("L")).astype(float)
        if shown.std() > 10:
            return shown
    return shown


def keep(page, name):
    """A picture for who looks at what the test saw."""
    folder = ARTIFACTS / "test_ohif"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
