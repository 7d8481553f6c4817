# SPDX-License-Identifier: Apache-2.0
"""IHE Patient Information Reconciliation (PIR): each of its cases, put right by Patient Update (RAD-12), and undone."""
import json

import pydicom
import pytest
from ihe import Department, person, study_of
from peers import wait_for
from pydicom.uid import generate_uid


@pytest.fixture(scope="module")
def department(tmp_path_factory):
    department = Department(tmp_path_factory.mktemp("pir"))
    yield department
    department.stop()


@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_rad_12_pir_unidentified_patient(department, ct_files, when):
    """PIR's unidentified patient, who is known before, while or after being examined; and the undo of it."""
    number, real, name = f"PIR{when[0].upper()}1", f"REAL{when}", "Known^Kay"
    temporary = f"TEMP{when}"
    department.admit(temporary, "Unknown^Doe", "")
    assert department.place(number, temporary, "Unknown^Doe")[0] == "AA"
    department.admit(real, name)
    if when == "before":
        department.merge(temporary, real, name)
    entry = department.worklist(number)[0]
    assert str(entry.PatientID) == (real if when == "before" else temporary)
    step = department.begin(entry)
    if when == "during":
        department.merge(temporary, real, name)
    images = department.images(entry, ct_files[:1])
    department.end(step)
    wait_for(lambda: department.status(number) == "toRead", what="the exam to be done")
    if when == "after":
        department.merge(temporary, real, name)
    study = study_of(number)
    wait_for(lambda: department.patients_of(study) == [real], what="the images to be the known patient's")
    shown = department.order(number)
    assert shown["patient"]["identifiers"][0]["value"] == real
    # The original's bytes stay: only what goes out is corrected.
    found = department.server.json(f"/dicom-web/studies/{study}/instances?SOPInstanceUID={images[0][1]}")
    assert len(found) == 1
    department.undo(shown["patient"]["id"], "merge")
    # Images that came when it was known who it is say what they came with.
    back = real if when == "before" else temporary
    wait_for(lambda: department.patients_of(study) == [back], what="the images to say what they came with")
    assert department.order(number)["patient"]["identifiers"][0]["value"] == temporary


def test_rad_12_pir_demographics(department, ct_files):
    """A name and birth date that were wrong when the images came; and the undo of it."""
    department.admit("DEMO1", "Wrong^Name", "19700102")
    assert department.place("DEMOA", "DEMO1", "Wrong^Name")[0] == "AA"
    department.images(department.worklist("DEMOA")[0], ct_files[:1])
    wait_for(lambda: department.status("DEMOA") == "inRoom", what="the images")
    code, _ = department.send("ADT^A08^ADT_A01", "EVN||20260101", person("DEMO1", "Right^Name", "19710203"), "PV1|1|O")
    assert code == "AA"
    names = lambda: department.value(study_of("DEMOA"), "00100010")
    wait_for(lambda: names() == [{"Alphabetic": "Right^Name"}], what="the images to have the name")
    found = department.server.json("/api/v1/patients?search=DEMO1")["patients"][0]
    department.undo(found["id"], "demographics")
    wait_for(lambda: names() == [{"Alphabetic": "Wrong^Name"}], what="the images to have their name back")


def test_rad_12_pir_replaced_number(department, ct_files):
    """A47: the images of the old number follow the new one, and go back."""
    department.admit("NUMB1", "Number^Nina")
    assert department.place("NUMBA", "NUMB1", "Number^Nina")[0] == "AA"
    entry = department.worklist("NUMBA")[0]
    code, _ = department.send("ADT^A47^ADT_A30", "EVN||20260101", person("NUMB2", "Number^Nina"), "MRG|NUMB1^^^HOSP^MR")
    assert code == "AA"
    # Images of the entry that the scanner had taken before.
    department.images(entry, ct_files[:1])
    study = study_of("NUMBA")
    wait_for(lambda: department.patients_of(study) == ["NUMB2"], what="the images to have the new number")
    found = department.server.json("/api/v1/patients?search=NUMB2")["patients"][0]
    department.undo(found["id"], "identifiers")
    wait_for(lambda: department.patients_of(study) == ["NUMB1"], what="the images to have the old number")


def test_rad_4_and_12_pir_wrong_order_chosen(department, ct_files):
    """The scanner took another patient's entry: the study is attached to the right exam, and the undo of it."""
    department.admit("WRONG1", "Wrong^Wanda")
    department.admit("RIGHT1", "Right^Rosa")
    assert department.place("WRONGA", "WRONG1", "Wrong^Wanda")[0] == "AA"
    assert department.place("RIGHTA", "RIGHT1", "Right^Rosa")[0] == "AA"
    entry = department.worklist("WRONGA")[0]
    department.images(entry, ct_files[:1])
    study = study_of("WRONGA")
    wait_for(lambda: department.status("WRONGA") == "inRoom", what="the images to be attached")

    attach(department, study, "RIGHTA")
    assert department.status("RIGHTA") == "inRoom" and department.status("WRONGA") == "scheduled"
    accession = department.order("RIGHTA")["order"]["accession"]["value"]
    wait_for(lambda: department.patients_of(study) == ["RIGHT1"], what="the images to be the right patient's")
    wait_for(lambda: department.value(study, "00080050") == [accession], what="the images to have the right order")
    acts = department.server.json(f"/api/v1/reconciliations?study={study}&standing=true")["reconciliations"]
    status, _, _ = department.server.request(f"/api/v1/reconciliations/{acts[0]['id']}/undo", "POST")
    assert status == 200
    wait_for(lambda: department.patients_of(study) == ["WRONG1"], what="the images to go back")
    assert department.status("RIGHTA") == "scheduled" and department.status("WRONGA") == "inRoom"


def attach(department, study, number):
    """A person says to which order a study belongs."""
    exam = department.order(number)["order"]["procedures"][0]["id"]
    status, _, answer = department.server.request(
        f"/api/v1/unlinked-studies/{study}/attach", "POST", json.dumps({"exam": exam}).encode(),
        {"Content-Type": "application/json"})
    assert status == 200, answer


def order_at_the_filler(department, number, patient, name):
    department.server.command(
        "order", "add", "--patient-id", patient, "--issuer", "HOSP", "--name", name, "--description", "CT chest",
        "--modality", "CT", "--station", "CT1", "--placer", number, "--accession", number, "--start", "202603010900",
        "--data", department.server.data)


def unlisted(department, patient, name, files):
    """Images of somebody whom no worklist names; gives their study."""
    entry = pydicom.Dataset()
    entry.PatientName, entry.PatientID, entry.AccessionNumber = name, patient, ""
    entry.StudyInstanceUID = generate_uid()
    department.images(entry, files)
    wait_for(lambda: waits(department, entry.StudyInstanceUID), what="the study to wait for a person")
    return entry.StudyInstanceUID


def waits(department, study):
    """Whether a study is in the list of those that belong to no order."""
    return study in json.dumps(department.server.json("/api/v1/unlinked-studies?state=unmatched"))


def finish(department, number, files):
    """The exam of a worklist's entry; gives its study."""
    entry, = department.worklist(number)
    step = department.begin(entry)
    department.images(entry, files)
    department.end(step)
    wait_for(lambda: department.status(number) == "toRead", what="the exam to be done")
    return entry.StudyInstanceUID


def becomes(department, study, patient):
    wait_for(lambda: department.patients_of(study) == [patient], what=f"the images to be {patient}'s")


def test_rad_12_pir_case_1_registered_and_ordered_by_the_placer(department, ct_files):
    department.admit("CASE1T", "Unknown^One", "")
    assert department.place("CASE1", "CASE1T", "Unknown^One")[0] == "AA"
    study = finish(department, "CASE1", ct_files[:1])
    code, _ = department.send(
        "ADT^A40^ADT_A39", "EVN||20260101", person("CASE1R", "Known^One"), "MRG|CASE1T^^^HOSP^MR||||||Unknown^One")
    assert code == "AA"
    becomes(department, study, "CASE1R")
    department.undo(department.order("CASE1")["patient"]["id"], "merge")
    becomes(department, study, "CASE1T")


def test_rad_3_and_12_pir_case_2_registered_at_adt_and_ordered_at_the_filler(department, ct_files):
    department.admit("CASE2T", "Unknown^Two", "")
    order_at_the_filler(department, "CASE2", "CASE2T", "Unknown^Two")
    study = finish(department, "CASE2", ct_files[:1])
    department.merge("CASE2T", "CASE2R", "Known^Two")
    becomes(department, study, "CASE2R")
    assert department.order("CASE2")["patient"]["name"] == "Known^Two"
    department.undo(department.order("CASE2")["patient"]["id"], "merge")
    becomes(department, study, "CASE2T")


def test_rad_2_and_12_pir_case_3_examined_before_it_was_ordered(department, ct_files):
    department.admit("CASE3T", "Unknown^Three", "")
    study = unlisted(department, "CASE3T", "Unknown^Three", ct_files[:1])
    becomes(department, study, "CASE3T")
    assert department.place("CASE3", "CASE3T", "Unknown^Three")[0] == "AA"
    attach(department, study, "CASE3")
    wait_for(lambda: department.value(study, "00080050") == ["CASE3"], what="the images to have the order")
    department.merge("CASE3T", "CASE3R", "Known^Three")
    becomes(department, study, "CASE3R")
    department.undo(department.order("CASE3")["patient"]["id"], "merge")
    becomes(department, study, "CASE3T")


def test_rad_3_and_12_pir_case_4_known_at_the_filler_alone(department, ct_files):
    order_at_the_filler(department, "CASE4", "CASE4T", "Unknown^Four")
    study = finish(department, "CASE4", ct_files[:1])
    department.admit("CASE4R", "Known^Four")
    found = [department.server.json(f"/api/v1/patients?search={each}")["patients"][0]["id"]
             for each in ("CASE4T", "CASE4R")]
    status, _, answer = department.server.request(
        f"/api/v1/patients/{found[0]}/merge", "POST", json.dumps({"into": found[1]}).encode(),
        {"Content-Type": "application/json"})
    assert status == 200, answer
    becomes(department, study, "CASE4R")
    department.undo(found[1], "merge")
    becomes(department, study, "CASE4T")


def test_rad_2_and_12_pir_case_5_known_at_the_scanner_alone(department, ct_files):
    """Nobody was registered: the scanner made a number up."""
    study = unlisted(department, "MADEUP5", "Trauma^Five", ct_files[:1])
    department.admit("CASE5R", "Known^Five")
    assert department.place("CASE5", "CASE5R", "Known^Five")[0] == "AA"
    attach(department, study, "CASE5")
    becomes(department, study, "CASE5R")
    assert not waits(department, study)
    act, = department.server.json(f"/api/v1/reconciliations?study={study}&standing=true")["reconciliations"]
    assert department.server.request(f"/api/v1/reconciliations/{act['id']}/undo", "POST")[0] == 200
    becomes(department, study, "MADEUP5")
    wait_for(lambda: waits(department, study), what="the study to wait again")
