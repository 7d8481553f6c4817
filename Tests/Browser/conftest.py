# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the browser tests: Chromium, the real server with the phantom in it, and the mock."""

import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import corpus  # noqa: E402
import pytest  # noqa: E402
from martlet_server import ROOT, MartletServer, binary, prepared_server  # noqa: E402
from mock.server import Archive, serve  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from reading import GRAPHICS, Reader, launch  # noqa: E402

VOLUME = corpus.FOLDER / "synthetic" / "volume"


@pytest.fixture(scope="session", autouse=True)
def client():
    """The bundled client, as it is in the working copy now."""
    subprocess.run([ROOT / "Web" / "build"], check=True)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def reader(chromium, request):
    """A reader with a fresh browser profile; the test fails if the page complains on its console."""
    context = chromium.new_context(viewport={"width": 1600, "height": 900}, accept_downloads=True)
    context.set_default_timeout(60_000)
    person = Reader(context.new_page(), request.node.name)
    yield person
    person.picture("end")
    context.close()
    assert person.mistakes == []


@pytest.fixture
def graphics(reader):
    """The reader's computer has graphics."""
    reader.page.add_init_script(GRAPHICS)


@pytest.fixture(params=["processor", "graphics"])
def drawn_by(request, reader):
    """Images are drawn by the processor, and once more by graphics."""
    if request.param == "graphics":
        reader.page.add_init_script(GRAPHICS)
    return request.param


def need_program():
    if not binary().exists():
        pytest.fail(f"{binary()} is missing: build it first (swift build), or set MARTLET_BIN")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The real server with the administrator `admin` and the geometry phantom."""
    need_program()
    running = prepared_server(tmp_path_factory.mktemp("martlet") / "data")
    send(running, sorted(VOLUME.glob("*.dcm")))
    yield running
    running.stop()


@pytest.fixture
def new_server(tmp_path):
    """A server that was never set up."""
    need_program()
    with MartletServer(tmp_path / "data") as running:
        yield running


def send(server, files, options=()):
    """Stores files with DCMTK, as a modality would."""
    command = ["dcmsend", *options, "--aetitle", "MODALITY", "--call", server.ae_title]
    command += [server.host, str(server.dicom_port), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def mock():
    """A made-up archive of 2,000 studies behind the client."""
    yield from running_mock(Archive(2_000))


@pytest.fixture
def mock_of_100_000():
    yield from running_mock(Archive(100_000))


@pytest.fixture
def mock_without_users():
    yield from running_mock(Archive(0, setup_token="once only"))


def running_mock(archive):
    server = serve(archive)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    archive.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield archive
    server.shutdown()
    server.server_close()
