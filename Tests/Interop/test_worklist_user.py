# SPDX-License-Identifier: Apache-2.0
"""`martlet worklist` against DCMTK's worklist provider, and `martlet mpps` against pynetdicom."""
import json
import subprocess
import time

import pydicom
import pytest
from martlet_server import binary, free_ports
from pynetdicom import AE, evt
from pynetdicom.sop_class import ModalityPerformedProcedureStep, ModalityPerformedProcedureStepRetrieve

ENTRY = """
(0008,0005) CS [ISO_IR 100]
(0008,0050) SH [{accession}]
(0010,0010) PN [{name}]
(0010,0020) LO [{patient}]
(0010,0030) DA [19700102]
(0010,0040) CS [F]
(0020,000d) UI [1.2.276.0.7230010.3.2.{number}]
(0032,1060) LO [Thorax]
(0040,1001) SH [RP{number}]
(0040,0100) SQ
(fffe,e000) -
(0008,0060) CS [{modality}]
(0040,0001) AE [{station}]
(0040,0002) DA [{date}]
(0040,0003) TM [101500]
(0040,0006) PN [BROWN^ANN]
(0040,0007) LO [Thorax pa]
(0040,0009) SH [SPS{number}]
(fffe,e00d) -
(fffe,e0dd) -
"""


@pytest.fixture(scope="module")
def dcmtk_worklist(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wlm")
    store = folder / "WLMSCP"
    store.mkdir()
    (store / "lockfile").touch()
    entries = [
        dict(accession="A1", name="DOE^JANE", patient="P1", modality="CT", station="CT1", date="20260105"),
        dict(accession="A2", name="M\xdcLLER^EVA", patient="P2", modality="MR", station="MR1", date="20260106"),
        dict(accession="A3", name="ROE^RICHARD", patient="P3", modality="CT", station="CT2", date="20260107"),
    ]
    for number, entry in enumerate(entries, 1):
        text = folder / f"{number}.dump"
        text.write_bytes(ENTRY.format(number=number, **entry).encode("latin-1"))
        subprocess.run(["dump2dcm", "-g", str(text), str(store / f"wklist{number}.wl")], check=True)
    port, = free_ports(1)
    log = open(folder / "log", "wb")
    process = subprocess.Popen(["wlmscpfs", "-cs1", "-dfp", str(folder), str(port)], stdout=log, stderr=log)
    time.sleep(1)
    yield port
    process.terminate()
    process.wait()


def martlet(*arguments, expect=0, **options):
    done = subprocess.run(
        [str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == expect, done.stderr
    return done


def worklist(port, *arguments):
    done = martlet("worklist", "127.0.0.1", port, "--called", "WLMSCP", "--json", *arguments)
    return {entry["00080050"]["Value"][0]: entry for entry in json.loads(done.stdout)}


def test_all_entries(dcmtk_worklist):
    entries = worklist(dcmtk_worklist)
    assert sorted(entries) == ["A1", "A2", "A3"]
    step = entries["A1"]["00400100"]["Value"][0]
    assert step["00080060"]["Value"] == ["CT"]
    assert step["00400009"]["Value"] == ["SPS1"]
    assert entries["A2"]["00100010"]["Value"][0]["Alphabetic"] == "M\u00dcLLER^EVA"


@pytest.mark.parametrize("arguments, expected", [
    (["--modality", "CT"], ["A1", "A3"]),
    (["--station", "MR1"], ["A2"]),
    (["--date", "20260106-"], ["A2", "A3"]),
    (["--patient", "P3"], ["A3"]),
    (["--name", "DOE*"], ["A1"]),
    (["--accession", "A2"], ["A2"]),
    (["-k", "ScheduledProcedureStepSequence.ScheduledStationAETitle=CT1"], ["A1"]),
    (["--modality", "US"], []),
])
def test_keys(dcmtk_worklist, arguments, expected):
    assert sorted(worklist(dcmtk_worklist, *arguments)) == expected


def test_table(dcmtk_worklist):
    done = martlet("worklist", "127.0.0.1", dcmtk_worklist, "--called", "WLMSCP", "--modality", "MR")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Date")
    assert "M\u00dcLLER^EVA" in lines[1] and "20260106" in lines[1]


class Department:
    """MPPS SCP that keeps what it is told."""

    def __init__(self, port):
        self.steps = {}
        self.status = 0x0000
        ae = AE(ae_title="RIS")
        ae.add_supported_context(ModalityPerformedProcedureStep)
        ae.add_supported_context(ModalityPerformedProcedureStepRetrieve)
        self.server = ae.start_server(
            ("127.0.0.1", port), block=False,
            evt_handlers=[(evt.EVT_N_CREATE, self.create), (evt.EVT_N_SET, self.set), (evt.EVT_N_GET, self.get)])

    def create(self, event):
        self.steps[event.request.AffectedSOPInstanceUID] = event.attribute_list
        return self.status, event.attribute_list

    def set(self, event):
        step = self.steps.get(event.request.RequestedSOPInstanceUID)
        if step is None:
            return 0x0112, None
        step.update(event.modification_list)
        return 0x0000, step

    def get(self, event):
        step = self.steps.get(event.request.RequestedSOPInstanceUID)
        if step is None:
            return 0x0112, None
        answer = pydicom.Dataset()
        for tag in event.attribute_identifiers or step.keys():
            if tag in step:
                answer[tag] = step[tag]
        return 0x0000, answer


@pytest.fixture(scope="module")
def department():
    port, = free_ports(1)
    department = Department(port)
    yield port, department
    department.server.shutdown()


def test_a_step_from_its_beginning_to_its_end(department):
    port, known = department
    peer = ["127.0.0.1", port, "--called", "RIS", "--calling", "CT1"]
    done = martlet(
        "mpps", "create", *peer, "-k", "Modality=CT", "-k", "PatientName=M\u00dcLLER^EVA", "-k", "PatientID=P2",
        "-k", "ScheduledStepAttributesSequence.StudyInstanceUID=1.2.3")
    uid = done.stdout.strip()
    step = known.steps[uid]
    assert step.PerformedProcedureStepStatus == "IN PROGRESS"
    assert step.PerformedStationAETitle == "CT1"
    assert str(step.PatientName) == "M\u00dcLLER^EVA"
    assert step.ScheduledStepAttributesSequence[0].StudyInstanceUID == "1.2.3"
    assert "PerformedLocation" in step, "type 2 is there, empty"
    martlet("mpps", "set", *peer, uid, "--completed", "-k", "PerformedProcedureStepDescription=Thorax")
    assert step.PerformedProcedureStepStatus == "COMPLETED"
    assert len(step.PerformedProcedureStepEndDate) == 8
    found = json.loads(martlet("mpps", "get", *peer, uid).stdout)
    assert found["00400252"]["Value"] == ["COMPLETED"]
    some = json.loads(martlet("mpps", "get", *peer, uid, "-k", "PatientID").stdout)
    assert list(some) == ["00100020"]


def test_refusals_end_with_1(department):
    port, _ = department
    done = martlet("mpps", "set", "127.0.0.1", port, "1.2.3.4", "--completed", expect=1)
    assert "0112" in done.stderr
    martlet("mpps", "set", "127.0.0.1", port, "1.2.3.4", "--completed", "--discontinued", expect=64)
