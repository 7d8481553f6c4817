// SPDX-License-Identifier: Apache-2.0

#ifndef CTLS_H
#define CTLS_H

#include <stddef.h>

/// TLS on a connected, blocking socket, by OpenSSL. Functions are safe to call from several threads for different
/// sessions; one thread at a time uses a session. `reason` takes a text of at most `length` bytes with its NUL.

typedef struct ctls_context ctls_context;
typedef struct ctls_session ctls_session;

enum {
  /// The socket's timeout passed.
  CTLS_TIMED_OUT = -2,
  CTLS_FAILED = -1,
};

/// Certificate, key and authorities are paths of PEM files; null where there is none. TLS 1.2 and 1.3 with the cipher
/// suites of BCP 195 (RFC 9325). A server with authorities refuses clients without a certificate of theirs; a client
/// without authorities trusts those of the system.
/// - Returns: null with a reason where that cannot be.
ctls_context *ctls_context_make(
  int is_server, const char *certificate, const char *key, const char *authorities, char *reason, size_t length);
void ctls_context_free(ctls_context *context);

/// Negotiates on the socket. A client checks the peer's name where `host` is not null.
/// - Returns: null with a reason where it failed.
ctls_session *ctls_session_make(
  ctls_context *context, int socket, int is_server, const char *host, char *reason, size_t length);
void ctls_session_free(ctls_session *session);

/// - Returns: bytes read; 0 at the end; CTLS_TIMED_OUT, CTLS_FAILED.
long ctls_read(ctls_session *session, void *buffer, size_t count);
/// Writes all.
/// - Returns: `count`, CTLS_TIMED_OUT, CTLS_FAILED.
long ctls_write(ctls_session *session, const void *buffer, size_t count);
/// Bytes that were decrypted and not read.
int ctls_pending(ctls_session *session);
/// Tells the peer that nothing more comes.
void ctls_finish(ctls_session *session);
/// Protocol and cipher suite, such as `TLSv1.3 TLS_AES_256_GCM_SHA384`.
void ctls_describe(ctls_session *session, char *text, size_t length);
/// Subject of the peer's certificate; empty where it sent none.
void ctls_peer(ctls_session *session, char *text, size_t length);

#endif
