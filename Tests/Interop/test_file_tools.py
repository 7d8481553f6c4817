# SPDX-License-Identifier: Apache-2.0
"""`martlet edit`, `compare` and `extract`, checked by pydicom, DCMTK, csv and sqlite3."""
import csv
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess

import corpus
import pydicom
import pytest
from martlet_server import binary

VOLUME = corpus.FOLDER / "synthetic" / "volume"
CT = VOLUME / "ct00.dcm"


def run(*arguments, **options):
    return subprocess.run([str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)


@pytest.fixture
def ct(tmp_path):
    return shutil.copy(CT, tmp_path / "ct.dcm")


def lines(path):
    done = subprocess.run(["dcmdump", "-q", "+L", "+Qo", "-Un", path], capture_output=True, check=True)
    return [line for line in done.stdout.decode("latin-1").splitlines() if line and "(0002,00" not in line]


# MARK: edit

EDITS = [
    (["--set", "PatientName=Doe^Jane"], ["-m", "PatientName=Doe^Jane"]),
    (["--set", "PatientComments=a"], ["-i", "PatientComments=a"]),
    (["--erase", "PatientBirthDate"], ["-e", "PatientBirthDate"]),
    (["--set", "ImagePositionPatient=1\\2\\3.5"], ["-m", "ImagePositionPatient=1\\2\\3.5"]),
    (["--set", "Rows=77", "--set", "(0008,1090)="], ["-m", "Rows=77", "-m", "(0008,1090)="]),
    (["--set", "RequestAttributesSequence[0].ScheduledProcedureStepID=5",
      "--set", "RequestAttributesSequence[1].ScheduledProcedureStepID=6"],
     ["-i", "RequestAttributesSequence[0].ScheduledProcedureStepID=5",
      "-i", "RequestAttributesSequence[1].ScheduledProcedureStepID=6"]),
    (["--erase-private"], ["-ep"]),
]


@pytest.mark.skipif(shutil.which("dcmodify") is None, reason="DCMTK's dcmodify is not installed")
@pytest.mark.parametrize("ours,theirs", EDITS)
def test_edit_does_what_dcmodify_does(ours, theirs, tmp_path, ct):
    other = shutil.copy(CT, tmp_path / "other.dcm")
    done = run("edit", ct, *ours)
    assert done.returncode == 0, done.stderr
    subprocess.run(["dcmodify", "-nb", "-imt", *theirs, other], check=True, capture_output=True)
    assert [form(line) for line in lines(ct)] == [form(line) for line in lines(other)]


def form(line):
    """A line of dcmdump without the form of lengths, which is free."""
    if "DelimitationItem" in line:
        return "end"
    return re.sub(r"(undefined|explicit) length| *# +(u/l|\d+)", "", line) if "SQ (" in line or "na (" in line else line


def test_untouched_elements_stay_as_they_were(tmp_path):
    """Bytes of values, lengths of sequences and items, and the order of bytes are those of the original."""
    folder = corpus.FOLDER / "synthetic"
    for path in [*(folder / "odd").glob("sq_*.dcm"), *(folder / "ts").glob("*_e*.dcm"), VOLUME / "sr_tid1500.dcm"]:
        if path.name in ("sq_missing_delim.dcm", "sq_nested_2000.dcm"):
            continue
        target = tmp_path / "out.dcm"
        done = run("edit", path, "--set", "PatientComments=x", "--output", target)
        assert done.returncode == 0, done.stderr
        assert [line for line in lines(target) if "PatientComments" not in line] == lines(path), path


def test_edit_writes_in_one_step_or_not_at_all(tmp_path, ct):
    before = open(ct, "rb").read()
    os.chmod(ct, 0o640)
    assert run("edit", ct, "--set", "PatientName=A", "--dry-run").stdout.strip().endswith("Phantom^Geometry → A")
    assert open(ct, "rb").read() == before
    refused = run("edit", ct, "--set", "PatientName=B", "--set", "StudyDate=tomorrow")
    assert refused.returncode == 1 and "is not a date" in refused.stderr
    assert open(ct, "rb").read() == before
    assert run("edit", ct, "--set", "PatientName=C", "--set", "StudyDate=tomorrow", "--unchecked").returncode == 0
    assert pydicom.dcmread(ct)["StudyDate"].value == "tomorrow"
    assert stat.S_IMODE(os.stat(ct).st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["ct.dcm"]


def test_edit_text_in_character_sets(ct):
    assert run("edit", ct, "--set", "PatientName=Dö").returncode == 1
    assert run("edit", ct, "--set", "SpecificCharacterSet=ISO_IR 100").returncode == 0
    assert run("edit", ct, "--set", "PatientName=Dö", "--set", "StudyDescription=ü").returncode == 0
    assert pydicom.dcmread(ct).PatientName == "Dö" and b"D\xf6" in open(ct, "rb").read()
    assert run("edit", ct, "--set", "InstitutionName=病院").returncode == 1
    assert run("edit", ct, "--set", "InstitutionName=病院", "--utf8").returncode == 0
    data_set = pydicom.dcmread(ct)
    assert data_set.SpecificCharacterSet == "ISO_IR 192"
    assert (data_set.PatientName, data_set.InstitutionName, data_set.StudyDescription) == ("Dö", "病院", "ü")


def test_edit_items_files_and_private_elements(tmp_path, ct):
    (tmp_path / "bytes").write_bytes(b"\1\2\3\4")
    item = '{"00080100":{"vr":"SH","Value":["A"]}}'
    done = run("edit", ct, "--insert", f"ProcedureCodeSequence={item}", "--insert", "ProcedureCodeSequence",
               "--insert", f"ProcedureCodeSequence[0]={item.replace('A', 'B')}", "--set-file",
               f"(0029,\"ACME\",10):OB={tmp_path / 'bytes'}", "--json")
    assert done.returncode == 0, done.stderr
    changes = json.loads(done.stdout)[0]["changes"]
    assert [each["action"] for each in changes] == ["insert"] * 3 + ["set"]
    data_set = pydicom.dcmread(ct)
    assert [each.get("CodeValue") for each in data_set.ProcedureCodeSequence] == ["B", "A", None]
    assert data_set.private_block(0x29, "ACME")[0x10].value == b"\1\2\3\4"
    assert run("edit", ct, "--set", "(0029,\"ACME\",11)=x").returncode == 1  # no VR
    assert run("edit", ct, "--erase", "ProcedureCodeSequence[*]").returncode == 0
    assert len(pydicom.dcmread(ct).ProcedureCodeSequence) == 0


def test_new_uids_keep_files_together(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for path in [*sorted(VOLUME.glob("ct0*.dcm")), VOLUME / "seg_binary.dcm", VOLUME / "sr_tid1500.dcm"]:
        shutil.copy(path, folder)
    done = run("edit", "-r", folder, "--new-uids", "study,series,instance", "--output", tmp_path / "out", "-q")
    assert done.returncode == 0, done.stderr
    old, new = {}, {}
    for path in folder.iterdir():
        old[path.name], new[path.name] = pydicom.dcmread(path), pydicom.dcmread(tmp_path / "out" / path.name)
    mapping = {str(old[name].SOPInstanceUID): str(new[name].SOPInstanceUID) for name in old}
    assert len(set(mapping.values())) == len(old) and not set(mapping) & set(mapping.values())
    assert all(each.file_meta.MediaStorageSOPInstanceUID == each.SOPInstanceUID for each in new.values())
    assert len({each.StudyInstanceUID for each in new.values()}) == 1
    assert len({each.SeriesInstanceUID for each in new.values()}) == len({e.SeriesInstanceUID for e in old.values()})

    def references(data_set):
        return [str(each.value) for each in data_set.iterall() if each.keyword == "ReferencedSOPInstanceUID"]

    before, after = references(old["seg_binary.dcm"]), references(new["seg_binary.dcm"])
    assert before and after == [mapping.get(each, each) for each in before] and before != after


def test_edit_usage():
    for arguments in (["x.dcm"], ["x.dcm", "--set", "Nonsense=1"], ["x.dcm", "--set", "PatientID"],
                      ["x.dcm", "--new-uids", "patient"], ["x.dcm", "--erase", "PatientID["]):
        assert run("edit", *arguments).returncode == 64, arguments
    assert run("edit", "/nonexistent", "--erase", "PatientID").returncode == 1
    assert run("edit", CT, "--set", "TransferSyntaxUID=1", "--dry-run").returncode == 1


# MARK: compare


def compare(*arguments):
    done = run("compare", *arguments, "--json")
    return done.returncode, json.loads(done.stdout)


def test_compare_finds_what_was_changed(tmp_path, ct):
    assert run("compare", CT, ct).returncode == 0 and compare(CT, ct) == (
        0, {"same": True, "compared": 1, "pairs": [], "onlyInFirst": [], "onlyInSecond": []})
    run("edit", ct, "--set", "PatientName=X", "--erase", "PatientID", "--set", "OtherPatientNames=Y",
        "--set", "RequestAttributesSequence[0].ScheduledProcedureStepID=5")
    code, found = compare(CT, ct)
    assert code == 1 and not found["same"]
    kinds = {each["path"]: each["kind"] for each in found["pairs"][0]["differences"]}
    assert kinds == {"PatientName": "value", "PatientID": "onlyInFirst", "OtherPatientNames": "onlyInSecond",
                     "RequestAttributesSequence": "onlyInSecond"}
    ignored = [x for name in kinds for x in ("--ignore", name)]
    assert compare(CT, ct, *ignored)[0] == 0
    text = run("compare", CT, ct).stdout
    assert "  PatientName: Phantom^Geometry | X\n" in text and "- PatientID = PHANTOM\n" in text
    again = shutil.copy(ct, tmp_path / "again.dcm")
    run("edit", again, "--set", "RequestAttributesSequence[0].ScheduledProcedureStepID=6")
    path = "RequestAttributesSequence[0].ScheduledProcedureStepID"
    assert [each["path"] for each in compare(ct, again)[1]["pairs"][0]["differences"]] == [path]
    assert compare(ct, again, "--ignore", path)[0] == 0
    assert compare(ct, again, "--ignore", "RequestAttributesSequence[1].ScheduledProcedureStepID")[0] == 1


def test_compare_by_meaning(tmp_path, ct):
    """Other character sets, byte orders, spellings of numbers and private blocks are no difference."""
    run("edit", ct, "--set", "SpecificCharacterSet=ISO_IR 100", "--set", "(0029,0010):LO=ACME",
        "--set", "(0029,1001):US=258")
    run("edit", ct, "--set", "PatientName=Dö")
    data_set = pydicom.dcmread(ct)
    data_set.SpecificCharacterSet = "ISO_IR 192"
    data_set.SliceThickness = "2.50"
    data_set.add_new(0x00290020, "LO", "ACME")
    data_set.add_new(0x00292001, "US", 258)
    del data_set[0x00290010], data_set[0x00291001]
    data_set.save_as(tmp_path / "other.dcm")
    assert compare(ct, tmp_path / "other.dcm")[0] == 0
    subprocess.run(["dcmconv", "+tb", tmp_path / "other.dcm", tmp_path / "big.dcm"], check=True)
    assert compare(ct, tmp_path / "big.dcm")[0] == 0


@pytest.mark.skipif(shutil.which("dcmcjpeg") is None, reason="DCMTK's dcmcjpeg is not installed")
def test_compare_decoded_pixels(tmp_path):
    lossless, lossy = tmp_path / "lossless.dcm", tmp_path / "lossy.dcm"
    subprocess.run(["dcmcjpeg", CT, lossless], check=True)
    subprocess.run(["dcmcjpeg", "+ee", "+q", "60", CT, lossy], check=True)
    ignored = [x for name in ("DerivationDescription", "ImageType", "LossyImageCompression", "SOPInstanceUID",
                              "LossyImageCompressionRatio", "LossyImageCompressionMethod", "SourceImageSequence",
                              "DerivationCodeSequence", "WindowCenter", "WindowWidth", "BitsAllocated",
                              "RescaleIntercept", "RescaleSlope") for x in ("--ignore", name)]
    assert compare(CT, lossless, *ignored)[0] == 1
    assert compare(CT, lossless, *ignored, "--pixels")[0] == 0
    code, found = compare(CT, lossy, *ignored, "--pixels")
    assert code == 1 and [each["kind"] for each in found["pairs"][0]["differences"]] == ["pixels"]
    assert compare(CT, lossy, *ignored, "--pixels", "--tolerance", "4095")[0] == 0


def test_compare_folders(tmp_path):
    for folder, names in (("a", ["ct00", "ct01", "ct02"]), ("b", ["ct01", "ct02", "ct03"])):
        (tmp_path / folder).mkdir()
        for name in names:
            shutil.copy(VOLUME / f"{name}.dcm", tmp_path / folder / f"{folder}-{name}.dcm")
    run("edit", tmp_path / "b" / "b-ct02.dcm", "--set", "PatientID=X")
    code, found = compare(tmp_path / "a", tmp_path / "b")
    assert code == 1 and found["compared"] == 2
    assert [len(found[key]) for key in ("pairs", "onlyInFirst", "onlyInSecond")] == [1, 1, 1]
    assert found["onlyInFirst"][0].endswith("a-ct00.dcm")
    assert found["pairs"][0]["differences"] == [
        {"kind": "value", "path": "PatientID", "first": "PHANTOM", "second": "X"}]
    assert run("compare", tmp_path / "a", tmp_path / "a").returncode == 0
    assert run("compare", tmp_path / "a", CT).returncode == 1
    assert run("compare", CT, "/nonexistent").returncode == 1


# MARK: extract

ATTRIBUTES = ["PatientID", "PatientName", "Modality", "ImagePositionPatient", "Rows", "(0008,0016)", "NumberOfFrames",
              "ReferencedSeriesSequence", "ReferencedSeriesSequence[*].SeriesInstanceUID",
              "SharedFunctionalGroupsSequence.PixelMeasuresSequence.PixelSpacing", "TransferSyntaxUID"]


def expected_row(path):
    data_set = pydicom.dcmread(path, stop_before_pixels=True)
    spacing = data_set.get("SharedFunctionalGroupsSequence", [{}])[0].get("PixelMeasuresSequence", [{}])
    series = [each.SeriesInstanceUID for each in data_set.get("ReferencedSeriesSequence", [])]

    def plain(value):
        if isinstance(value, (pydicom.multival.MultiValue, list)):
            return [plain(each) for each in value]
        if isinstance(value, (pydicom.valuerep.DSfloat, float)):
            return float(value)
        return int(value) if isinstance(value, int) else value if value is None else str(value)

    return {
        "file": str(path), "size": os.path.getsize(path), "PatientID": plain(data_set.get("PatientID")),
        "PatientName": plain(data_set.get("PatientName")), "Modality": plain(data_set.get("Modality")),
        "ImagePositionPatient": plain(data_set.get("ImagePositionPatient")), "Rows": plain(data_set.get("Rows")),
        "SOPClassUID": plain(data_set.get("SOPClassUID")), "NumberOfFrames": plain(data_set.get("NumberOfFrames")),
        "ReferencedSeriesSequence": len(series) if "ReferencedSeriesSequence" in data_set else None,
        "ReferencedSeriesSequence[*].SeriesInstanceUID": (series[0] if len(series) == 1 else series) or None,
        "SharedFunctionalGroupsSequence.PixelMeasuresSequence.PixelSpacing":
            plain(spacing[0].get("PixelSpacing")) if spacing else None,
        "TransferSyntaxUID": str(data_set.file_meta.TransferSyntaxUID),
    }


@pytest.fixture(scope="module")
def expected():
    return {str(path): expected_row(path) for path in sorted(VOLUME.glob("*.dcm"))}


def chosen():
    return [x for name in ATTRIBUTES for x in ("-a", name)]


def flat(value):
    if isinstance(value, list):
        return "\\".join(map(flat, value))
    return "" if value is None else str(value)


def test_extract_json_lines(expected):
    done = run("extract", "-r", VOLUME, *chosen(), "--json", "--sorted")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == sorted(expected)
    for row in rows:
        assert row == expected[row["file"]]


def test_extract_csv(expected, tmp_path):
    done = run("extract", "-r", VOLUME, *chosen(), "--output", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    with open(tmp_path / "out.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(expected)
    for row in rows:
        for name, value in expected[row["file"]].items():
            if isinstance(value, (list, float)) and name != "ReferencedSeriesSequence[*].SeriesInstanceUID":
                assert [float(x) for x in row[name].split("\\")] == value
            else:
                assert row[name] == flat(value)


def test_extract_sqlite(expected, tmp_path):
    target = tmp_path / "out.sqlite"
    done = run("extract", "-r", VOLUME, *chosen(), "--output", target, "--table", "my \"objects\"")
    assert done.returncode == 0, done.stderr
    database = sqlite3.connect(target)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.row_factory = sqlite3.Row
    rows = database.execute('SELECT * FROM "my ""objects"""').fetchall()
    assert len(rows) == len(expected)
    for row in rows:
        for name, value in expected[row["file"]].items():
            if not isinstance(value, list):
                assert row[name] == value
    assert run("extract", VOLUME / "ct00.dcm", "--output", target).returncode == 1  # exists
    assert run("extract", VOLUME / "ct00.dcm", "--output", target, "--force").returncode == 0


def test_extract_from_other_files(tmp_path):
    (tmp_path / "text.txt").write_text("no DICOM")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / 'a,"b.dcm').write_bytes(CT.read_bytes())
    done = run("extract", "-r", tmp_path, "-a", "PatientID")
    assert done.returncode == 1 and done.stderr.count("martlet:") == 2
    done = run("extract", "-r", tmp_path, "-a", "PatientID", "--skip-others")
    assert done.returncode == 0 and done.stderr == ""
    rows = list(csv.reader(done.stdout.splitlines()))
    assert rows[1] == [str(tmp_path / 'a,"b.dcm'), str(CT.stat().st_size), "PHANTOM"]
    assert run("extract", tmp_path).returncode == 1  # a folder
    assert run("extract", CT, "-a", "Nonsense").returncode == 64
    assert run("extract", CT, "--format", "sqlite").returncode == 64


def test_extract_agrees_with_pydicom_over_the_corpus():
    """Patient names in every character set, and identifiers, of every file that the manifest has."""
    entries = [each for each in corpus.entries() if each["path"] is not None and corpus.survives(each)]
    done = run("extract", *[each["path"] for each in entries], "-a", "PatientName", "-a", "SOPInstanceUID", "--json")
    rows = {row["file"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert len(rows) == len({str(each["path"]) for each in entries}), done.stderr
    for each in entries:
        row = rows[str(each["path"])]
        assert row["SOPInstanceUID"] == each["sop_instance"]
        name = row["PatientName"]
        if each.get("patient_name") and each["id"].startswith("synthetic/charset"):
            assert ("\\".join(name) if isinstance(name, list) else name).rstrip("=") == each["patient_name"], each["id"]
