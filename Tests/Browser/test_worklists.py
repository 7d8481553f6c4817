# SPDX-License-Identifier: Apache-2.0
"""Orders and worklists in a real browser: an exam is asked for, and goes from list to list."""

import re

from martlet_server import PASSWORD


def open_list(reader, title):
    # With how many exams are in it, once that is known.
    name = re.compile(rf"^{title}\s*\d*\+?$")
    reader.page.get_by_role("navigation", name="Worklists").get_by_role("link", name=name).click()
    reader.page.get_by_role("table", name=title).wait_for()


def line(reader, name):
    return reader.page.locator(".work-row[data-exam]", has_text=name)


def place(reader, family, exam, urgency="Routine", day="", identifier="W-1"):
    page = reader.page
    page.get_by_role("link", name="New order").click()
    page.get_by_label("Patient ID").fill(identifier)
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Given name").fill("Example")
    page.get_by_label("Date of birth").fill("1971-03-02")
    page.get_by_label("Exam", exact=True).fill(exam)
    page.get_by_label("Urgency").select_option(label=urgency)
    page.get_by_label("Clinical question").fill("Pain since two days")
    if day:
        page.get_by_label("Day").fill(day)
        page.get_by_label("Station (AE title)").fill("CT1")
    reader.picture("order")
    page.get_by_role("button", name="Place order").click()
    page.get_by_role("heading", name=f"{family}, Example").wait_for()


def test_an_exam_goes_from_list_to_list(reader, new_server):
    new_server.add_user()
    reader.sign_in(new_server.url, "admin", PASSWORD)
    page = reader.page
    page.get_by_role("link", name="Worklists").click()
    open_list(reader, "Arrived")
    page.get_by_text("Nothing under “Arrived”").wait_for()
    place(reader, "Lind", "CT thorax")
    reader.picture("sheet")
    assert "Requested" in page.locator(".sheet-exam").inner_text()
    assert "Pain since two days" in page.locator(".sheet").inner_text()

    page.get_by_role("link", name="Worklists").click()
    open_list(reader, "To schedule")
    line(reader, "Lind").wait_for()
    reader.picture("to-schedule")
    line(reader, "Lind").get_by_role("button", name="Arrived", exact=True).click()
    line(reader, "Lind").wait_for(state="detached")
    open_list(reader, "Arrived")
    line(reader, "Lind").get_by_role("button", name="In room").click()
    open_list(reader, "In room")
    line(reader, "Lind").wait_for()
    reader.picture("in-room")
    line(reader, "Lind").get_by_role("button", name="Exam done").click()
    line(reader, "Lind").wait_for(state="detached")
    open_list(reader, "All")
    line(reader, "Lind").get_by_text("Exam done").wait_for()


def test_a_reason_is_asked_for_and_kept(reader, new_server):
    new_server.add_user()
    reader.sign_in(new_server.url, "admin", PASSWORD)
    page = reader.page
    page.get_by_role("link", name="Worklists").click()
    place(reader, "Berg", "MR knee", urgency="Emergency", day="2026-12-01")
    page.locator(".sheet-exam").get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_label("Reason").fill("Done elsewhere")
    reader.picture("reason")
    page.locator("dialog").get_by_role("button", name="Cancel", exact=True).click()
    page.locator(".history", has_text="Done elsewhere").wait_for()
    assert "Emergency" in page.locator(".sheet-exam").inner_text()
    reader.picture("cancelled")
    page.get_by_role("link", name="Worklists").click()
    open_list(reader, "Not done")
    line(reader, "Berg").wait_for()
    page.locator("#work-search").fill("nobody of this name")
    page.get_by_text("No exam matches").wait_for()


def test_what_somebody_else_does_shows_by_itself(reader, new_server):
    new_server.add_user()
    reader.sign_in(new_server.url, "admin", PASSWORD)
    reader.page.get_by_role("link", name="Worklists").click()
    open_list(reader, "All")
    reader.page.get_by_text("Nothing under “All”").wait_for()
    new_server.command(
        "order", "add", "--data", new_server.data, "--patient-id", "W-9", "--name", "Quist^Example",
        "--description", "US abdomen", "--modality", "US")
    line(reader, "Quist").wait_for(timeout=15_000)


def test_an_order_without_a_patient_is_refused_with_words(reader, new_server):
    new_server.add_user()
    reader.sign_in(new_server.url, "admin", PASSWORD)
    page = reader.page
    page.get_by_role("link", name="Worklists").click()
    page.get_by_role("link", name="New order").click()
    page.get_by_label("Exam", exact=True).fill("CT head")
    page.get_by_role("button", name="Place order").click()
    page.get_by_text("Choose a patient, or give the ID of a new one.").wait_for()
