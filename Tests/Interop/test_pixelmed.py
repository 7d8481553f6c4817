# SPDX-License-Identifier: Apache-2.0
"""PixelMed's toolkit against ours: verification, storage and retrieval by its users, and its storage provider."""
import subprocess

import pydicom
import pytest
from martlet_server import free_ports
from peers import running, wait_for

JAR = "/usr/share/java/pixelmed.jar"


def user(name, *arguments):
    """Runs one of its users."""
    done = subprocess.run(
        ["java", "-cp", JAR, f"com.pixelmed.network.{name}", *map(str, arguments)], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", timeout=120)
    assert done.returncode == 0 and "Exception" not in done.stdout, done.stdout[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Its storage provider; the port and the folder that it fills."""
    folder = tmp_path_factory.mktemp("pixelmed")
    (folder / "images").mkdir()
    port, = free_ports(1)
    with running(
            "java", "-cp", JAR, "com.pixelmed.network.StorageSOPClassSCPDispatcher", port, "PXSTORE",
            folder / "images", port=port, log=folder / "log", environment={"HOME": str(folder)}):
        yield port, folder / "images"


def kept(folder, instance):
    """An object in its folder: files have the names of their instances."""
    path = folder / instance
    wait_for(path.exists, what=f"{instance} to be kept")
    return pydicom.dcmread(path)


def test_its_users_verify_store_and_move(server, store, ct_files):
    peer = ("127.0.0.1", server.dicom_port, "MARTLET", "PIXELMED")
    assert "was successful" in user("VerificationSOPClassSCU", *peer, "NONSECURE")
    sent = pydicom.dcmread(ct_files[0])
    user("StorageSOPClassSCU", *peer, ct_files[0])
    assert len(server.json(f"/dicom-web/studies/{sent.StudyInstanceUID}/instances")) == 1
    port, folder = store
    server.add_node("PXSTORE", "127.0.0.1", port)
    told = user("MoveSOPClassSCU", *peer, "PXSTORE", "STUDY", sent.StudyInstanceUID)
    assert "final status = 0x0" in told
    assert kept(folder, sent.SOPInstanceUID).PixelData == sent.PixelData


def test_our_users_verify_and_store(server, store, mr_files):
    port, folder = store
    assert "0000" in server.command("echo", "127.0.0.1", port, "--called", "PXSTORE").stdout
    server.command("send", "127.0.0.1", port, "--called", "PXSTORE", *mr_files[:3])
    for path in mr_files[:3]:
        sent = pydicom.dcmread(path)
        assert kept(folder, sent.SOPInstanceUID).PixelData == sent.PixelData
