# SPDX-License-Identifier: Apache-2.0
"""Accounts in a real browser: added, signed in to, reset, disabled; and what counts as use of a session."""

import json

import pytest
from conftest import need_program
from martlet_server import PASSWORD, prepared_server
from reading import Reader

OWN = "a password of my own"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A server whose sessions end when nobody did anything for a minute."""
    need_program()
    server = prepared_server(
        tmp_path_factory.mktemp("accounts") / "data", environment={"MARTLET_SESSION_IDLE_MINUTES": "1"})
    yield server
    server.stop()


@pytest.fixture
def person(chromium, request):
    """Somebody at a machine of their own."""
    opened = []

    def sit_down(name):
        context = chromium.new_context(viewport={"width": 1600, "height": 900}, locale="en-GB")
        context.set_default_timeout(60_000)
        someone = Reader(context.new_page(), f"{request.node.name}-{name}")
        opened.append((context, someone))
        return someone

    yield sit_down
    for context, someone in opened:
        someone.picture("end")
        context.close()
        assert someone.mistakes == []


def accounts_page(someone, server):
    someone.sign_in(server.url, "admin", PASSWORD)
    someone.page.get_by_role("link", name="Administration").click()
    someone.page.get_by_role("link", name="Accounts", exact=True).click()
    row(someone, "admin").wait_for()


def row(someone, name):
    return someone.page.locator(f'tr[data-key="{name}"]')


def handed_over(someone):
    """The one-time password that is shown."""
    dialog = someone.page.get_by_role("dialog", name="One-time password")
    text = dialog.locator("output").inner_text()
    someone.picture("one-time")
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    return text


def choose(someone, password):
    page = someone.page
    page.get_by_role("heading", name="Choose a password").wait_for()
    page.get_by_label("New password").fill(password)
    page.get_by_label("Repeat password").fill(password)
    page.get_by_role("button", name="Go on").click()


def account(server, name):
    return next(each for each in server.json("/api/v1/accounts")["accounts"] if each["name"] == name)


def test_an_account_is_added_used_reset_and_disabled(person, house):
    chief, desk = person("chief"), person("desk")
    accounts_page(chief, house)
    chief.page.get_by_role("button", name="Add an account").click()
    dialog = chief.page.get_by_role("dialog", name="Add an account")
    dialog.get_by_label("User name").fill("admin")
    dialog.get_by_role("button", name="Add").click()
    dialog.get_by_text("The name is taken").wait_for()
    dialog.get_by_label("User name").fill("nora")
    dialog.get_by_label("Displayed name").fill("Nora at the desk")
    dialog.get_by_label("Role").select_option(label="Receptionist")
    chief.picture("add")
    dialog.get_by_role("button", name="Add").click()
    first = handed_over(chief)
    row(chief, "nora").get_by_text("One-time password").wait_for()

    # The new one chooses a password before all else, and finds the pages of the role alone.
    desk.sign_in(house.url, "nora", first)
    desk.page.get_by_role("heading", name="Choose a password").wait_for()
    desk.picture("choose")
    desk.page.goto(house.url + "/#/worklist")
    desk.page.get_by_role("heading", name="Choose a password").wait_for()
    desk.page.get_by_label("New password").fill("short")
    desk.page.get_by_role("button", name="Go on").click()
    desk.page.get_by_text("The password needs at least 10 characters.").wait_for()
    choose(desk, OWN)
    desk.page.locator("nav.places").wait_for()
    assert desk.page.locator("nav.places a").all_inner_texts() == ["Studies", "Worklists", "Agenda", "Patients"]
    assert "Nora at the desk" in desk.page.locator(".who").inner_text()
    desk.picture("pages")
    desk.page.goto(house.url + "/#/administration/accounts")
    desk.page.get_by_role("heading", name="Not part of your work").wait_for()
    desk.page.goto(house.url + "/#/worklist")
    desk.page.locator("nav.places").wait_for()

    # Another role counts at once, on the page that is open.
    chief.page.reload()
    row(chief, "nora").get_by_text("Enabled").wait_for()
    row(chief, "nora").press("Enter")
    dialog = chief.page.get_by_role("dialog", name="nora")
    dialog.get_by_label("Role").select_option(label="Technologist")
    dialog.get_by_role("button", name="Save").click()
    desk.page.locator("nav.places a", has_text="To resolve").wait_for()
    desk.picture("other-role")

    # A reset and, later, the end of the account reach whoever is signed in.
    row(chief, "nora").get_by_role("button", name="Reset password").click()
    chief.page.get_by_role("dialog").get_by_role("button", name="Reset password").click()
    second = handed_over(chief)
    desk.page.get_by_label("User name").wait_for()
    desk.sign_in(house.url, "nora", OWN)
    desk.page.get_by_text("User name or password is wrong.").wait_for()
    desk.sign_in(house.url, "nora", second)
    # Whoever loads the page anew is asked for what the page does not know any more.
    desk.page.get_by_role("heading", name="Choose a password").wait_for()
    desk.page.reload()
    desk.page.get_by_label("One-time password").fill(second)
    choose(desk, OWN + " again")
    desk.page.locator("nav.places").wait_for()
    row(chief, "nora").get_by_role("button", name="Disable").click()
    chief.page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    row(chief, "nora").get_by_text("Disabled").wait_for()
    chief.picture("disabled")
    desk.page.get_by_label("User name").wait_for()
    desk.sign_in(house.url, "nora", OWN + " again")
    desk.page.get_by_text("User name or password is wrong.").wait_for()
    row(chief, "nora").get_by_role("button", name="Enable").click()
    row(chief, "nora").get_by_text("Enabled").wait_for()
    desk.sign_in(house.url, "nora", OWN + " again")
    desk.page.locator("nav.places").wait_for()


def test_accounts_are_found_and_worked_on_by_keys(person, house):
    for name, role in (("walter", "radiologist"), ("wanda", "secretary")):
        house.add_user(name, role)
    chief = person("chief")
    accounts_page(chief, house)
    page = chief.page
    row(chief, "wanda").wait_for()
    chief.picture("accounts")
    page.get_by_label("Find an account").fill("WA")
    chief.until(lambda: page.locator("tbody tr").count() == 2)
    page.get_by_label("Role", exact=True).select_option(label="Secretary")
    chief.until(lambda: page.locator("tbody tr").count() == 1)
    page.get_by_text("1 account", exact=True).wait_for()
    page.get_by_label("State", exact=True).select_option(label="Disabled")
    page.get_by_text("No account matches.").wait_for()
    page.get_by_label("State", exact=True).select_option(label="All states")
    page.get_by_label("Role", exact=True).select_option(label="All roles")
    row(chief, "walter").focus()
    page.keyboard.press("ArrowDown")
    assert row(chief, "wanda").evaluate("(one) => one === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="wanda").get_by_label("Displayed name").fill("Wanda Writes")
    page.keyboard.press("Enter")
    row(chief, "wanda").get_by_text("Wanda Writes").wait_for()
    # The last administrator stays; whoever is signed in does not shut the door behind themselves.
    page.get_by_label("Find an account").fill("admin")
    chief.until(lambda: page.locator("tbody tr").count() == 1)
    assert row(chief, "admin").get_by_role("button", name="Disable").count() == 0
    row(chief, "admin").get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog", name="admin")
    dialog.get_by_label("Role").select_option(label="Clinician")
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text("The last administrator has to stay: make another one first").wait_for()
    chief.picture("last")
    page.keyboard.press("Escape")
    # In another language nothing stays English.
    page.evaluate("localStorage.setItem('martlet.language', 'cs')")
    page.reload()
    page.get_by_role("button", name="Přidat účet").wait_for()
    chief.picture("czech")


def test_everybody_changes_the_own_password(person, house):
    house.add_user("olga", "clinician")
    one, other = person("one"), person("other")
    for each in (one, other):
        each.sign_in(house.url, "olga", PASSWORD)
        each.page.locator("nav.places").wait_for()
    page = one.page
    page.get_by_role("button", name="Change password").click()
    dialog = page.get_by_role("dialog", name="Change password")
    dialog.get_by_label("Present password").fill("not this one")
    dialog.get_by_label("New password").fill(OWN)
    dialog.get_by_label("Repeat password").fill(OWN)
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_text("The present password is another").wait_for()
    one.picture("refused")
    dialog.get_by_label("Present password").fill(PASSWORD)
    dialog.get_by_role("button", name="Save").click()
    page.get_by_text("The password was changed.").wait_for()
    # The other machine is signed out, this one is not.
    other.page.get_by_label("User name").wait_for()
    other.sign_in(house.url, "olga", OWN)
    other.page.locator("nav.places").wait_for()
    page.get_by_role("searchbox", name="Search studies").wait_for()


def test_a_page_that_asks_by_itself_keeps_no_session_open(person, house):
    house.add_user("petra", "receptionist")
    someone = person("petra")
    someone.sign_in(house.url, "petra", PASSWORD)
    page = someone.page
    page.locator("nav.places").wait_for()
    told = []
    page.on("request", lambda sent: "/api/v1/exams" in sent.url and told.append(
        int(sent.headers.get("x-martlet-idle", "0"))))
    page.goto(house.url + "/#/worklist")
    # The list is asked for every five seconds, each time with how long nobody did anything.
    someone.until(lambda: len(told) > 2 and told[-1] >= 8)
    left = account(house, "petra")["lastUsedAt"]
    asked = len(told)
    someone.until(lambda: len(told) > asked + 1)
    assert told[-1] > told[asked - 1]
    assert account(house, "petra")["lastUsedAt"] == left
    # On a slow machine the page has asked by now whether somebody is there.
    here = page.get_by_role("dialog", name="Are you still there?").get_by_role("button", name="Go on")
    if here.count():
        here.click()
    else:
        page.keyboard.press("ArrowDown")
    someone.until(lambda: told[-1] < 8)
    someone.until(lambda: account(house, "petra")["lastUsedAt"] > left)


def test_a_session_that_nobody_uses_ends_at_the_server_while_its_page_asks_on(person, house):
    """What a page without a watch of its own would do: it asks every two seconds, and nobody is there."""
    house.add_user("quirin", "receptionist")
    body = json.dumps({"name": "quirin", "password": PASSWORD}).encode()
    cookies = []
    for _ in range(2):
        status, headers, _ = house.request(
            "/api/v1/session", "POST", body, {"Content-Type": "application/json"}, token=False)
        assert status == 204
        cookies.append(headers["Set-Cookie"].split(";")[0])
    clock = person("clock")

    def ask(cookie, idle):
        return house.request(
            "/api/v1/worklists", headers={"Cookie": cookie, "X-Martlet-Idle": str(idle)}, token=False)[0]

    start = clock.page.evaluate("Date.now()")
    passed = lambda: int((clock.page.evaluate("Date.now()") - start) / 1000)
    answers = []
    while passed() < 90:
        answers.append((ask(cookies[0], passed()), ask(cookies[1], 0)))
        if answers[-1][0] != 200:
            break
        clock.page.wait_for_timeout(2000)
    assert answers[-1] == (401, 200) and len(answers) > 5
    assert 50 <= passed() < 90
