# SPDX-License-Identifier: Apache-2.0
"""The viewers under measurement: the same gestures and the same clocks for each."""
import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from string import Template

from martlet_server import PASSWORD, ROOT, free_ports
from ohif import CONFIGURATION, FOLDER
from peers import wait_port
from reading import CHROMIUM

READING_MS = 2000
# As a computer without a graphics processor has it: the page is put together by the processor, and software runs the
# shaders of those who ask for them.
ARGUMENTS = ["--no-sandbox", "--enable-unsafe-swiftshader"]

# In every page before its own scripts: what was drawn when, long tasks, and room for what came over the wire.
HOOKS = """
  window.bench = { drawn: [], finished: [], tasks: [], clicked: 0 };
  performance.setResourceTimingBufferSize(20000);
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) bench.tasks.push([task.startTime, task.duration]);
  }).observe({ type: 'longtask', buffered: true });
  const drawn = () => bench.drawn.push(performance.now());
  document.addEventListener('CORNERSTONE_IMAGE_RENDERED', drawn, true);
  if (!location.pathname.startsWith('/ohif')) {
    const draw = WebGL2RenderingContext.prototype.drawArrays;
    WebGL2RenderingContext.prototype.drawArrays = function (...all) {
      if (!this.canvas.isConnected) return draw.apply(this, all);
      drawn();
      draw.apply(this, all);
      if (bench.finished.length > 0 && bench.finished[bench.finished.length - 1] > bench.clicked) return;
      // When the graphics have really done the first one.
      const fence = this.fenceSync(this.SYNC_GPU_COMMANDS_COMPLETE, 0);
      const look = () => (this.getSyncParameter(fence, this.SYNC_STATUS) === this.SIGNALED
        ? bench.finished.push(performance.now()) : setTimeout(look, 1));
      setTimeout(look, 0);
    };
    // Ours draws without graphics where the processor would have to do their work.
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...all) {
      put.apply(this, all);
      if (!this.canvas.isConnected) return;
      drawn();
      if (bench.finished.length > 0 && bench.finished[bench.finished.length - 1] > bench.clicked) return;
      // When the browser has taken the picture over and begins the next one.
      requestAnimationFrame(() => requestAnimationFrame(() => bench.finished.push(performance.now())));
    };
  }
  document.addEventListener('click', () => { bench.clicked = performance.now(); }, true);
"""

NGINX = """
daemon off; $USER pid $FOLDER/nginx.pid; error_log $FOLDER/nginx-error.log; worker_processes 2;
events {}
http {
  include /etc/nginx/mime.types; types { application/wasm wasm; }
  access_log off; client_body_temp_path $FOLDER/t1; proxy_temp_path $FOLDER/t2; fastcgi_temp_path $FOLDER/t3;
  uwsgi_temp_path $FOLDER/t4; scgi_temp_path $FOLDER/t5;
  proxy_buffering off; proxy_http_version 1.1; proxy_set_header Connection ""; sendfile on;
  proxy_set_header Host $$http_host;
$SERVERS
}
"""
SERVER = """
  server {
    listen 127.0.0.1:$PORT;
    location /ohif/ { root $FOLDER; try_files $$uri /ohif/index.html; }
    location /dicom-web { proxy_pass http://127.0.0.1:$BEHIND; $AUTHORIZATION }
    location /wado { proxy_pass http://127.0.0.1:$BEHIND; $AUTHORIZATION }
  }
"""


class Web:
    """nginx, which gives OHIF's files and passes DICOMweb on to each of the servers."""

    def __init__(self, folder, martlet, orthanc):
        shutil.copytree(FOLDER, folder / "ohif")
        (folder / "ohif" / "app-config.js").write_text(CONFIGURATION)
        self.martlet, self.orthanc = free_ports(2)
        parts = []
        for server, port in ((martlet, self.martlet), (orthanc, self.orthanc)):
            if server:
                sign = "".join(f'proxy_set_header {name} "{value}";' for name, value in server.headers.items())
                parts.append(Template(SERVER).substitute(
                    PORT=port, FOLDER=folder, BEHIND=server.http_port, AUTHORIZATION=sign))
        (folder / "nginx.conf").write_text(Template(NGINX).substitute(
            # The workers of a master that may do everything would be nobody, who may not read here.
            USER="user root;" if os.geteuid() == 0 else "", FOLDER=folder, SERVERS="".join(parts)))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"],
                                        stderr=open(folder / "nginx.log", "wb"))
        wait_port(self.martlet, self.process)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Viewer:
    """A viewer in a browser of its own."""

    def __init__(self, name):
        self.name = name
        self.chromium = self.page = None

    @contextlib.contextmanager
    def browser(self, playwright):
        self.chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = self.chromium.new_context(viewport={"width": 1600, "height": 900})
        context.set_default_timeout(60_000)
        context.add_init_script(HOOKS)
        self.page = context.new_page()
        self.input = context.new_cdp_session(self.page)
        self.prepare()
        yield self
        self.chromium.close()

    def memory(self):
        """MB of the renderers and of the process that draws, as the system counts what they share in parts."""
        session = self.chromium.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        total = 0
        for process in processes:
            if process["type"] in ("renderer", "GPU"):
                text = Path(f"/proc/{process['id']}/smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        return round(total / 1024)

    def until(self, condition, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = condition()
            if value:
                return value
            self.page.wait_for_timeout(20)
        return None

    def since_click(self):
        """ms from the click to the first image drawn after it; nothing before there is one."""
        return self.page.evaluate("(() => { const at = bench.drawn.find((one) => one > bench.clicked);"
                                  " return at && Math.round(at - bench.clicked); })()")

    def finished(self):
        """As `since_click`, until the graphics have drawn it; nothing where the viewer's are not heard of."""
        return self.page.evaluate("(() => { const at = bench.finished.find((one) => one > bench.clicked);"
                                  " return at && Math.round(at - bench.clicked); })()")

    def watch_whole(self):
        """From now on the time is kept when the first pane shows a whole image; ours tells it."""
        self.page.evaluate("""() => {
          bench.whole = 0;
          const look = () => (document.querySelector('.pane[data-image="1"]')
            ? bench.whole = performance.now() : requestAnimationFrame(look));
          requestAnimationFrame(look);
        }""")

    def whole(self):
        """ms from the click to the first whole image; nothing before there is one."""
        return self.page.evaluate("bench.whole && Math.round(bench.whole - bench.clicked)")

    def key_to_screen(self, rate, count):
        """ms until what an arrow key asks for is presented, for 50 and 95 of 100 keys, as the browser itself tells."""
        self.page.evaluate("""() => {
          bench.keys = [];
          new PerformanceObserver((list) => {
            for (const one of list.getEntries()) if (one.name === 'keydown') bench.keys.push(one.duration);
          }).observe({ type: 'event', durationThreshold: 16 });
        }""")
        begun = time.monotonic()
        for number in range(count):
            time.sleep(max(0, begun + number / rate - time.monotonic()))
            for kind in ("rawKeyDown", "keyUp"):
                self.input.send("Input.dispatchKeyEvent", {
                    "type": kind, "key": "ArrowDown", "code": "ArrowDown", "windowsVirtualKeyCode": 40})
        self.page.wait_for_timeout(500)
        told = sorted(self.page.evaluate("bench.keys"))
        # Those under 16 ms are not told.
        times = [8] * (count - len(told)) + told
        return round(times[count // 2]), round(times[count * 95 // 100])

    def slow_network(self):
        """30 Mbit/s and 10 ms, from the next request on."""
        self.input.send("Network.enable")
        self.input.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": 10, "downloadThroughput": 30e6 / 8, "uploadThroughput": 30e6 / 8})

    def code_kilobytes(self):
        """Scripts and styles that came over the wire."""
        return self.page.evaluate("""Math.round(performance.getEntriesByType('resource')
          .filter((one) => /\\.(js|css)$/.test(new URL(one.name).pathname))
          .reduce((sum, one) => sum + one.transferSize, 0) / 1000)""")

    def long_tasks(self):
        found = self.page.evaluate("""(() => {
          const first = bench.drawn.find((one) => one > bench.clicked);
          return bench.tasks.filter(([at]) => at > first + 50).map(([, length]) => Math.round(length)); })()""")
        return f"{len(found)}" + (f" (longest {max(found)} ms)" if found else "")

    def megabytes(self):
        sum_up = "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0)"
        total = self.page.evaluate(sum_up) + sum(worker.evaluate(sum_up) for worker in self.page.workers)
        return round(total / 1e6)

    def middle(self):
        box = self.pane().bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def mouse(self, kind, x, y, button="left", **more):
        self.input.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, "button": button, **more})

    def drag_rate(self, x, y, seconds=3, button="left"):
        """Images drawn each second while the pointer is dragged round and round."""
        self.mouse("mouseMoved", x, y, "none")
        self.mouse("mousePressed", x, y, button, clickCount=1)
        begun = self.page.evaluate("performance.now()")
        end, step = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            step += 1
            at = step % 80
            shift = (at if at < 40 else 80 - at) * 2
            self.mouse("mouseMoved", x + shift, y + shift // 2, button, buttons=1)
        drawn, now = self.page.evaluate(
            f"[bench.drawn.filter((at) => at > {begun}), performance.now()]")
        self.mouse("mouseReleased", x, y, button, clickCount=1)
        # Several panes are drawn in one image.
        images = sum(1 for before, at in zip([0, *drawn], drawn) if at - before > 4)
        return round(images * 1000 / (now - begun), 1)

    def scroll(self, rate, seconds):
        """Images shown of those scrolled to, the longest gap between two, and the delay of 95 of 100, in ms."""
        x, y = self.middle()
        self.mouse("mouseMoved", x, y, "none")
        return self.page.evaluate("""async ([x, y, rate, seconds]) => {
          const target = document.elementFromPoint(x, y);
          const begun = performance.now(), sent = [], count = rate * seconds;
          for (let i = 0; i < count; i += 1) {
            const due = begun + i * 1000 / rate;
            while (performance.now() < due) await new Promise((go) => setTimeout(go, due - performance.now()));
            sent.push(performance.now());
            target.dispatchEvent(new WheelEvent('wheel', {
              deltaY: 100, bubbles: true, cancelable: true, clientX: x, clientY: y }));
          }
          await new Promise((go) => setTimeout(go, 300));
          const drawn = bench.drawn.filter((at) => at > begun)
            .filter((at, i, all) => i === 0 || at - all[i - 1] > 4);
          const gaps = drawn.slice(1).map((at, i) => at - drawn[i]);
          const waits = sent.map((at) => (drawn.find((one) => one > at) ?? at + 999) - at).sort((p, q) => p - q);
          return [Math.min(drawn.length, count), Math.round(Math.max(0, ...gaps)),
                  Math.round(waits[Math.floor(waits.length * 0.95)])];
        }""", [x, y, rate, seconds])

    def window_drag(self):
        self.choose_window()
        return self.drag_rate(*self.middle())


class Ours(Viewer):
    def __init__(self, server):
        super().__init__("Martlet's viewer")
        self.url = f"http://127.0.0.1:{server.http_port}"

    def prepare(self):
        self.sign_in()

    def sign_in(self):
        self.page.goto(self.url + "/")
        self.page.get_by_label("User name").fill("admin")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.locator(".space .row[data-study]").first.wait_for()

    def pane(self):
        return self.page.locator(".pane").first

    def cold(self, study):
        """The page is loaded anew, its files and everything else with it."""
        self.input.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#/study/{uid(study)}")
        shown = self.until(lambda: self.page.evaluate("Math.round(bench.drawn[0] ?? 0)"), 30)
        return shown or "none"

    def open(self, study, count, seconds=60):
        # The list is read before something in it is opened.
        self.page.wait_for_timeout(READING_MS)
        self.seen = None
        row = self.page.locator(f'.space .row[data-study="{uid(study)}"]')
        row.click()
        first = self.until(self.since_click, 30)
        begun = time.monotonic()
        done = self.until(lambda: self.complete(count), seconds)
        whole = f"{time.monotonic() - begun + (first or 0) / 1000:.1f}" if done is True else done
        return first, whole

    def leave(self):
        self.page.locator(".back").click()
        self.page.locator(".space .row[data-study]").first.wait_for()

    def complete(self, count):
        if self.page.locator(".series.complete").count() > 0:
            return True
        # As many as memory may hold: no more come.
        detail = self.page.locator(".series .card-detail").first.inner_text()
        before = getattr(self, "seen", None)
        self.seen = (detail, before[1] if before and before[0] == detail else time.monotonic())
        return f"{detail} in {self.seen[1] - self.opened:.1f}" if (
            "of" in detail and time.monotonic() - self.seen[1] > 5) else None

    @property
    def opened(self):
        return time.monotonic() - self.page.evaluate("(performance.now() - bench.clicked) / 1000")

    def choose_window(self):
        self.page.keyboard.press("w")

    def four_panes(self):
        self.page.locator('[data-command="layout-quad"]').click()
        for pane in range(1, 4):
            self.page.locator(f'.pane[data-pane="{pane}"]').click()
            self.page.locator(".series").first.click()
            self.page.locator(f'.pane[data-pane="{pane}"][data-image="1"]').wait_for()
        rate = self.drag_rate(*self.middle())
        self.page.locator('[data-command="layout-single"]').click()
        return rate

    def planes_drag(self):
        self.page.keyboard.press("m")
        self.page.locator('.mpr[data-settled="true"]').wait_for(timeout=120_000)
        box = self.page.locator('.mpr-pane[data-plane="0"]').bounding_box()
        rate = self.drag_rate(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        settled = self.page.evaluate("""async () => {
          const view = document.querySelector('.mpr'), begun = performance.now();
          while (view.dataset.settled !== 'true') await new Promise((go) => setTimeout(go, 5));
          return Math.round(performance.now() - begun);
        }""")
        return rate, settled

    def slab_drag(self):
        self.page.get_by_label("Slab thickness").select_option("20")
        self.page.locator('.mpr[data-settled="true"]').wait_for(timeout=120_000)
        box = self.page.locator('.mpr-pane[data-plane="0"]').bounding_box()
        rate = self.drag_rate(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        begun = time.monotonic()
        self.page.locator('.mpr[data-settled="true"]').wait_for(timeout=120_000)
        return rate, round(time.monotonic() - begun, 1)

    def jump(self, share):
        """To another place of the stack; seconds until its image is there."""
        bar = self.page.locator(".scrollbar").first.bounding_box()
        count = int(self.page.locator(".scrollbar").first.get_attribute("aria-valuemax"))
        begun = time.monotonic()
        self.page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] * share)
        image = self.until(lambda: next(
            (at for at in [int(self.page.locator(".scrollbar").first.get_attribute("aria-valuenow"))]
             if abs(at - share * count) < 0.02 * count + 2), None), 10)
        self.page.locator(f'.pane[data-image="{image}"]').first.wait_for()
        return round((time.monotonic() - begun) * 1000)


class Ohif(Viewer):
    def __init__(self, name, port):
        super().__init__(name)
        self.url = f"http://127.0.0.1:{port}/ohif/"

    def prepare(self):
        self.frames = 0
        self.page.on("requestfinished", self.count)

    def count(self, request):
        self.frames += "/frames/" in request.url

    def pane(self):
        return self.page.locator(".viewport-element, .cornerstone-viewport-element").first

    def cold(self, study):
        self.page.goto(f"{self.url}viewer?StudyInstanceUIDs={uid(study)}")
        return self.until(lambda: self.page.evaluate("Math.round(bench.drawn[0] ?? 0)"), 60) or "none"

    def open(self, study, count, seconds=20):
        """The viewer's own code is warm: another click on the study in its list."""
        self.page.goto(self.url)
        row = self.page.get_by_text(study_id(study), exact=True).first
        row.wait_for()
        row.click()
        self.frames = 0
        self.page.locator(f'[data-cy="mode-viewer-{uid(study)}"]').click()
        first = self.until(self.since_click, 60)
        begun = time.monotonic()
        done = self.until(lambda: self.frames >= count, seconds)
        took = time.monotonic() - begun + (first or 0) / 1000
        return first, f"{took:.1f}" if done else f"{self.frames} in {took:.0f}"

    def choose_window(self):
        self.page.keyboard.press("w")

    def four_panes(self):
        return None

    def planes_drag(self):
        self.page.goto(self.url + f"viewer?StudyInstanceUIDs={uid('ct500')}&hangingprotocolId=mpr")
        self.until(lambda: self.page.locator(".viewport-element, .cornerstone-viewport-element").count() >= 3, 60)
        self.frames = 0
        self.until(lambda: self.frames >= 495, 30)
        self.page.wait_for_timeout(2000)
        return self.drag_rate(*self.middle()), None

    def slab_drag(self):
        return None, None

    def leave(self):
        """The list is opened with each study."""


NUMBERS = {"ct500": "500", "ct60": "60", "ct2000": "2000", "mg": "20", "mf4g": "2047"}


def study_id(study):
    return "BENCH" + NUMBERS[study]


def uid(study):
    return "2.25.7" + NUMBERS[study]
