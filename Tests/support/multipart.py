# SPDX-License-Identifier: Apache-2.0
"""multipart/related as PS3.18 uses it: enough to send objects and to take an answer apart."""
import uuid


def encode(parts, content_type="application/dicom"):
    """(value of Content-Type, body) for these parts."""
    boundary = "martlet-" + uuid.uuid4().hex
    body = b"".join(
        b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n" % (boundary.encode(), content_type.encode(), part) for part in parts)
    return f'multipart/related; type="{content_type}"; boundary={boundary}', body + f"--{boundary}--\r\n".encode()


def parameter(content_type, name):
    """One parameter of a media type, unquoted; None when it is not there."""
    for piece in content_type.split(";")[1:]:
        key, _, value = piece.strip().partition("=")
        if key.lower() == name:
            return value.strip('"')
    return None


def decode(content_type, body):
    """[(header dictionary with lower-case names, bytes)] of a multipart body."""
    delimiter = b"--" + parameter(content_type, "boundary").encode()
    assert body.startswith(delimiter), body[:100]
    parts, at = [], len(delimiter)
    while body[at:at + 2] != b"--":
        head_end = body.index(b"\r\n\r\n", at)
        headers = {}
        for line in body[at:head_end].decode("latin-1").split("\r\n"):
            name, _, value = line.partition(":")
            if name.strip():
                headers[name.strip().lower()] = value.strip()
        start = head_end + 4
        length = headers.get("content-length")
        end = start + int(length) if length else body.index(b"\r\n" + delimiter, start)
        parts.append((headers, body[start:end]))
        at = body.index(delimiter, end) + len(delimiter)
    return parts
