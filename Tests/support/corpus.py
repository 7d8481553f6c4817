# SPDX-License-Identifier: Apache-2.0
"""The test corpus: where its files are, which of them must survive a round trip, and their data set bytes."""
import json
import os
import re
import struct
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "Tests" / "Corpus"
UID_KEYS = ("sop_class", "sop_instance", "study", "series")
UID = re.compile(r"[0-9.]{1,64}")


def folders():
    """First part of a corpus id → the folder that stands for it."""
    return {
        "synthetic": FOLDER / "synthetic",
        "pypi": Path(os.environ.get("MARTLET_CORPUS_PYPI", ROOT / ".build" / "corpus-pypi" / "pypi")),
        "files": Path(os.environ.get("MARTLET_CORPUS_FILES", ROOT.parent / "shared" / "corpus" / "files")),
    }


def entries():
    """All entries of the manifest, with `path` where the file is present."""
    where = folders()
    found = json.loads((FOLDER / "manifest.json").read_text())["files"]
    for entry in found:
        part, rest = entry["id"].split("/", 1)
        path = where[part] / rest
        entry["path"] = path if path.is_file() else None
        if entry["path"] and "transfer_syntax" not in entry and survives(entry):
            entry["transfer_syntax"] = detected(path)
    return found


def absent_counts(found):
    """Part of the corpus → number of files that are not there."""
    return dict(Counter(each["id"].split("/")[0] for each in found if each["path"] is None))


def survives(entry):
    """Has its UIDs, well formed, and conforms: must come out as it went in."""
    return all(UID.fullmatch(entry.get(key, "")) for key in UID_KEYS) and entry.get("valid") is not False


def rounds(found):
    """Lists of entries in which every SOP Instance UID stands once: one archive for each list."""
    lists, seen = [], Counter()
    for entry in found:
        if entry["path"] is None or not survives(entry):
            continue
        index = seen[entry["sop_instance"]]
        seen[entry["sop_instance"]] += 1
        while len(lists) <= index:
            lists.append([])
        lists[index].append(entry)
    return lists


def data_set_offset(data):
    """(transfer syntax or None, offset of the data set) of a Part 10 file, with or without preamble and meta."""
    at = 132 if data[128:132] == b"DICM" else 0
    transfer_syntax = None
    while data[at:at + 2] == b"\x02\x00" and at + 8 <= len(data):
        element, vr, length = struct.unpack_from("<H2sH", data, at + 2)
        header = 8
        if vr in (b"OB", b"OW", b"UN", b"UT", b"SQ"):
            length, header = struct.unpack_from("<I", data, at + 8)[0], 12
        value = data[at + header:at + header + length]
        if element == 0x0010:
            transfer_syntax = value.rstrip(b"\0 ").decode("latin-1")
        at += header + length
    return transfer_syntax, at


def data_set(path):
    """(transfer syntax or None, data set bytes) of a file."""
    data = Path(path).read_bytes()
    transfer_syntax, at = data_set_offset(data)
    return transfer_syntax, data[at:]


def detected(path):
    """The transfer syntax that a data set without file meta information shows by its first element."""
    head = data_set(path)[1][:6]
    is_explicit = head[4:6].isalpha() and head[4:6].isupper()
    if head[0] == 0 and head[1] != 0:
        return "1.2.840.10008.1.2.2"
    return "1.2.840.10008.1.2.1" if is_explicit else "1.2.840.10008.1.2"
