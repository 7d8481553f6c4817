# SPDX-License-Identifier: Apache-2.0
"""HL7 v2 over MLLP: every message is kept on the disk and answered AR with the reason (issue 2, item 7)."""
import socket

import corpus
import pytest

FOLDER = corpus.FOLDER / "hl7"
MESSAGES = sorted(path.name for path in FOLDER.glob("*.hl7"))


def exchange(port, message, timeout=20):
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(b"\x0b" + message + b"\x1c\x0d")
        answer = b""
        while not answer.endswith(b"\x1c\x0d"):
            piece = connection.recv(65536)
            assert piece, f"closed after {answer!r}"
            answer += piece
    assert answer[:1] == b"\x0b"
    return answer[1:-2]


def kept(server):
    return b"".join(path.read_bytes() for path in (server.data / "hl7").rglob("*") if path.is_file())


def segment(answer, name):
    return next(each for each in answer.split(b"\r") if each.startswith(name)).split(answer[3:4])


def test_rejected_with_the_reason(server):
    message = (FOLDER / "own__orm_o01_zds.hl7").read_bytes().replace(b"\n", b"\r")
    answer = exchange(server.hl7_port, message)
    acknowledgement = segment(answer, b"MSA")
    assert acknowledgement[1] == b"AR"
    assert acknowledgement[2] == segment(message, b"MSH")[9]
    assert b"ERR" in answer or acknowledgement[3:] != []
    assert message.strip(b"\r") in kept(server)


@pytest.mark.parametrize("name", [each for each in MESSAGES if each.startswith(("own__", "lfh__"))])
def test_every_message_gets_an_answer_and_is_kept(server, name):
    message = (FOLDER / name).read_bytes()
    answer = exchange(server.hl7_port, message)
    assert answer.startswith(b"MSH") and b"MSA" in answer
    assert message in kept(server)


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
