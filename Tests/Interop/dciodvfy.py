# SPDX-License-Identifier: Apache-2.0
"""What dciodvfy of dicom3tools says of a file, as pairs of an attribute path and a kind of finding."""
import re
import subprocess

# Message of dciodvfy -> kind of `ValidationKind`. The first one that matches counts.
KINDS = [(re.compile(pattern), kind) for pattern, kind in (
    (r"Missing attribute for Type \d Required", "missingAttribute"),
    (r"Missing attribute for Type \dC", "missingConditionalAttribute"),
    (r"Empty attribute \(no value\)|present but empty|only permitted to be empty", "emptyAttribute"),
    (r"Attribute present when condition unsatisfied|Shall not be present|Only valid for", "unexpectedAttribute"),
    (r"not present in standard DICOM IOD", "attributeNotInIOD"),
    (r"Retired attribute", "retiredAttribute"),
    (r"needed to build DICOMDIR", "neededForDirectory"),
    (r"Retired Person Name form", "personNameForm"),
    (r"CodingSchemeDesignator is deprecated|CodingSchemeDesignator in a units", "codingScheme"),
    (r"Value invalid for this VR.*Length invalid", "valueLength"),
    (r"Value invalid for this VR.*Trailing character", "valuePadding"),
    (r"Value invalid for this VR|Value dubious", "valueFormat"),
    (r"Unrecognized defined term", "definedTerm"),
    (r"Unrecognized enumerated value", "enumeratedValue"),
    (r"Illegal root for UID|has same value as", "uid"),
    (r"MediaStorage|FileMetaInformationVersion", "fileMetaInformation"),
    (r"Bad group length", "groupLength"),
    (r"Value is zero|not unit vector|ratio of 1:1", "valueRange"),
    (r"Bad attribute Value Multiplicity|A value is required for value", "wrongMultiplicity"),
    (r"value representation doesn't match|Invalid Value Representation", "wrongVR"),
    (r"incorrect value length", "pixelDataLength"),
    (r"not listed in CurrentRequested", "unlistedReference"),
    (r"Number of items in Per|internally inconsistent|Bad Sequence number", "itemCount"),
    (r"but Instance does not reference|Non-identity Modality|must be HU|not monotonically", "inconsistentValues"),
    (r"Unrecognized tag", "unknownAttribute"),
    (r"Private tag without owner|private owner", "privateCreator"),
)]
LINE = re.compile(r"(?:Error|Warning) - (?:<(/.*?)> - )?(.*)")
STEP = re.compile(r"/([^/(]*)\(([0-9a-f]{4}),([0-9a-f]{4})(?:,\"(.*?)\")?\)(?:\[(\d+)\])?")
GROUP = re.compile(r"Group 0x([0-9a-f]+)")
UNREADABLE = re.compile("Information Object Not found|dataset read failed|Tag read failed|Attribute read failed")


def path(text):
    """dciodvfy's path in martlet's form: keywords, items from zero, without the number of the value."""
    steps, found = [], STEP.findall(text)
    for number, (keyword, group, element, _, item) in enumerate(found):
        if not keyword or int(group, 16) >> 8 in (0x50, 0x60):
            keyword = f"({group},{element})"
        steps.append(keyword + (f"[{int(item) - 1}]" if item and number < len(found) - 1 else ""))
    return ".".join(steps)


def finding(line):
    """(path, kind) of a line of output; None for lines that describe or continue."""
    found = LINE.match(line.strip())
    if not found:
        return None
    place, message = path(found[1] or ""), found[2]
    kind = next((kind for pattern, kind in KINDS if pattern.search(message)), "other")
    if kind == "groupLength":
        group = int(GROUP.search(message)[1], 16)
        place = "FileMetaInformationGroupLength" if group == 2 else f"({group:04x},0000)"
    if kind == "definedTerm" and place.endswith("SpecificCharacterSet"):
        kind = "characterSet"
    return place, kind


def findings(file):
    """{(path, kind): message} of a file; None where dciodvfy does not know the SOP class, cannot read, or crashes."""
    run = subprocess.run(["dciodvfy", "-new", str(file)], capture_output=True, timeout=60)
    text = run.stderr.decode("latin-1")
    if run.returncode < 0 or UNREADABLE.search(text):
        return None
    result = {}
    for line in text.split("\n"):
        found = finding(line)
        if found:
            result.setdefault(found, line.strip())
    return result
