# SPDX-License-Identifier: Apache-2.0
"""The pictures of Documentation/images: a demonstration in Chromium, by profession and page (scripts/screenshots)."""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from martlet_server import ROOT, binary, free_ports  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from reading import Reader, launch  # noqa: E402

IMAGES = ROOT / "Documentation" / "images"
LARGEST = 250_000
SIZE = (1600, 1000)
PHONE = (390, 844)
TABLET = (820, 1180)


class Demonstration:
    """`martlet serve --demo` with its week behind it."""

    def __init__(self, folder):
        self.log = Path(folder) / "log"
        ports = free_ports(4)
        self.url = f"http://localhost:{ports[1]}"
        names = ("dicom", "http", "https", "hl7")
        options = [word for name, port in zip(names, ports) for word in (f"--{name}-port", str(port))]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [str(binary()), "serve", "--demo", *options], stdout=log, stderr=subprocess.STDOUT)
        self.password = self.said(r"password (\S+)")
        self.said(r"demonstration: \d+ orders")

    def said(self, pattern, seconds=600):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found[found.lastindex or 0]
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise RuntimeError(f"{pattern} was not said:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


def at_rest(person):
    """Until the page says the same twice, and its images are drawn."""
    before = None
    for _ in range(100):
        text = person.page.locator("body").inner_text()
        if text == before:
            break
        before = text
        person.page.wait_for_timeout(250)
    person.drawn()


def a_page(address, shown):
    def open_it(person, url):
        person.page.goto(f"{url}/{address}")
        person.page.locator(shown).first.wait_for()
    return open_it


def reading(person, url):
    """The exam of a patient who was here before, where there is one, beside its images."""
    a_page("#/reading", ".work-row[data-exam]")(person, url)
    person.page.keyboard.press("Enter")
    person.page.locator(".pane[data-image]").first.wait_for()
    person.page.get_by_label(re.compile("^Findings")).fill(
        "No acute finding.\nNothing before to compare with.")
    person.page.locator('.save-state[data-state="saved"]').wait_for()


def viewer(person, url):
    a_page("#/", ".row[data-study]")(person, url)
    person.page.get_by_role("searchbox").fill("CT")
    person.page.locator(".row[data-study]", has_text="CT").first.click()
    person.wait_image(1)


def validated(person, url):
    a_page("#/reports?words=normal", ".found-card")(person, url)
    exam = person.page.locator(".found-card").first.get_attribute("data-exam")
    a_page(f"#/validated/{exam}", ".paper-sheet")(person, url)


#: Name, role, size of the window, language, and what is done before the picture is taken.
PICTURES = [
    ("viewer", "radiologist", SIZE, "en-GB", viewer),
    ("reading", "radiologist", SIZE, "en-GB", reading),
    ("radiologist-worklist", "radiologist", SIZE, "en-GB", a_page("#/reading?list=done", ".work-row[data-exam]")),
    ("radiologist-reports", "radiologist", SIZE, "en-GB", a_page("#/reports?words=normal", ".found-preview h2")),
    ("technologist-worklist", "technologist", SIZE, "en-GB",
     a_page("#/worklist?list=scheduled", ".work-row[data-exam]")),
    ("secretary-order", "secretary", SIZE, "fr-FR", a_page("#/order/1", ".history li")),
    ("receptionist-agenda", "receptionist", SIZE, "en-GB", a_page("#/agenda", ".agenda-column")),
    ("clinician-tablet", "clinician", TABLET, "es-ES", validated),
    ("clinician-phone", "clinician", PHONE, "cs-CZ", a_page("#/", ".row[data-study]")),
    ("administrator-overview", "admin", SIZE, "en-GB", a_page("#/administration", ".tile")),
    ("manager-statistics", "manager", SIZE, "en-GB", a_page("#/statistics", ".chart svg")),
]


def small(path):
    """Few bytes to fetch; where the grain of an image makes them many, fewer colours."""
    with Image.open(path) as taken:
        picture = taken.convert("RGB")
    picture.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        picture.quantize(colors=256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST:
        raise RuntimeError(f"{path.name} has {size} bytes, more than {LARGEST}")
    print(f"{path.relative_to(ROOT)}: {size} bytes")


def main(wanted):
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demonstration = Demonstration(folder)
        browser = launch(playwright)
        try:
            for name, role, size, language, act in PICTURES:
                if wanted and name not in wanted:
                    continue
                context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
                person = Reader(context.new_page(), "screenshots")
                person.page.goto(demonstration.url + "/")
                person.page.locator("input[name=name]").fill(role)
                person.page.locator("input[name=password]").fill(demonstration.password)
                person.page.locator("button[type=submit]").click()
                person.page.locator(".account").wait_for()
                act(person, demonstration.url)
                at_rest(person)
                person.page.screenshot(path=IMAGES / f"{name}.png")
                context.close()
                small(IMAGES / f"{name}.png")
        finally:
            browser.close()
            demonstration.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
