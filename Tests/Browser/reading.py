# SPDX-License-Identifier: Apache-2.0
"""What a reader does in the browser, and what the reader sees: no test looks behind the screen."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = Path(os.environ.get("MARTLET_ARTIFACTS", ROOT / ".build" / "artifacts"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]


def launch(playwright):
    """The system's own Chromium, which draws WebGL in software where it is asked to."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


# The software that runs shaders passes for graphics, which the viewer draws with where a computer has them.
GRAPHICS = """
  const context = HTMLCanvasElement.prototype.getContext;
  HTMLCanvasElement.prototype.getContext = function (kind, attributes) {
    const more = kind === "webgl2" ? { failIfMajorPerformanceCaveat: false } : {};
    return context.call(this, kind, { ...attributes, ...more });
  };
  const parameter = WebGL2RenderingContext.prototype.getParameter;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    const names = this.getExtension("WEBGL_debug_renderer_info");
    return name === names.UNMASKED_RENDERER_WEBGL ? "Graphics" : parameter.call(this, name);
  };
"""


class Reader:
    """One person in front of one page."""

    def __init__(self, page, folder):
        self.page = page
        self.folder = ARTIFACTS / folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.steps = 0
        self.mistakes = []
        page.on("pageerror", lambda error: self.mistakes.append(f"error in the page: {error}"))
        page.on("console", self._console)

    def _console(self, message):
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.mistakes.append(f"{message.type} on the console: {message.text}")

    def picture(self, name):
        """Keeps a screenshot of this step."""
        self.steps += 1
        self.page.screenshot(path=self.folder / f"{self.steps:02d}-{name}.png")

    def until(self, condition, seconds=60):
        """Waits until something is so; fails with what it was last."""
        for _ in range(seconds * 20):
            value = condition()
            if value:
                return value
            self.page.wait_for_timeout(50)
        raise AssertionError(f"not so after {seconds} s: {value!r}")

    def drawn(self):
        """Waits until what was done is on the screen, with all its pixels."""
        self.page.evaluate("""() => new Promise((done) => {
          const look = () => (document.querySelector('.panes[data-settled="false"]')
            ? requestAnimationFrame(look) : requestAnimationFrame(done));
          requestAnimationFrame(look);
        })""")

    # Signing in

    def sign_in(self, url, name, password):
        self.page.goto(url + "/")
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    # The study list

    def rows(self):
        return self.page.locator(".space .row[data-study]")

    def search(self, words, total):
        """Types words and waits until so many studies are found."""
        self.page.get_by_role("searchbox", name="Search studies").fill(words)
        self.wait_total(total)

    def wait_total(self, total):
        noun = "study" if total == 1 else "studies"
        self.page.locator(".total", has_text=re.compile(rf"^{total:,} {noun}( found)?$")).wait_for()

    # The viewer

    @property
    def pane(self):
        return self.page.locator(".pane").first

    def open_series(self, text):
        self.page.locator(".series", has_text=text).first.click()
        self.drawn()  # The image before this click may still be marked as shown.
        self.page.locator(".corner.bottomRight", has_text=text).first.wait_for()
        self.wait_image(1)

    def wait_image(self, number):
        self.page.locator(f'.pane[data-image="{number}"]').first.wait_for()

    def corner(self, name):
        return self.page.locator(f".corner.{name}").first.inner_text()

    def edges(self):
        """The letters left, right, top, bottom."""
        return [self.page.locator(f".edge.{side}").first.inner_text() for side in ("left", "right", "top", "bottom")]

    def middle(self):
        box = self.pane.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def wheel(self, notches):
        self.page.mouse.move(*self.middle())
        for _ in range(abs(notches)):
            self.page.mouse.wheel(0, 100 if notches > 0 else -100)

    def drag(self, start, end, button="left"):
        self.page.mouse.move(*start)
        self.page.mouse.down(button=button)
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.page.mouse.move(*end)
        self.page.mouse.up(button=button)

    def window(self):
        """Width and centre as the corner shows them."""
        found = re.search(r"W (-?[\d.]+)\s+L (-?[\d.]+)", self.corner("bottomLeft"))
        return float(found[1]), float(found[2])

    def readout(self, x, y):
        """What the corner says of the point under the pointer: value and place in mm (x to the left, y to the back)."""
        self.page.mouse.move(x, y)
        self.drawn()
        text = self.page.locator(".readout").first.inner_text()
        value = re.search(r"x (\d+)\s+y (\d+)\s+(-?[\d.]+)", text)
        place = re.search(r"([LR]) ([\d.]+)\s+([AP]) ([\d.]+)\s+([HF]) ([\d.]+)", text)
        if not value:
            return None
        signs = [(-1 if letter in "RAF" else 1) * float(figure) for letter, figure in re.findall(
            r"([LRAPHF]) ([\d.]+)", place[0])] if place else None
        return {"pixel": (int(value[1]), int(value[2])), "value": float(value[3]), "place": signs}

    def map_to_screen(self):
        """From millimetres of an axial image to the screen, found by pointing at two places."""
        x, y = self.middle()
        first, second = self.readout(x - 120, y - 100)["place"], self.readout(x + 120, y + 100)["place"]
        across, down = (second[0] - first[0]) / 240, (second[1] - first[1]) / 200
        return lambda left, back: (x - 120 + (left - first[0]) / across, y - 100 + (back - first[1]) / down)

    def edge_along(self, start, end, threshold):
        """The screen point between two others where the value crosses the threshold, to half a pixel of the screen."""
        above = self.readout(*start)["value"] > threshold
        low, high = 0.0, 1.0
        length = abs(end[0] - start[0]) + abs(end[1] - start[1])

        def at(share):
            return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share

        while (high - low) * length > 0.5:
            middle = (low + high) / 2
            if (self.readout(*at(middle))["value"] > threshold) == above:
                low = middle
            else:
                high = middle
        return at((low + high) / 2)
