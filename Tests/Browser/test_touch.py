# SPDX-License-Identifier: Apache-2.0
"""The page for who orders images, by touch: a link opens it on a tablet and a phone, upright and on the side."""
import json

import pytest
from reading import Reader

DEVICES = {
    "phone": {"width": 390, "height": 844}, "phone on its side": {"width": 844, "height": 390},
    "tablet": {"width": 1180, "height": 820},
}


@pytest.fixture
def link(server):
    study = server.json("/dicom-web/studies")[0]["0020000D"]["Value"][0]
    status, _, body = server.request(
        "/api/v1/links", "POST", json.dumps({"studies": [study], "minutes": 5}).encode(),
        {"Content-Type": "application/json"})
    assert status == 201
    return json.loads(body)["url"]


@pytest.fixture(params=DEVICES)
def hands(chromium, request, link):
    """Somebody with a device in their hands, at the page that the link opens."""
    context = chromium.new_context(
        viewport=DEVICES[request.param], has_touch=True, is_mobile=True, device_scale_factor=1)
    context.set_default_timeout(60_000)
    person = Reader(context.new_page(), request.node.name)
    person.page.goto(link)
    person.page.locator(".light-page .pane[data-image]").first.wait_for()
    yield Hands(person, context.new_cdp_session(person.page))
    person.picture("end")
    context.close()
    assert person.mistakes == []


class Hands:
    def __init__(self, person, session):
        self.person, self.page, self.session = person, person.page, session

    def fingers(self, kind, *points):
        self.session.send("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]})

    def middle(self):
        box = self.page.locator(".stage").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, dx, dy):
        x, y = self.middle()
        self.fingers("touchStart", (x, y))
        for step in range(1, 6):
            self.fingers("touchMove", (x + dx * step / 5, y + dy * step / 5))
        self.fingers("touchEnd")

    def pinch(self, factor):
        x, y = self.middle()
        self.fingers("touchStart", (x - 40, y), (x + 40, y))
        for step in range(1, 6):
            reach = 40 * (1 + (factor - 1) * step / 5)
            self.fingers("touchMove", (x - reach, y), (x + reach, y))
        self.fingers("touchEnd")

    def image(self):
        return int(self.page.locator(".pane").first.get_attribute("data-image") or 0)


def test_fingers(hands):
    hands.person.until(lambda: "CT" in hands.page.locator(".light-place").inner_text())
    sizes = hands.page.evaluate(
        "[...document.querySelectorAll('.light-bar button:not([hidden])')].map((one) => {"
        " const box = one.getBoundingClientRect(); return [box.width, box.height,"
        " box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1]; })")
    assert len(sizes) >= 5 and all(width >= 44 and height >= 44 and inside for width, height, inside in sizes), sizes
    # Key images come first, so what is seen is in the middle of its series.
    hands.person.until(lambda: hands.image() > 1)
    before = hands.image()
    hands.drag(0, 60)
    hands.person.until(lambda: hands.image() > before)
    hands.drag(0, -120)
    hands.person.until(lambda: hands.image() < before)
    hands.pinch(2)
    hands.person.until(lambda: zoom(hands) > 1.6)
    hands.person.picture("pinched")
    hands.page.get_by_role("button", name="Reset").tap()
    hands.person.until(lambda: zoom(hands) == 1)
    hands.page.get_by_role("button", name="Brightness").tap()
    windowed, seen = window(hands), hands.image()
    hands.drag(80, 0)
    hands.person.until(lambda: window(hands) != windowed)
    assert hands.image() == seen, "a finger that changes the brightness does not scroll"


def zoom(hands):
    return float(hands.page.locator(".pane").first.get_attribute("data-zoom"))


def window(hands):
    return hands.page.locator(".pane").first.get_attribute("data-window")
