# SPDX-License-Identifier: Apache-2.0
"""Contrast, names and reach by keys of every page, as the browser computes them (WCAG 2.2 AA)."""

from pathlib import Path

import pytest
from conftest import VOLUME, send
from martlet_server import PASSWORD
from test_office import office, order  # noqa: F401

AUDIT = (Path(__file__).resolve().parent / "audit.js").read_text().split("\n\n", 1)[1]
PAGES = {
    "list": "#/", "worklist": "#/worklist", "agenda": "#/agenda", "patients": "#/patients", "resolve": "#/resolve",
    "studies without orders": "#/resolve/studies", "corrections": "#/resolve/corrections", "reading": "#/reading",
    "reports": "#/reports", "statistics": "#/statistics", "overview": "#/administration",
    "queues": "#/administration/queues", "messages": "#/administration/messages", "nodes": "#/administration/nodes",
    "channels": "#/administration/channels", "audit": "#/administration/audit", "nowhere": "#/nowhere",
}


@pytest.fixture(scope="module")
def department(office):  # noqa: F811
    send(office, sorted(VOLUME.glob("*.dcm"))[:24])
    order(office, "A1", "Named", "CT chest", "CT")
    return office


def audited(reader, least=1):
    """What is wrong with the page as it stands; it must have so many controls to be one."""
    found = reader.page.evaluate(AUDIT.split("*/", 1)[1].strip())
    assert found["texts"] >= 1 and found["controls"] >= least, found
    return found["faults"]


def settled(reader):
    """Waits until the page says the same twice."""
    before = None
    for _ in range(200):
        text = reader.page.locator("body").inner_text()
        if text == before and "Loading" not in text:
            return
        before = text
        reader.page.wait_for_timeout(100)


def test_every_page_can_be_read_and_reached(reader, department):
    page, faults = reader.page, {}
    page.goto(department.url + "/")
    page.get_by_label("User name").wait_for()
    faults["sign-in"] = audited(reader, 3)
    reader.sign_in(department.url, "admin", PASSWORD)
    reader.rows().first.wait_for()
    for name, address in PAGES.items():
        page.goto(f"{department.url}/{address}")
        settled(reader)
        reader.picture(name.replace(" ", "-"))
        faults[name] = audited(reader)
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_viewer_can_be_read_and_reached(reader, department):
    page, faults = reader.page, {}
    reader.sign_in(department.url, "admin", PASSWORD)
    page.locator(".row", has_text="Phantom, Geometry").click()
    reader.wait_image(1)
    settled(reader)
    faults["viewer"] = audited(reader, 30)
    page.keyboard.press("h")
    page.locator("dialog[open]").wait_for()
    faults["keys"] = audited(reader, 30)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.get_by_role("dialog", name="Save to the archive").wait_for()
    faults["save"] = audited(reader, 30)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Multiplanar reconstruction").click()
    page.locator(".mpr-panel").first.wait_for()
    faults["planes"] = audited(reader, 30)
    assert {name: found for name, found in faults.items() if found} == {}


def test_the_focus_goes_round_the_viewer_and_is_seen(reader, department):
    """Every stop of the Tab key shows where it is, and the keys come back to where they began."""
    page = reader.page
    reader.sign_in(department.url, "admin", PASSWORD)
    page.locator(".row", has_text="Phantom, Geometry").click()
    reader.wait_image(1)
    stops = []
    for _ in range(120):
        page.keyboard.press("Tab")
        stop = page.evaluate("""() => {
          const at = document.activeElement;
          const style = getComputedStyle(at);
          const isSeen = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none";
          return { name: at.getAttribute("aria-label") ?? at.textContent.trim(), body: at === document.body,
                   seen: isSeen || style.boxShadow !== "none" };
        }""")
        if stop["body"] and stops:
            break
        assert stop["body"] or stop["seen"], stop
        stops.append(stop["name"])
    else:
        raise AssertionError("Tab never comes to the end")
    for wanted in ("Measure a length", "Save to the archive", "Export", "Window preset"):
        assert wanted in stops
