# SPDX-License-Identifier: Apache-2.0
"""The client alone, against the mock: every page and everything that goes wrong."""

import io
import re
import time

import pytest
from PIL import Image, ImageStat


@pytest.fixture
def listed(reader, mock):
    """A reader who is signed in and sees the list."""
    reader.sign_in(mock.url, "reader", "phantom")
    reader.wait_total(2_000)
    return reader


@pytest.fixture
def viewing(listed):
    """A reader who has opened the newest study."""
    listed.rows().first.click()
    listed.wait_image(1)
    return listed


def test_wrong_password_is_said_plainly(reader, mock):
    reader.sign_in(mock.url, "reader", "wrong")
    alert = reader.page.get_by_role("alert")
    alert.wait_for()
    assert "User name or password is wrong" in alert.inner_text()
    reader.picture("wrong-password")


def test_first_administrator_is_created_with_the_link(reader, mock_without_users):
    url = mock_without_users.url
    reader.page.goto(f"{url}/#/setup?token=wrong")
    fill_setup(reader.page, "long enough words")
    assert "not valid" in reader.page.get_by_role("alert").inner_text()
    reader.page.goto("about:blank")
    reader.page.goto(f"{url}/#/setup?token=once%20only")
    fill_setup(reader.page, "short")
    assert "at least 10" in reader.page.get_by_role("alert").inner_text()
    fill_setup(reader.page, "long enough words")
    reader.page.get_by_text("The archive is empty").wait_for()
    reader.picture("empty-archive")


def fill_setup(page, password):
    page.get_by_label("Your name").fill("First Person")
    page.get_by_label("User name").fill("first")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Repeat password").fill(password)
    page.get_by_role("button", name="Create administrator").click()
    page.wait_for_timeout(300)


def test_a_link_to_a_study_survives_the_sign_in(reader, mock):
    uid = mock.studies[3]["studyUID"]
    reader.page.goto(f"{mock.url}/#/study/{uid}?series=geometry&image=5")
    reader.page.get_by_label("User name").fill("reader")
    reader.page.get_by_label("Password").fill("phantom")
    reader.page.keyboard.press("Enter")
    reader.wait_image(5)
    assert "CT phantom" in reader.corner("bottomRight")


def test_signing_out_ends_the_session(listed, mock):
    listed.page.get_by_role("button", name="Sign out").click()
    listed.page.get_by_role("heading", name="Sign in").wait_for()
    assert not mock.signed_in


def test_a_session_that_ended_leads_to_the_sign_in_and_back(listed, mock):
    mock.signed_in = False
    listed.page.get_by_role("searchbox").fill("xu")
    listed.page.get_by_role("heading", name="Sign in").wait_for()
    listed.page.get_by_label("User name").fill("reader")
    listed.page.get_by_label("Password").fill("phantom")
    listed.page.keyboard.press("Enter")
    listed.rows().first.wait_for()
    assert listed.page.get_by_role("searchbox").input_value() == "xu"


def found(mock, words):
    return mock.page({"search": [words]})["total"]


def test_search_filter_and_sort(listed, mock):
    listed.search("schmidt mr", found(mock, "schmidt mr"))
    assert all("Schmidt" in text and "MR" in text for text in listed.rows().all_inner_texts())
    listed.picture("search")
    listed.page.locator(".chip", has_text=re.compile("^CT$")).click()
    listed.page.get_by_text("No study matches").wait_for()
    listed.picture("nothing-found")
    listed.page.get_by_role("button", name="Clear search and filters").click()
    listed.wait_total(2_000)
    listed.page.get_by_role("button", name="Patient", exact=True).click()
    listed.page.locator('[role=columnheader][aria-sort="ascending"]', has_text="Patient").wait_for()
    listed.page.locator(".row", has_text="Almqvist, Anna").first.wait_for()
    listed.page.get_by_role("button", name="Today").click()
    listed.page.locator(".total", has_text="found").wait_for()
    assert "period=today" in listed.page.evaluate("location.hash")


def test_the_address_keeps_the_search_when_coming_back(listed, mock):
    total = found(mock, "schmidt mr")
    listed.search("schmidt mr", total)
    listed.rows().nth(2).click()
    listed.wait_image(1)
    listed.page.go_back()
    listed.wait_total(total)
    assert listed.page.get_by_role("searchbox").input_value() == "schmidt mr"


def test_100_000_studies_scroll_to_the_end(reader, mock_of_100_000):
    reader.sign_in(mock_of_100_000.url, "reader", "phantom")
    reader.wait_total(100_000)
    oldest = mock_of_100_000.studies[-1]["studyUID"]
    reader.page.get_by_role("grid", name="Studies").press("End")
    reader.page.locator(f'.row[data-study="{oldest}"]').wait_for()
    assert reader.page.locator(".space .row").count() < 60
    reader.picture("end-of-100000")
    reader.page.keyboard.press("Home")
    reader.page.locator(f'.row[data-study="{mock_of_100_000.studies[0]["studyUID"]}"]').wait_for()


def test_the_list_is_read_by_keyboard_alone(listed, mock):
    listed.page.keyboard.press("/")
    assert listed.page.evaluate("document.activeElement.id") == "study-search"
    for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
        listed.page.keyboard.press(key)
    selected = listed.page.locator('.row[aria-selected="true"]')
    assert selected.get_attribute("data-study") == mock.studies[2]["studyUID"]
    listed.page.keyboard.press("Enter")
    listed.wait_image(1)
    listed.page.keyboard.press("q")
    listed.wait_total(2_000)


def test_a_new_study_appears_within_two_seconds(listed, mock):
    before = time.monotonic()
    study = mock.arrive()
    listed.page.locator(f'.row.fresh[data-study="{study["studyUID"]}"]').wait_for()
    assert time.monotonic() - before < 2
    listed.picture("arrived")


def test_a_new_study_does_not_move_what_is_being_read(listed, mock):
    grid = listed.page.get_by_role("grid", name="Studies")
    grid.evaluate("element => { element.scrollTop = 8800 }")
    listed.page.locator(f'.row[data-study="{mock.studies[205]["studyUID"]}"]').wait_for()
    place = listed.page.locator(f'.row[data-study="{mock.studies[205]["studyUID"]}"]').bounding_box()["y"]
    mock.arrive()
    listed.page.get_by_role("button", name="1 new study").wait_for()
    listed.wait_total(2_001)
    after = listed.page.locator(f'.row[data-study="{mock.studies[205]["studyUID"]}"]').bounding_box()["y"]
    assert abs(after - place) < 1
    listed.page.get_by_role("button", name="1 new study").click()
    listed.page.locator(".row", has_text="Newcomer").wait_for()


def test_a_failing_server_is_said_plainly(listed, mock):
    mock.failing = True
    listed.page.get_by_role("searchbox").fill("xu")
    alert = listed.page.get_by_role("alert")
    alert.wait_for()
    assert "The index is busy" in alert.inner_text()
    listed.picture("failing")
    mock.failing = False
    listed.page.get_by_role("button", name="Try again").click()
    listed.page.locator(".total", has_text="found").wait_for()


def test_letters_and_texts_follow_turns_and_flips(viewing):
    assert viewing.edges() == ["R", "L", "A", "P"]
    viewing.page.keyboard.press("Alt+h")
    viewing.page.keyboard.press("Alt+r")
    viewing.until(lambda: viewing.edges() == ["P", "A", "L", "R"])
    assert "90°  mirrored" in viewing.corner("bottomLeft")
    viewing.picture("turned")
    viewing.page.keyboard.press("Escape")
    viewing.until(lambda: viewing.edges() == ["R", "L", "A", "P"])
    viewing.page.keyboard.press("i")
    viewing.page.keyboard.press("i")
    viewing.until(lambda: viewing.edges() == ["", "", "", ""] and viewing.corner("topLeft") == "")


def test_windows_by_mouse_and_by_number(viewing):
    assert viewing.window() == (80, 40)
    x, y = viewing.middle()
    viewing.drag((x, y), (x + 100, y - 50))
    viewing.until(lambda: viewing.window()[0] > 100 and viewing.window()[1] < 40)
    viewing.page.keyboard.press("2")
    viewing.page.locator(".corner.bottomLeft", has_text="Bone").first.wait_for()
    assert viewing.window() == (2500, 600)
    viewing.page.keyboard.press("0")
    viewing.page.locator(".corner.bottomLeft", has_text="Auto").first.wait_for()
    viewing.page.get_by_role("combobox", name="Window preset").select_option("3")
    viewing.page.locator(".corner.bottomLeft", has_text="Soft tissue").first.wait_for()


def test_angle_by_clicks_and_undo(viewing):
    viewing.open_series("CT phantom")
    viewing.page.keyboard.press("a")
    x, y = viewing.middle()
    for dx, dy in ((-100, 0), (0, 0), (0, -100)):
        viewing.page.mouse.move(x + dx, y + dy)
        viewing.page.mouse.down()
        viewing.page.mouse.up()
    viewing.page.get_by_text("90.0°").wait_for()
    viewing.picture("right-angle")
    viewing.page.keyboard.press("Control+z")
    viewing.page.get_by_text("90.0°").wait_for(state="detached")


def test_cine_runs_at_the_rate_of_the_loop(viewing):
    viewing.open_series("Apical four chamber")
    viewing.page.locator(".series.complete", has_text="Apical").wait_for()
    assert viewing.page.get_by_role("spinbutton", name="Images per second").input_value() == "25"
    viewing.page.keyboard.press("c")
    seen = set()
    viewing.until(lambda: seen.add(viewing.pane.get_attribute("data-image")) or len(seen) > 4)
    viewing.page.keyboard.press("c")
    assert "Lossy compressed" in viewing.corner("bottomLeft")
    viewing.picture("cine")


def test_a_radiograph_is_shown_inverted_and_measured_at_the_detector(viewing):
    viewing.open_series("Wedge and ring")
    viewing.page.keyboard.press("d")
    x, y = viewing.middle()
    viewing.drag((x - 60, y), (x + 60, y))
    viewing.page.locator(".measure", has_text="mm at detector").wait_for()
    viewing.picture("radiograph")


def test_four_panes_and_one_large(viewing):
    viewing.page.get_by_role("button", name="Four panes").click()
    viewing.page.locator(".pane[data-image]").nth(3).wait_for()
    viewing.drawn()
    viewing.picture("four-panes")
    viewing.page.locator(".pane").nth(2).dblclick()
    viewing.until(lambda: viewing.page.locator(".pane:visible").count() == 1)
    viewing.picture("one-large")


def test_documents_are_named_and_downloaded(viewing):
    viewing.page.locator(".series", has_text="Letter of referral").click()
    viewing.page.get_by_role("heading", name="PDF document").wait_for()
    viewing.picture("document")
    with viewing.page.expect_download() as download:
        viewing.page.get_by_role("button", name="Download").click()
    content = download.value.path().read_bytes()
    assert content[128:132] == b"DICM" and len(content) == 132


def test_an_image_that_cannot_be_decoded_says_so(viewing):
    viewing.page.locator(".series", has_text="Cannot be decoded").click()
    alert = viewing.page.get_by_role("alert")
    alert.wait_for()
    assert "Its transfer syntax is not supported" in alert.inner_text()
    viewing.picture("not-decoded")


def test_a_study_that_is_not_there_says_so(listed, mock):
    listed.page.goto(f"{mock.url}/#/study/1.2.3")
    listed.page.get_by_text("This study is not in the archive").wait_for()
    listed.page.get_by_role("button", name="Back to the study list").click()
    listed.wait_total(2_000)


def test_prefetch_goes_the_way_the_reader_goes(listed, mock):
    # In the order in which the page asks: of those that are on their way together any may be heard first.
    sent = []
    listed.page.on("request", lambda request: sent.append(request.url))
    listed.page.goto(f"{mock.url}/#/study/{mock.studies[0]['studyUID']}?series=head&image=10")
    listed.wait_image(10)
    listed.page.locator(".series.complete", has_text="Head").wait_for()
    asked = [sop for series, sop, _ in mock.pixel_requests if series == "head"]
    assert len(asked) == len(set(asked)) == 30
    known = set(asked)
    order = [29 - int(sop.rsplit(".", 1)[1]) for url in sent if url.endswith("/pixels")
             for sop in url.split("/") if sop in known]
    assert len(order) == 30
    assert set(order[:5]) == {9, 10, 11, 12, 8}


def test_help_lists_the_keys(viewing):
    viewing.page.keyboard.press("h")
    viewing.page.get_by_role("dialog").wait_for()
    assert "Shift+I" in viewing.page.get_by_role("dialog").inner_text()
    viewing.picture("help")
    viewing.page.keyboard.press("Escape")
    assert viewing.page.get_by_role("dialog").count() == 0


def test_a_lost_graphics_context_comes_back(graphics, viewing):
    viewing.page.evaluate("""async () => {
      const extension = document.querySelector("canvas.gl").getContext("webgl2").getExtension("WEBGL_lose_context");
      extension.loseContext();
      await new Promise((done) => setTimeout(done, 400));
      extension.restoreContext();
    }""")
    viewing.until(lambda: brightness(viewing) > 5)
    assert not viewing.page.get_by_text("Images cannot be drawn").is_visible()
    viewing.picture("after-context-loss")


def brightness(reader):
    """Mean grey of the middle of the pane as it is on the screen."""
    x, y = reader.middle()
    picture = reader.page.screenshot(clip={"x": x - 60, "y": y - 60, "width": 120, "height": 120})
    grey = Image.open(io.BytesIO(picture)).convert("L")
    return ImageStat.Stat(grey).mean[0]


def test_inverting_and_windows_change_what_is_seen(viewing):
    viewing.open_series("CT phantom")
    before = viewing.until(lambda: brightness(viewing))
    viewing.page.keyboard.press("Shift+I")
    viewing.until(lambda: abs(before + brightness(viewing) - 255) < 12)
    viewing.page.keyboard.press("Shift+I")
    viewing.page.keyboard.press("3")
    viewing.until(lambda: brightness(viewing) > before + 40)


def test_the_client_speaks_the_language_that_is_chosen(viewing):
    viewing.page.keyboard.press("h")
    viewing.page.get_by_role("combobox", name="Language").select_option(label="Čeština")
    viewing.wait_image(1)
    # Where words are longer, the row of tools may have put it among the further ones.
    viewing.page.get_by_role("button", name="Otočit vpravo", include_hidden=True).wait_for(state="attached")
    assert "Zvětšení" in viewing.corner("bottomLeft")
    assert "30 snímků" in viewing.page.locator(".series").first.inner_text()
    viewing.picture("czech")
    viewing.page.keyboard.press("q")
    viewing.page.get_by_role("searchbox", name="Hledat studie").wait_for()
    viewing.page.locator(".total", has_text="studií").wait_for()


def test_hands_keep_the_keys_that_they_know(viewing, mock):
    viewing.page.keyboard.press("h")
    viewing.page.get_by_role("combobox", name="Key profile").select_option("OHIF")
    viewing.until(lambda: mock.preferences.get("viewer") == {"keys": "OHIF"})
    viewing.page.keyboard.press("Escape")
    viewing.page.keyboard.press("r")
    viewing.until(lambda: "90°" in viewing.corner("bottomLeft"))
    viewing.page.keyboard.press("Space")
    viewing.until(lambda: "90°" not in viewing.corner("bottomLeft"))
