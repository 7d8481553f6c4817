# SPDX-License-Identifier: Apache-2.0
"""FHIR resources against fhir.resources (R4B), and CDA documents against rules of their header and body."""
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from fhir.resources.R4B.diagnosticreport import DiagnosticReport
from fhir.resources.R4B.imagingstudy import ImagingStudy

ROOT = Path(__file__).resolve().parents[2]
CDA = "{urn:hl7-org:v3}"


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """What the builders' own test writes."""
    if not shutil.which("swift"):
        pytest.skip("there is no swift to run the builders' test")
    folder = tmp_path_factory.mktemp("documents")
    done = subprocess.run(
        ["swift", "test", "--ignore-lock", "--skip-build", "--filter", "DocumentTests"], cwd=ROOT, capture_output=True,
        text=True, timeout=300, env={**os.environ, "MARTLET_KEEP_DOCUMENTS": str(folder)})
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.mark.parametrize("status", ["preliminary", "final", "amended", "corrected"])
def test_diagnostic_report(documents, status):
    report = DiagnosticReport.model_validate_json((documents / f"DiagnosticReport-{status}.json").read_bytes())
    assert report.status == status
    assert report.subject.reference == "#patient"
    assert [each.reference for each in report.imagingStudy] == ["#study1"]
    assert {each.id for each in report.contained} == {"patient", "study1"}
    assert report.presentedForm[0].contentType == "application/pdf"


def test_imaging_study(documents):
    study = ImagingStudy.model_validate_json((documents / "ImagingStudy.json").read_bytes())
    assert study.numberOfInstances == 2 == len(study.series[0].instance)
    assert study.identifier[0].value.startswith("urn:oid:")


@pytest.mark.parametrize("status", ["preliminary", "final", "amended", "corrected"])
def test_cda(documents, status):
    check_cda(ElementTree.parse(documents / f"report-{status}.xml").getroot(), status)


def check_cda(document, status):
    """The check list of a document's header and sections."""
    assert document.tag == CDA + "ClinicalDocument"
    # The order of the header's elements is that of the schema.
    order = ["realmCode", "typeId", "templateId", "id", "code", "title", "effectiveTime", "confidentialityCode",
             "languageCode", "setId", "versionNumber", "recordTarget", "author", "custodian", "legalAuthenticator",
             "inFulfillmentOf", "documentationOf", "relatedDocument", "component"]
    names = [each.tag.removeprefix(CDA) for each in document]
    assert names == sorted(names, key=order.index)
    assert (document.find(CDA + "legalAuthenticator") is not None) == (status != "preliminary")
    codes = [each.get("code") for each in document.iter(CDA + "code")]
    assert codes[0] == "18748-4" and "121181" in codes and "113014" in codes and "113015" in codes
    sections = document.findall(f"{CDA}component/{CDA}structuredBody/{CDA}component/{CDA}section")
    for section in sections:
        assert section.find(CDA + "code") is not None and section.find(CDA + "title").text
        assert section.find(CDA + "text") is not None
    for root in document.iter(CDA + "id"):
        value = root.get("root") or ""
        assert root.get("nullFlavor") or all(part.isdigit() for part in value.split("."))
