# SPDX-License-Identifier: Apache-2.0
"""What people of a department do at their browsers: which lists and searches each role asks for, how often."""
import datetime
import http.client
import json
import random
import threading
import time
import urllib.parse

# As `Benchmarks/Department` makes them.
FAMILIES = ["Smith", "Müller", "García", "Johnson", "Nguyen", "Schmidt", "Rossi", "Dubois", "Kowalski", "Novák",
            "Silva"]
GIVEN = ["Anna", "John", "Willem", "María", "Luca", "Jean", "Eva", "Petr", "Aisha", "Tom"]
SYLLABLES = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu"]
ROOMS = 20
# A refreshed list every five seconds, as the client does; something else every four on an average.
REFRESH_SECONDS = 5
PAUSE_SECONDS = 4


def word(number):
    return "word" + "".join(SYLLABLES[int(digit)] for digit in str(number)) + "k"


def day(shift=0):
    return (datetime.date.today() + datetime.timedelta(days=shift)).strftime("%Y%m%d")


class User(threading.Thread):
    """Somebody who is signed in: one connection for what is asked, which is kept open, as a browser does."""

    role = ""
    lists = ()

    def __init__(self, address, name, password, results):
        super().__init__(name=name, daemon=True)
        self.address, self.password, self.results = address, password, results
        # What is asked before is not measured.
        self.start_at = float("inf")
        self.chance = random.Random(name)
        self.connection = http.client.HTTPConnection(*address, timeout=60)
        self.headers = {}
        self.open = threading.Event()
        self.working = threading.Event()
        self.stopping = threading.Event()
        self.failure = None

    # Asking

    def sign_in(self):
        body = json.dumps({"name": self.name, "password": self.password})
        self.connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        answer.read()
        if answer.status != 204:
            raise RuntimeError(f"{self.name} cannot sign in: {answer.status}")
        self.headers = {"Cookie": answer.headers["Set-Cookie"].split(";")[0], "Accept": "application/json"}
        self.headers["X-Martlet-CSRF"] = self.ask(None, "/api/v1/session")["csrfToken"]

    def ask(self, kind, path, method="GET", body=None, expected=(200,), **parameters):
        """The answer's value. `kind`: under which the time is kept, from the request to the last byte."""
        if parameters:
            path += "?" + urllib.parse.urlencode(parameters, doseq=True)
        headers = dict(self.headers)
        if body is not None:
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        started = time.monotonic()
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A connection that lay idle is closed by the server; a browser opens another, too.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        received = answer.read()
        ended = time.monotonic()
        if answer.status not in expected:
            raise RuntimeError(f"{self.name}: {method} {path}: {answer.status} {received[:300]!r}")
        if kind and started >= self.start_at:
            self.results.append((kind, (ended - started) * 1000, len(received)))
        return json.loads(received) if received and answer.status < 300 else None

    def run(self):
        try:
            self.sign_in()
            self.open.set()
            self.working.wait()
            # Nobody begins at the same moment.
            self.stopping.wait(self.chance.random() * REFRESH_SECONDS)
            next_refresh = next_act = time.monotonic()
            while not self.stopping.is_set():
                now = time.monotonic()
                if self.lists and now >= next_refresh:
                    self.refresh()
                    next_refresh = now + REFRESH_SECONDS
                if now >= next_act:
                    self.chance.choice(self.acts())()
                    next_act = time.monotonic() + self.chance.expovariate(1 / PAUSE_SECONDS)
                due = min(next_refresh, next_act) if self.lists else next_act
                self.stopping.wait(max(0.01, due - time.monotonic()))
        except (OSError, RuntimeError, http.client.HTTPException, ValueError) as error:
            if not self.stopping.is_set():
                self.failure = f"{self.name}: {error!r}"
        finally:
            self.open.set()
            self.connection.close()

    # What all do

    def acts(self):
        raise NotImplementedError

    def refresh(self):
        """The list that is open, and the counts beside all."""
        states, order = self.lists[int(time.monotonic() / 20) % len(self.lists)]
        self.exams(f"worklist: {' '.join(states) or 'everything'}", status=states, order=order)
        self.ask("worklists: counts", "/api/v1/exam-counts")

    def exams(self, kind, **query):
        return self.ask(kind, "/api/v1/exams", limit=100, **query)["exams"]

    def family(self):
        return self.chance.choice(FAMILIES)

    def part_of_name(self):
        return self.chance.choice([
            ("two letters", self.chance.choice(["an", "mi", "sc", "zq"])), ("three letters", self.family()[:3].lower()),
            ("frequent name", self.family()), ("two names", f"{self.chance.choice(GIVEN)} {self.family()}"),
            ("number", f"P{1_000_001 + self.chance.randrange(6000)}"),
            ("rare name", f"{self.family()}{word(self.chance.randrange(20_000))[4:]}"),
        ])

    def search_patients(self):
        kind, text = self.part_of_name()
        self.ask(f"patients: {kind}", "/api/v1/patients", search=text, limit=20)

    def search_exams(self):
        kind, text = self.part_of_name()
        self.exams(f"exams: {kind}", search=text, status=["validated", "sent"], order="newest")

    def search_orders(self):
        kind, text = self.part_of_name()
        self.ask(f"orders: {kind}", "/api/v1/orders", search=text, limit=50)

    def search_reports(self):
        number = self.chance.randrange
        kind, words = self.chance.choice([
            ("frequent word", self.chance.choice(["normal", "fracture", "lung"])),
            ("rare word", word(4000 + number(900))), ("two words", f"appendicitis {word(200 + number(200))}"),
            ("phrase", f'"{word(number(9))} {word(number(9))}"'),
            ("beginning, five letters and more", self.chance.choice(["fract*", "append*", "zlomen*", "wordbak*"])),
            ("beginning, two letters", self.chance.choice(["fr*", "ef*", "no*", "pu*"])),
            ("beginning, one letter", self.chance.choice(["f*", "a*", "x*", "z*"])),
            ("word that nobody wrote", "xylophone"),
        ])
        more = self.chance.choice([{}, {"affirmed": "true"}, {"language": self.chance.choice(["en", "fr", "cs"])}])
        found = self.ask(f"reports: {kind}", "/api/v1/reports", words=words, limit=50, **more)["reports"]
        if found:
            self.ask("report opened", f"/api/v1/reports/{self.chance.choice(found)['exam']['exam']['id']}")


class Radiologist(User):
    role = "radiologist"
    lists = ((["toRead", "dictated"], "urgency"), (["toSign"], "urgency"),
             (["toRead", "dictated", "toSign"], "urgency"))

    def acts(self):
        return [self.read] * 4 + [self.search_reports] * 2 + [self.search_exams, self.lost, self.mine, self.statistics]

    def read(self):
        """Claims an exam, opens it with what the patient had before, and gives it back: nothing runs out."""
        found = self.exams("worklist: to read, free", list="toRead")
        if not found:
            return
        view = self.chance.choice(found)["exam"]
        exam = view["exam"]["id"]
        claimed = self.ask("exam claimed", f"/api/v1/exams/{exam}/claim", "POST", {}, expected=(200, 201, 409))
        self.ask("exam opened", f"/api/v1/exams/{exam}")
        self.ask("report to be written", f"/api/v1/exams/{exam}/report-template", expected=(200, 204, 404))
        self.ask("patient: reports", f"/api/v1/patients/{view['patient']['id']}/reports", limit=50)
        if claimed:
            self.ask("exam released", f"/api/v1/exams/{exam}/claim", "DELETE")

    def lost(self):
        self.exams("lost: unread", list="unread", olderThanHours=4)

    def mine(self):
        self.exams("worklist: mine", list="mine")

    def statistics(self):
        to = int(time.time()) * 1_000_000
        self.ask("statistics: a month", "/api/v1/statistics",
                 **{"from": to - 30 * 86_400_000_000, "to": to, "by": "modality"})


class Technologist(User):
    role = "technologist"
    lists = ((["scheduled"], "start"), (["arrived"], "urgency"), (["inRoom"], "urgency"), (["performed"], "urgency"))

    def acts(self):
        return [self.room] * 3 + [self.lost, self.waiting, self.examine, self.search_exams, self.agenda]

    def room(self):
        self.exams("room: a day of one machine", station=f"AE{self.chance.randrange(ROOMS)}", order="start",
                   **{"from": day(), "to": day()})

    def lost(self):
        self.exams("lost: done without images", list="withoutImages", olderThanHours=4)

    def waiting(self):
        self.exams("lost: arrived without exam", list="waiting", olderThanHours=4)

    def examine(self):
        """Into the room and out of it: the states go round."""
        found = self.exams("worklist: arrived", list="arrived")
        if found:
            exam = self.chance.choice(found)["exam"]["exam"]["id"]
            for command in ("enterRoom", "leaveRoom"):
                self.ask(f"exam: {command}", f"/api/v1/exams/{exam}/commands", "POST",
                         {"command": command, "reason": ""}, expected=(200, 201, 409))

    def agenda(self):
        self.ask("agenda: a week of one room", "/api/v1/agenda", days=7, resource=1 + self.chance.randrange(ROOMS),
                 **{"from": day()})


class Receptionist(User):
    role = "receptionist"
    lists = ((["requested"], "urgency"), (["scheduled"], "start"), (["arrived"], "urgency"))

    def acts(self):
        return [self.search_patients] * 3 + [self.search_orders, self.agenda, self.agenda, self.free, self.newest]

    def agenda(self):
        self.ask("agenda: a day, all rooms", "/api/v1/agenda", days=1, **{"from": day(self.chance.randrange(7))})

    def free(self):
        self.ask("agenda: free times", "/api/v1/agenda/free", resource=1 + self.chance.randrange(ROOMS), minutes=20,
                 days=14, limit=20, **{"from": day() + "0800"})

    def newest(self):
        self.ask("orders: newest", "/api/v1/orders", limit=50)


class Secretary(User):
    role = "secretary"
    lists = ((["dictated"], "urgency"), (["validated", "sent"], "newest"), (["noShow"], "newest"))

    def acts(self):
        return [self.search_exams] * 2 + [self.search_patients, self.search_orders, self.search_reports, self.month]

    def month(self):
        shift = -self.chance.randrange(1500)
        month = day(shift)[:6]
        self.exams("exams: a month of the past", order="start", **{"from": month + "01", "to": month + "31"})


class Clinician(User):
    role = "clinician"

    def acts(self):
        return [self.search_reports] * 2 + [self.studies]

    def studies(self):
        self.ask("study list: name", "/api/v1/studies", search=self.family(), limit=50)


class Manager(User):
    role = "manager"

    def acts(self):
        return [self.year, self.month]

    def year(self):
        """All that the page shows at once."""
        to = int(time.time()) - 86_400 * self.chance.randrange(1000)
        for by in (self.chance.choice(["modality", "room", "reader"]), "day", "dayModality", "weekdayHour"):
            self.ask(f"statistics: a year by {by}", "/api/v1/statistics",
                     **{"from": (to - 365 * 86_400) * 1_000_000, "to": to * 1_000_000, "by": by})

    def month(self):
        to = int(time.time()) - 86_400 * self.chance.randrange(1000)
        self.ask("statistics: a month", "/api/v1/statistics",
                 **{"from": (to - 30 * 86_400) * 1_000_000, "to": to * 1_000_000, "by": "day"})


# Thirty of them; who reads is a third.
SHARES = [(Radiologist, 10), (Technologist, 7), (Receptionist, 5), (Secretary, 3), (Clinician, 4), (Manager, 1)]


def staff(count):
    """Roles in the shares of a department: (class, name)."""
    people = [(role, f"{role.role}{number + 1}") for role, share in SHARES for number in range(share)]
    return [people[index % len(people)] if index < len(people) else
            (people[index % len(people)][0], f"{people[index % len(people)][1]}-{index // len(people)}")
            for index in range(count)]
