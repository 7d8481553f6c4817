# SPDX-License-Identifier: Apache-2.0
"""The Central Test Node's programs against ours: verification, storage on both sides, and the modality worklist.

Its archive, print and commitment servers need a MySQL database that they set up themselves, and are left out.
"""
import subprocess

import pydicom
from martlet_server import free_ports
from peers import run, tool, wait_for

US = ("-a", "CTN", "-c", "MARTLET", "127.0.0.1")


def test_its_users_verify_and_store(server, ct_files):
    assert "Successful operation" in run("dicom_echo", *US, server.dicom_port)
    told = run("send_image", "-r", *US, server.dicom_port, *ct_files[:3])
    assert told.count("Status:         0000") >= 3
    sent = pydicom.dcmread(ct_files[0])
    assert len(server.json(f"/dicom-web/studies/{sent.StudyInstanceUID}/instances")) == 3


def test_its_worklist_user_sees_our_orders(server):
    server.command(
        "order", "add", "--data", server.data, "--patient-id", "CTN1", "--name", "DOE^CTN", "--description", "CT head",
        "--modality", "CT", "--station", "CT1", "--start", "202601051015", "--accession", "CTN-A1")
    told = run("mwlQuery", *US, server.dicom_port)
    # It tells each status and no attribute: one match, and the end.
    assert told.count("ff00") == 1 and "Successful operation" in told


def test_our_user_stores_on_it(server, ct_files, tmp_path):
    port, = free_ports(1)
    # It ends at a connection without an association: so the first attempt that succeeds shows that it listens.
    process = subprocess.Popen(
        [tool("simple_storage"), "-s", "-c", "CTNSTORE", "-x", tmp_path, str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)

    def sends():
        done = server.command("send", "127.0.0.1", port, "--called", "CTNSTORE", *ct_files[:2], expect=None)
        return done.returncode == 0

    try:
        wait_for(sends, what="the images to be taken")
        for path in ct_files[:2]:
            sent = pydicom.dcmread(path)
            kept = tmp_path / "CT" / sent.SOPInstanceUID
            wait_for(kept.exists, what="the image to be kept")
            # It keeps data sets without a file's head.
            assert pydicom.dcmread(kept, force=True).PixelData == sent.PixelData
    finally:
        process.terminate()
        process.wait(15)
