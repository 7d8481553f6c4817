# SPDX-License-Identifier: Apache-2.0
"""`martlet dump --elements` and DCMTK's `dcmdump` find the same elements in every corpus file that dcmdump reads."""
import json
import math
import os
import re
import subprocess
from pathlib import Path

import corpus
import pytest
from martlet_server import binary

# Files above this size are compared without the values that dcmdump calls very long.
FULL_SIZE = 1 << 18
# dcmdump's limit for those.
LONG_VALUE = 4096
# Files in which something differs, and why.
TABLE = json.loads((Path(__file__).parent / "dump_differences.json").read_text())
# Only the standard's dictionary: private ones give implicit elements VRs that no standard names.
DICTIONARY = next(iter(sorted(Path("/usr/share").glob("libdcmtk*/dicom.dic"))), None)
LINE = re.compile(r"^( *)\(([0-9a-f]{4}),([0-9a-f]{4})\) (\w\w|\?\?) (.*?) *# +(u/l|\d+), *\d+ ", re.DOTALL)
START = re.compile(r"^ *\([0-9a-f]{4},[0-9a-f]{4}\) (\w\w|\?\?) ")
FLOATS = ("FL", "FD", "OF", "OD")
PRESENT = [each for each in corpus.entries() if each["path"] is not None and "dcmtk" not in each]


def dcmdump(path, full):
    """Rows of dcmdump's output: (path, tag, VR, length, value)."""
    command = ["dcmdump", "-q", "-dc", "+L", "+Qo", "-Un"] + ([] if full else ["-M"])
    environment = dict(os.environ, DCMDICTPATH=str(DICTIONARY), LC_ALL="C")
    output = subprocess.run(command + [str(path)], capture_output=True, env=environment, check=True, timeout=120).stdout
    rows, levels = [], []
    for line in joined(output.decode("latin-1")):
        found = LINE.match(line)
        if not found:
            continue
        spaces, group, element, vr, text, length = found.groups()
        depth, tag = len(spaces) // 2, f"({group},{element})"
        if tag in ("(fffe,e00d)", "(fffe,e0dd)"):
            continue
        del levels[depth:]
        if tag == "(fffe,e000)":
            levels[-1][1] += 1
            if vr == "pi":
                rows.append((above(levels), f"[{levels[-1][1] - 1}]", "pi", length, value(vr, text)))
            else:
                levels.append([f"[{levels[-1][1] - 1}]", 0])
            continue
        rows.append((above(levels), tag, vr, "u" if length == "u/l" else length, value(vr, text)))
        levels.append([tag, 0])
    return rows


def above(levels):
    """The path of the item that encloses the innermost of these levels."""
    names = [each[0] for each in levels]
    while names and not names[-1].startswith("["):
        names.pop()
    return "".join(name if name.startswith("[") else "." + name for name in names).lstrip(".")


def joined(text):
    """Lines, with those put together again that line ends in values have torn."""
    line = None
    for part in text.split("\n"):
        if START.match(part) or part.startswith("#") or line is None:
            if line is not None:
                yield line
            line = part
        else:
            line += "\n" + part
    if line is not None:
        yield line


def value(vr, text):
    if text.startswith(("(no value available)", "(Sequence with", "(PixelSequence")):
        return ""
    if text.startswith("(not loaded)"):
        return None
    if text.startswith("[") and text.endswith("]"):
        # dcmdump keeps padding with NUL.
        return re.sub(r"( |\\000)+$", "", text[1:-1])
    return text


def martlet(path, full):
    """Rows of `martlet dump --elements`."""
    limit = 0 if full else LONG_VALUE
    run = subprocess.run(
        [str(binary()), "dump", "--elements", "--max-length", str(limit), str(path)], capture_output=True, check=True,
        timeout=300)
    return [tuple(line.split("\t")) for line in run.stdout.decode("latin-1").split("\n") if line]


def same_vr(one, other):
    """dcmdump prints names of its own for some VRs, and OB for all pixel data in fragments, whatever the file says."""
    ours, theirs, length = one[2], other[2], one[3]
    return (
        ours == theirs or (theirs == "up" and ours == "UL") or (theirs == "xs" and ours in ("US", "SS"))
        or (theirs == "??" and ours == "UN")
        or (length == "u" and (ours, theirs) in (("UN", "SQ"), ("OW", "OB"))))


def same_value(vr, ours, theirs):
    if theirs is None or ours == theirs:
        return True
    if vr in FLOATS:
        left, right = ours.split("\\"), theirs.split("\\")
        return len(left) == len(right) and all(same_number(*pair, vr) for pair in zip(left, right))
    return False


def same_number(left, right, vr):
    one, other = float(left), float(right)
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return one == other or math.isclose(one, other, rel_tol=1e-6 if vr in ("FL", "OF") else 1e-14)


def differences(ours, theirs):
    """What is left when both lists, in the order of paths and tags, are laid side by side."""
    ours, theirs = (sorted(rows, key=lambda row: row[:2]) for rows in (ours, theirs))
    found = [] if len(ours) == len(theirs) else [f"{len(ours)} elements, dcmdump has {len(theirs)}"]
    for one, other in zip(ours, theirs):
        if one[:2] != other[:2]:
            return found + [f"{one[:2]} here, {other[:2]} in dcmdump"]
        if not same_vr(one, other):
            found.append(f"{one[0]} {one[1]}: VR {one[2]}, dcmdump {other[2]}")
        elif one[3] != other[3]:
            found.append(f"{one[0]} {one[1]}: length {one[3]}, dcmdump {other[3]}")
        elif not same_value(one[2], one[4], other[4]):
            found.append(f"{one[0]} {one[1]} {one[2]}: {one[4][:80]!r}, dcmdump {other[4][:80]!r}")
    return found


@pytest.mark.skipif(DICTIONARY is None, reason="DCMTK's dictionary is not installed")
@pytest.mark.parametrize("part", sorted({each["id"].rsplit("/", 1)[0] for each in PRESENT}))
def test_dump_agrees_with_dcmdump(part):
    failures = {}
    for entry in PRESENT:
        if entry["id"].rsplit("/", 1)[0] != part:
            continue
        full = entry["size"] <= FULL_SIZE
        found = differences(martlet(entry["path"], full), dcmdump(entry["path"], full))
        known = entry["id"] in TABLE
        if bool(found) != known:
            failures[entry["id"]] = found[:8] or "no difference any more"
    assert failures == {}


def test_selection_json_and_exit_codes():
    path = corpus.FOLDER / "synthetic" / "odd" / "sq_mixed.dcm"

    def run(*arguments, stdin=None):
        return subprocess.run([str(binary()), "dump", *map(str, arguments)], capture_output=True, input=stdin)

    assert run("--keyword", "PatientID", path).stdout.decode().count("\n") == 2
    nested = run("--elements", "--tag", "0008,1150", path).stdout.decode().splitlines()
    assert [line.split("\t")[0] for line in nested] == ["(0008,1140)[0]", "(0008,1140)[1]"]
    model = json.loads(run("--json", path).stdout)
    assert model["00081140"]["Value"][1]["00081155"]["Value"] == ["2.25.5"]
    assert len(json.loads(run("--json", path, path).stdout)) == 2
    assert run("-", stdin=path.read_bytes()).stdout.decode().count("\n") == run(path).stdout.decode().count("\n")
    missing = run(path, "/nonexistent")
    assert missing.returncode == 1 and b"PatientID" in missing.stdout and b"/nonexistent" in missing.stderr
    assert run("--tag", "NoSuchKeyword", path).returncode == 64
