# SPDX-License-Identifier: Apache-2.0
"""A DICOM upper layer by hand: what tests need to send exactly the bytes that they mean to send.

Other libraries encode data sets anew; here a data set is bytes. PS3.8 §9.3 for the PDUs, PS3.7 §6.3 for command sets.
"""
import socket
import struct

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
IMPLEMENTATION = "2.25.302617184637186530298402093411123452671"

C_STORE_RQ, C_STORE_RSP, C_ECHO_RQ, C_ECHO_RSP = 0x0001, 0x8001, 0x0030, 0x8030
PDU_NAMES = {1: "A-ASSOCIATE-RQ", 2: "A-ASSOCIATE-AC", 3: "A-ASSOCIATE-RJ", 4: "P-DATA-TF", 5: "A-RELEASE-RQ",
             6: "A-RELEASE-RP", 7: "A-ABORT"}


class Rejected(Exception):
    """A-ASSOCIATE-RJ with its result, source and reason (PS3.8 §9.3.4)."""

    def __init__(self, result, source, reason):
        super().__init__(f"rejected: result {result}, source {source}, reason {reason}")
        self.result, self.source, self.reason = result, source, reason


class Aborted(Exception):
    """A-ABORT, or the connection closed where a PDU was expected."""


def item(kind, body):
    return struct.pack(">BBH", kind, 0, len(body)) + body


def pdu(kind, body):
    return struct.pack(">BBI", kind, 0, len(body)) + body


def associate_request(contexts, called="MARTLET", calling="TESTER", max_length=65536, extra_user_items=b""):
    """A-ASSOCIATE-RQ; contexts: [(id, abstract syntax, [transfer syntaxes])]."""
    body = struct.pack(">HH", 1, 0) + called.ljust(16).encode() + calling.ljust(16).encode() + bytes(32)
    body += item(0x10, APPLICATION_CONTEXT.encode())
    for identifier, abstract, transfers in contexts:
        inner = bytes([identifier, 0, 0, 0]) + item(0x30, abstract.encode())
        inner += b"".join(item(0x40, each.encode()) for each in transfers)
        body += item(0x20, inner)
    user = item(0x51, struct.pack(">I", max_length)) + item(0x52, IMPLEMENTATION.encode())
    user += item(0x55, b"MARTLET_TEST") + extra_user_items
    return pdu(1, body + item(0x50, user))


def command_set(fields):
    """Implicit VR little endian command set with its group length; fields: {element of group 0000: value}."""
    body = b""
    for element in sorted(fields):
        value = fields[element]
        if isinstance(value, str):
            value = value.encode()
            value += b"\0" * (len(value) % 2)
        else:
            value = struct.pack("<H", value)
        body += struct.pack("<HHI", 0, element, len(value)) + value
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def parse_command(data):
    """{element: int or str} of a command set."""
    fields, at = {}, 0
    while at + 8 <= len(data):
        _, element, length = struct.unpack_from("<HHI", data, at)
        value = data[at + 8:at + 8 + length]
        at += 8 + length
        fields[element] = struct.unpack("<H", value)[0] if length == 2 else value.rstrip(b"\0 ").decode("latin-1")
    return fields


class Wire:
    """One association, blocking, with a time limit on every read."""

    def __init__(self, host, port, timeout=30):
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.peer_max_length = 16384
        self.accepted = {}
        self.message_id = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.socket.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive_exactly(self, count):
        parts = bytearray()
        while len(parts) < count:
            try:
                piece = self.socket.recv(min(count - len(parts), 1 << 20))
            except ConnectionResetError as error:
                raise Aborted("connection reset") from error
            if not piece:
                raise Aborted("connection closed")
            parts += piece
        return bytes(parts)

    def receive_pdu(self):
        """(type, body) of the next PDU."""
        kind, _, length = struct.unpack(">BBI", self.receive_exactly(6))
        return kind, self.receive_exactly(length)

    def associate(self, contexts, **options):
        """Negotiates; {context id: (result, transfer syntax)} of the answer is kept in `accepted`."""
        self.send(associate_request(contexts, **options))
        kind, body = self.receive_pdu()
        if kind == 3:
            raise Rejected(body[1], body[2], body[3])
        if kind == 7:
            raise Aborted(f"abort, source {body[2]}, reason {body[3]}")
        assert kind == 2, f"expected A-ASSOCIATE-AC, got {PDU_NAMES.get(kind, kind)}"
        at = 68
        while at + 4 <= len(body):
            item_kind, _, length = struct.unpack_from(">BBH", body, at)
            value = body[at + 4:at + 4 + length]
            at += 4 + length
            if item_kind == 0x21:
                self.accepted[value[0]] = (value[2], value[8:].rstrip(b"\0").decode())
            elif item_kind == 0x50:
                self.read_user_information(value)
        return self.accepted

    def read_user_information(self, value):
        at = 0
        while at + 4 <= len(value):
            kind, _, length = struct.unpack_from(">BBH", value, at)
            if kind == 0x51:
                limit = struct.unpack_from(">I", value, at + 4)[0]
                self.peer_max_length = limit or 1 << 20
            at += 4 + length

    def send_fragments(self, context, data, is_command):
        """P-DATA-TF PDUs no longer than the peer's maximum (PS3.8 §D.1)."""
        limit = min(self.peer_max_length, 1 << 20) - 6
        pieces = range(0, len(data), limit) if data else [0]
        for at in pieces:
            piece = data[at:at + limit]
            last = at + limit >= len(data)
            control = (1 if is_command else 0) | (2 if last else 0)
            self.send(pdu(4, struct.pack(">IBB", len(piece) + 2, context, control) + piece))

    def receive_message(self):
        """(context, command fields, data set bytes or None)."""
        command, data, context = bytearray(), bytearray(), None
        fields, command_done, data_done = None, False, False
        while not (command_done and data_done):
            kind, body = self.receive_pdu()
            if kind == 7:
                raise Aborted(f"abort, source {body[2]}, reason {body[3]}")
            assert kind == 4, f"expected P-DATA-TF, got {PDU_NAMES.get(kind, kind)}"
            at = 0
            while at < len(body):
                length, context, control = struct.unpack_from(">IBB", body, at)
                piece = body[at + 6:at + 4 + length]
                at += 4 + length
                if control & 1:
                    command += piece
                    command_done = bool(control & 2)
                    if command_done:
                        fields = parse_command(bytes(command))
                        data_done = fields.get(0x0800) == 0x0101
                else:
                    data += piece
                    data_done = bool(control & 2)
        return context, fields, bytes(data) if fields.get(0x0800) != 0x0101 else None

    def echo(self, context):
        self.message_id = self.message_id % 65535 + 1
        self.send_fragments(
            context, command_set({0x0002: VERIFICATION, 0x0100: C_ECHO_RQ, 0x0110: self.message_id, 0x0800: 0x0101}),
            True)
        return self.receive_message()[1][0x0900]

    def start_store(self, context, sop_class, sop_instance):
        """Sends the command set of a C-STORE-RQ only; the data set is the caller's affair."""
        self.message_id = self.message_id % 65535 + 1
        self.send_fragments(
            context,
            command_set({0x0002: sop_class, 0x0100: C_STORE_RQ, 0x0110: self.message_id, 0x0700: 0, 0x0800: 0,
                         0x1000: sop_instance}), True)

    def store(self, context, sop_class, sop_instance, data):
        """C-STORE of these data set bytes; returns the status."""
        self.start_store(context, sop_class, sop_instance)
        self.send_fragments(context, data, False)
        fields = self.receive_message()[1]
        assert fields[0x0100] == C_STORE_RSP and fields[0x0120] == self.message_id
        return fields[0x0900]

    def release(self):
        self.send(pdu(5, bytes(4)))
        kind, _ = self.receive_pdu()
        assert kind == 6, f"expected A-RELEASE-RP, got {PDU_NAMES.get(kind, kind)}"
        self.socket.close()
