# SPDX-License-Identifier: Apache-2.0
"""HL7 v2 over MLLP: every message is kept before it is answered, and answered with the code that it deserves."""
import socket

import corpus
import pytest
from acknowledged import exchange, rows

FOLDER = corpus.FOLDER / "hl7"
MESSAGES = sorted(path.name for path in FOLDER.glob("*.hl7"))


def kept(server):
    """The bytes of all messages in the database."""
    return [row[0] for row in rows(server, "SELECT body FROM hl7_message")]


def messages_of(frame):
    """What is kept of a frame: the message, or each message of a batch."""
    if not frame.startswith((b"FHS", b"BHS")):
        return [frame]
    segments = [each for each in frame.split(b"\r") if each[:3] not in (b"FHS", b"BHS", b"BTS", b"FTS", b"")]
    text = b"".join(each + b"\r" for each in segments)
    return [b"MSH" + each for each in text.split(b"MSH")[1:]]


def segment(answer, name):
    return next(each for each in answer.split(b"\r") if each.startswith(name)).split(answer[3:4])


def test_a_kind_that_is_not_taken_is_rejected_with_the_reason(server):
    message = (FOLDER / "own__bad_type.hl7").read_bytes().replace(b"\n", b"\r")
    answer = exchange(server.hl7_port, message)
    acknowledgement = segment(answer, b"MSA")
    assert acknowledgement[1] == b"AR"
    assert acknowledgement[2] == segment(message, b"MSH")[9]
    assert segment(answer, b"ERR")[3].startswith(b"200^")
    assert message in kept(server)


@pytest.mark.parametrize("name, code, error", [
    ("own__bad_version.hl7", b"AR", b"203"), ("own__bad_no_msh.hl7", b"AR", b"100"),
])
def test_bad_headers(server, name, code, error):
    answer = exchange(server.hl7_port, (FOLDER / name).read_bytes())
    assert segment(answer, b"MSA")[1] == code
    assert error in next(each for each in answer.split(b"\r") if each.startswith(b"ERR"))


def test_truncated_and_hostile_messages_are_answered_and_kept(server):
    whole = (FOLDER / "own__omi_o23_ipc.hl7").read_bytes()
    hostile = [whole[:length] for length in (3, 8, 20, 60, 200)]
    hostile += [b"", b"MSH|^~\\&|" + b"A" * 100_000]
    hostile += [whole.replace(b"PAT001", b"\x00\xff\x1b$B|").replace(b"ORC", b"OOO")]
    for message in hostile:
        answer = exchange(server.hl7_port, message)
        assert segment(answer, b"MSA")[1] in (b"AE", b"AR"), message[:40]
        assert message in kept(server)


def test_a_message_that_comes_again_is_answered_alike(server):
    message = (FOLDER / "own__bad_type.hl7").read_bytes().replace(b"OWN18", b"AGAIN")
    before = len(kept(server))
    exchange(server.hl7_port, message)
    exchange(server.hl7_port, message)
    assert len(kept(server)) == before + 1


@pytest.mark.parametrize("name", [each for each in MESSAGES if each.startswith(("own__", "lfh__"))])
def test_every_message_gets_an_answer_and_is_kept(server, name):
    # Twice two messages of the corpus have one control ID; the second would be a repetition.
    message = (FOLDER / name).read_bytes()
    for shared in (b"|102|T|", b"|MSGID00231|T|"):
        message = message.replace(shared, b"|" + name.encode() + b"|T|")
    answer = exchange(server.hl7_port, message)
    assert answer[:3] in (b"MSH", b"BHS") and b"MSA" in answer
    for each in messages_of(message):
        assert each in kept(server)


def test_two_messages_in_one_piece(server):
    message = (FOLDER / "own__siu_s12.hl7").read_bytes()
    frame = b"\x0b" + message + b"\x1c\x0d"
    with socket.create_connection(("127.0.0.1", server.hl7_port), timeout=20) as connection:
        connection.sendall(frame + frame)
        answer = b""
        while answer.count(b"\x1c\x0d") < 2:
            piece = connection.recv(65536)
            assert piece
            answer += piece
