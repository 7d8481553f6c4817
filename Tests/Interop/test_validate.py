# SPDX-License-Identifier: Apache-2.0
"""`martlet validate` finds what dciodvfy finds in real files and in the phantom study; a table explains the rest."""
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import corpus
import dciodvfy
import pytest
from martlet_server import binary

BAR = 0.95
ITEM = re.compile(r"\[\d+\]")
# Classes of differences: which side has them, kind, path, at most how many findings, and why. `message` and `sop_class`
# narrow a class down. What is `counted` is explained, but is a fault of ours and lowers the figures.
TABLE = json.loads((Path(__file__).parent / "validate_differences.json").read_text())


def chosen():
    """Real files and the phantom study, without what the manifest marks as damaged."""
    return [
        each for each in corpus.entries()
        if each["path"] is not None and each.get("sop_class") and each.get("valid") is not False
        and "dcmtk" not in each and "pydicom" not in each
        and (each["id"].startswith(("pypi/", "files/")) or "/volume/" in each["id"])]


def martlet(*arguments):
    return subprocess.run([str(binary()), "validate", *map(str, arguments)], capture_output=True, timeout=300)


@pytest.fixture(scope="module")
def compared():
    """[(entry, findings of dciodvfy, findings of martlet)], both as {(path, kind): message}."""
    entries = chosen()
    with ThreadPoolExecutor(2) as pool:
        theirs = list(pool.map(lambda each: dciodvfy.findings(each["path"]), entries))
    pairs = [(entry, found) for entry, found in zip(entries, theirs) if found is not None]
    run = martlet("--json", *(entry["path"] for entry, _ in pairs))
    ours = {each["file"]: each for each in json.loads(run.stdout)}
    assert [name for name, each in ours.items() if each.get("error")] == []
    print(f"{len(pairs)} files compared; {len(entries) - len(pairs)} that dciodvfy does not read or know")
    return [
        (entry, found, {(each["path"], each["kind"]): each["text"] for each in ours[str(entry["path"])]["findings"]})
        for entry, found in pairs]


def explanation(side, entry, place, kind, message):
    """Number of the class that explains a difference; None where none does."""
    for number, each in enumerate(TABLE):
        if (each["side"] == side and re.fullmatch(each["kind"], kind) and re.search(each["path"], ITEM.sub("[]", place))
                and re.search(each.get("message", ""), message)
                and re.fullmatch(each.get("sop_class", ".*"), entry["sop_class"])):
            return number
    return None


def differences(compared):
    for entry, theirs, ours in compared:
        for key in theirs.keys() - ours.keys():
            yield "dciodvfy", entry, *key, theirs[key]
        for key in ours.keys() - theirs.keys():
            yield "martlet", entry, *key, ours[key]


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
def test_findings_agree_with_dciodvfy(compared):
    agreed = sum(len(theirs.keys() & ours.keys()) for _, theirs, ours in compared)
    used, left = Counter(), {"dciodvfy": Counter(), "martlet": Counter()}
    for side, entry, place, kind, message in differences(compared):
        number = explanation(side, entry, place, kind, message)
        if number is not None:
            used[number] += 1
        if number is None or TABLE[number].get("counted"):
            left[side][f"{kind} {ITEM.sub('[]', place)}"] += 1
    missed, extra = (sum(left[side].values()) for side in ("dciodvfy", "martlet"))
    recall, precision = agreed / (agreed + missed), agreed / (agreed + extra)
    print(f"{agreed} agreed, {missed} missed, {extra} extra, {sum(used.values())} explained in {len(TABLE)} classes")
    print(f"recall {recall:.4f}, precision {precision:.4f}")
    for side, counts in left.items():
        print(f"only {side}:", *(f"\n  {count} {what}" for what, count in counts.most_common(60)))
    for number, each in enumerate(TABLE):
        print(f"{used[number]} of {each['cap']}: {each['why']}")
    assert recall >= BAR and precision >= BAR
    # With fewer files than there are in all, classes may be smaller but never larger.
    assert [each["why"] for number, each in enumerate(TABLE) if used[number] > each["cap"]] == []


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
def test_every_difference_is_explained_and_every_class_needed(compared):
    if sum(corpus.absent_counts(corpus.entries()).values()):
        pytest.skip("files are absent, so classes may be empty")
    used = {explanation(*each): each for each in differences(compared)}
    assert used.get(None) is None
    assert [each["why"] for number, each in enumerate(TABLE) if number not in used] == []
    assert all(len(each["why"]) > 40 for each in TABLE)


def test_the_tables_are_what_the_generator_makes(tmp_path):
    generator = corpus.ROOT / "Tools" / "CodeGeneration" / "generate_validation.py"
    subprocess.run([sys.executable, str(generator), str(corpus.FOLDER / "standard"), str(tmp_path)], check=True)
    kept = corpus.ROOT / "Sources" / "Toolkit" / "DICOMValidation" / "Generated"
    made = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert made == {each.name: each.read_text() for each in kept.iterdir()}


def test_exit_codes_folders_and_severities(tmp_path):
    volume = corpus.FOLDER / "synthetic" / "volume"
    good = volume / "ct00.dcm"
    assert martlet(good).returncode == 0
    (tmp_path / "below").mkdir()
    shutil.copy(good, tmp_path / "below" / "a.dcm")
    data = bytearray(good.read_bytes())
    at = data.index(b"\x10\x00\x40\x00CS\x02\x00") + 8
    data[at:at + 2] = b"X "
    (tmp_path / "b.dcm").write_bytes(bytes(data))
    run = martlet("--json", "--severity", "error", tmp_path)
    assert run.returncode == 1
    files = json.loads(run.stdout)
    assert [Path(each["file"]).name for each in files] == ["b.dcm", "a.dcm"]
    finding, = files[0]["findings"]
    assert (finding["path"], finding["kind"], finding["severity"]) == ("PatientSex", "enumeratedValue", "error")
    assert finding["module"] == "Patient" and finding["clause"] == "PS3.3 C.7.1.1" and finding["tag"] == "00100040"
    assert files[1]["findings"] == []
    assert b"PatientSex (0010,0040)" in martlet(tmp_path / "b.dcm").stdout
    missing = martlet(tmp_path / "nothing")
    assert missing.returncode == 1 and b"nothing" in missing.stderr
    assert martlet("--severity", "grave", good).returncode == 64
