# SPDX-License-Identifier: Apache-2.0
"""The JSON and XML models of corpus files, side by side with the corpus's own models, pydicom and DCMTK."""
import base64
import gzip
import json
import math
import os
import re
import shutil
import subprocess
import struct
import sys
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import corpus
import pydicom
import pytest
from martlet_server import binary

# Files in which something differs from a peer, and why.
TABLE = json.loads((Path(__file__).parent / "model_differences.json").read_text())
PIXELS = {"7FE00008", "7FE00009", "7FE00010"}
UNITS = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}
PRESENT = [each for each in corpus.entries() if each["path"] is not None]
# Nested 2,000 deep, which the peers' recursion does not stand.
TOO_DEEP = "synthetic/odd/sq_nested_2000.dcm"
SMALL = [each for each in PRESENT if each["size"] <= 1 << 18 and each["id"] != TOO_DEEP]
sys.setrecursionlimit(20_000)


def run(*arguments, **options):
    return subprocess.run([str(binary()), *map(str, arguments)], capture_output=True, timeout=300, **options)


def model(path, *arguments):
    done = run("json", *arguments, path)
    return json.loads(done.stdout) if done.returncode == 0 else None


def each(entries, compare):
    """File → what `compare` finds, for those in which it finds something; with the files that it could compare."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(compare, entries))
    failures = {entry["id"]: each for entry, each in zip(entries, found) if each}
    return failures, {entry["id"] for entry, each in zip(entries, found) if each is not None}


def number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def same_number(one, other):
    """Equal as numbers of 32 bits too, since a writer may have less digits."""
    if one == other or math.isclose(one, other, rel_tol=1e-6) or (math.isnan(one) and math.isnan(other)):
        return True
    return abs(one) < 1e30 and abs(other) < 1e30 and struct.pack("<f", one) == struct.pack("<f", other)


def unpadded(base64_text):
    return base64.b64decode(base64_text).rstrip(b"\0")


def name_text(value):
    """A name's groups without the delimiters at their ends."""
    if isinstance(value, list):
        return [name_text(each) for each in value]
    if isinstance(value, dict):
        return {key: group.rstrip("^") for key, group in value.items() if group.rstrip("^")}
    return value


def same(ours, theirs):
    """By value: numbers as numbers, text without padding, empty and absent alike."""
    if ours == theirs or (ours in (None, "") and theirs in (None, "")):
        return True
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(same(ours.get(key), theirs.get(key)) for key in {*ours, *theirs})
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    one, other = number(ours), number(theirs)
    if one is not None and other is not None:
        return same_number(one, other)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip(" \0") == theirs.strip(" \0")
    return False


def differences(ours, theirs, path="", *, peer):
    """What differs between two JSON models, but for what the peer is known to do otherwise everywhere."""
    found = []
    for tag in sorted({*ours, *theirs}):
        if tag.endswith("0000") or tag in PIXELS or tag == "00080005" or tag.startswith("0002"):
            continue
        one, other = ours.get(tag), theirs.get(tag)
        if one is None or other is None:
            found.append(f"{path}{tag}: {'missing' if one is None else 'extra'}")
        elif one.get("vr") != other.get("vr"):
            if not same_vr(tag, one, other, peer):
                found.append(f"{path}{tag}: VR {one.get('vr')}, not {other.get('vr')}")
        elif one["vr"] == "SQ":
            items, others = one.get("Value", []), other.get("Value", [])
            if len(items) != len(others):
                found.append(f"{path}{tag}: {len(items)} items, not {len(others)}")
            for index, pair in enumerate(zip(items, others)):
                found += differences(*pair, f"{path}{tag}[{index}].", peer=peer)
        elif "BulkDataURI" in one or "BulkDataURI" in other:
            continue
        elif "InlineBinary" in one or "InlineBinary" in other:
            # DCMTK writes words in big endian.
            if peer == "dcm2xml" and one["vr"] in UNITS:
                continue
            if unpadded(one.get("InlineBinary", "")) != unpadded(other.get("InlineBinary", "")):
                found.append(f"{path}{tag}: binary value")
        elif not same_values(*map(name_text, (one.get("Value", []), other.get("Value", [])))):
            found.append(f"{path}{tag}: {one.get('Value')!r:.80}, not {other.get('Value')!r:.80}")
    return found


def same_vr(tag, one, other, peer):
    """The peers know private dictionaries for implicit VR; DCMTK leaves UN where the standard's dictionary knows."""
    is_private = int(tag[3], 16) % 2 == 1
    return (is_private and one["vr"] == "UN") or (not is_private and other["vr"] == "UN" and peer.startswith("dcm2"))


def same_values(ours, theirs):
    # An element of empty values is written without any.
    return same(*([] if all(map(is_empty, values)) else values for values in (ours, theirs)))


def is_empty(value):
    return not any(value.values()) if isinstance(value, dict) else value in (None, "")


def report(name, failures, compared):
    """Fails where a file differs that the table does not explain, and where the table explains what is gone."""
    known = TABLE[name]
    unexplained = {key: value[:4] for key, value in failures.items() if key not in known}
    assert unexplained == {}
    assert {key for key in known if key in compared and key not in failures} == set(), "no difference any more"


def corpus_models():
    path = corpus.FOLDER / "models.jsonl.gz"
    with gzip.open(path, "rt") as lines:
        return {each["id"]: each["model"] for each in map(json.loads, lines)}


def test_json_is_that_of_the_corpus():
    models = corpus_models()

    def compare(entry):
        expected = models.get(entry["id"])
        if not expected or entry["id"] == TOO_DEEP:
            return None
        ours = model(entry["path"])
        return ["cannot be read"] if ours is None else differences(ours, expected, peer="pydicom")

    failures, compared = each(PRESENT, compare)
    assert len(compared) > 700
    report("corpus", failures, compared)


@pytest.mark.skipif(shutil.which("dcm2json") is None, reason="DCMTK's dcm2json is not installed")
def test_json_is_that_of_dcm2json():
    def compare(entry):
        theirs = subprocess.run(["dcm2json", "-q", entry["path"]], capture_output=True, timeout=60)
        try:
            expected = json.loads(theirs.stdout)
        except ValueError:
            return None
        ours = model(entry["path"])
        return ["cannot be read"] if ours is None else differences(ours, expected, peer="dcm2json")

    failures, compared = each(SMALL, compare)
    assert len(compared) > 300
    report("dcm2json", failures, compared)


# MARK: XML


def native(text):
    """The JSON model of a Native DICOM Model, as far as the two can be told apart."""
    root = ElementTree.fromstring(text)
    return native_data_set(root)


def native_data_set(node):
    return {attribute_key(each): native_attribute(each) for each in node}


def attribute_key(node):
    return node.get("tag") + (f" {node.get('privateCreator')}" if node.get("privateCreator") else "")


def local(node):
    return node.tag.rpartition("}")[2]


def native_attribute(node):
    result = {"vr": node.get("vr"), "keyword": node.get("keyword")}
    for child in node:
        kind = local(child)
        if kind == "Item":
            result.setdefault("Value", []).append(native_data_set(child))
        elif kind == "Value":
            result.setdefault("Value", []).append(child.text or "")
        elif kind == "PersonName":
            groups = {local(group): {local(part): part.text or "" for part in group} for group in child}
            result.setdefault("Value", []).append(groups)
        elif kind == "InlineBinary":
            result["InlineBinary"] = base64.b64encode(base64.b64decode(child.text or "")).decode()
        else:
            result[kind] = child.attrib
    return result


def xml_differences(ours, theirs, path=""):
    found = []
    for key in sorted({*ours, *theirs}):
        if key[:8] in PIXELS or key[4:8] == "0000" or key == "00080005":
            continue
        one, other = ours.get(key), theirs.get(key)
        if one is None or other is None:
            found.append(f"{path}{key}: {'missing' if one is None else 'extra'}")
        elif one["vr"] != other["vr"]:
            if not same_vr(key, one, other, "dcm2xml"):
                found.append(f"{path}{key}: VR {one['vr']}, not {other['vr']}")
        elif one["vr"] == "SQ":
            items, others = one.get("Value", []), other.get("Value", [])
            if len(items) != len(others):
                found.append(f"{path}{key}: {len(items)} items, not {len(others)}")
            for index, pair in enumerate(zip(items, others)):
                found += xml_differences(*pair, f"{path}{key}[{index}].")
        elif one["keyword"] != other["keyword"] and other["keyword"] is not None:
            found.append(f"{path}{key}: keyword {one['keyword']}, not {other['keyword']}")
        elif "InlineBinary" in one or "InlineBinary" in other:
            if not same_binary(one, other):
                found.append(f"{path}{key}: binary value")
        elif not same_texts(one.get("Value", []), other.get("Value", [])):
            found.append(f"{path}{key}: {one.get('Value')!r:.80}, not {other.get('Value')!r:.80}")
    return found


def same_binary(ours, theirs):
    """DCMTK writes words in big endian, where PS3.19 table A.1.5-2 wants little endian."""
    one, other = (base64.b64decode(each.get("InlineBinary", "")) for each in (ours, theirs))
    unit = UNITS.get(ours["vr"], 1)
    if unit > 1:
        other = b"".join(other[at:at + unit][::-1] for at in range(0, len(other), unit))
    return one.rstrip(b"\0") == other.rstrip(b"\0")


def same_texts(ours, theirs):
    if not ours and all(each in ("", {}) for each in theirs):
        return True
    # DCMTK writes tags as (gggg,eeee).
    tag = re.compile(r"^\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)$")
    plain = [tag.sub(r"\1\2", each).upper() if isinstance(each, str) else each for each in theirs]
    return same(ours, theirs) or ours == plain


@pytest.mark.skipif(shutil.which("dcm2xml") is None, reason="DCMTK's dcm2xml is not installed")
def test_xml_is_that_of_dcm2xml():
    def compare(entry):
        # DCMTK writes text in the character set of the file, whatever the document says.
        if entry.get("charset") not in (None, "", "ISO_IR 6", "ISO_IR 100", "ISO_IR 192", "ISO 2022 IR 6"):
            return None
        theirs = subprocess.run(
            ["dcm2xml", "-q", "-nat", "+Eb", "+M", entry["path"]], capture_output=True, timeout=60)
        try:
            expected = native(theirs.stdout)
        except (ElementTree.ParseError, ValueError):
            return None
        done = run("json", "--xml", "--inline-limit", 1 << 24, entry["path"])
        return ["cannot be read"] if done.returncode else xml_differences(native(done.stdout), expected)

    failures, compared = each(SMALL, compare)
    assert len(compared) > 300
    report("dcm2xml", failures, compared)


# MARK: Back to DICOM


def valid_files():
    """Every third one of those in Python packages and of the others, which is enough of each kind."""
    valid = [each for each in SMALL if each.get("valid") is not False and corpus.survives(each)]
    packaged = [each for each in valid if each["id"].startswith("pypi/")]
    return packaged[::3] + [each for each in valid if each not in packaged][::3]


def without_pixels(path):
    data_set = pydicom.dcmread(path, force=True)
    for tag in PIXELS:
        if int(tag, 16) in data_set:
            del data_set[int(tag, 16)]
    return data_set.to_json_dict()


def foreign_model(writer, path, expected):
    if writer == "pydicom":
        return json.dumps(expected).encode()
    if writer == "dcm2xml":
        return subprocess.run(
            ["dcm2xml", "-q", "-nat", "+Eb", "+M", path], capture_output=True, timeout=60).stdout
    return run("json", "--inline-limit", 1 << 24, *(["--xml"] if writer == "xml" else []), path).stdout


@pytest.mark.parametrize("writer", ["pydicom", "dcm2xml", "json", "xml"])
def test_models_become_files_again(writer, tmp_path):
    """Models of four writers, read by us, give files in which pydicom finds what it found in the original."""
    if writer == "dcm2xml" and shutil.which("dcm2xml") is None:
        pytest.skip("DCMTK's dcm2xml is not installed")

    def compare(entry):
        if writer == "dcm2xml" and entry.get("charset") not in (None, "", "ISO_IR 6", "ISO_IR 192"):
            return None
        try:
            expected = without_pixels(entry["path"])
        except Exception:  # what pydicom cannot convert is not compared
            return None
        name = entry["sha256"]
        source, target = tmp_path / f"{name}.model", tmp_path / f"{name}.dcm"
        source.write_bytes(foreign_model(writer, entry["path"], expected))
        done = run("json", "--to-dicom", source, "--output", target)
        if done.returncode:
            return [done.stderr.decode()[:200]]
        return differences(without_pixels(target), expected, peer=writer)

    failures, compared = each(valid_files(), compare)
    assert len(compared) > 100
    report(f"back from {writer}", failures, compared)


def test_pydicom_reads_our_json():
    """`Dataset.from_json` of our text is what pydicom reads from the file."""
    def compare(entry):
        text = run("json", "--inline-limit", 1 << 24, entry["path"]).stdout.decode()
        try:
            expected = without_pixels(entry["path"])
            ours = pydicom.Dataset.from_json(text).to_json_dict()
        except Exception as error:
            return [repr(error)[:200]]
        return differences(ours, expected, peer="pydicom")

    failures, compared = each(valid_files(), compare)
    assert len(compared) > 100
    report("pydicom reads", failures, compared)
