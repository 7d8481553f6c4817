// SPDX-License-Identifier: Apache-2.0

#include "ctls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ctls_context {
  SSL_CTX *ssl;
};

struct ctls_session {
  SSL *ssl;
};

/// RFC 9325 section 4.2, and ChaCha20-Poly1305, which it does not object to.
static const char *const suites_12 =
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
  "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

static void explain(const char *act, char *reason, size_t length) {
  unsigned long code = ERR_peek_last_error();
  const char *text = code != 0 ? ERR_reason_error_string(code) : NULL;
  if (text == NULL) text = errno != 0 ? strerror(errno) : "the peer closed the connection";
  snprintf(reason, length, "%s: %s", act, text);
  ERR_clear_error();
}

static int load(
  SSL_CTX *ssl, int is_server, const char *certificate, const char *key, const char *authorities, char *reason,
  size_t length) {
  if (certificate != NULL && SSL_CTX_use_certificate_chain_file(ssl, certificate) != 1) {
    explain(certificate, reason, length);
    return 0;
  }
  if (certificate != NULL && SSL_CTX_use_PrivateKey_file(ssl, key != NULL ? key : certificate, SSL_FILETYPE_PEM) != 1) {
    explain(key != NULL ? key : certificate, reason, length);
    return 0;
  }
  if (certificate != NULL && SSL_CTX_check_private_key(ssl) != 1) {
    explain("key and certificate", reason, length);
    return 0;
  }
  if (authorities != NULL) {
    if (SSL_CTX_load_verify_locations(ssl, authorities, NULL) != 1) {
      explain(authorities, reason, length);
      return 0;
    }
    if (is_server) SSL_CTX_set_client_CA_list(ssl, SSL_load_client_CA_file(authorities));
  } else if (!is_server) {
    SSL_CTX_set_default_verify_paths(ssl);
  }
  return 1;
}

ctls_context *ctls_context_make(
  int is_server, const char *certificate, const char *key, const char *authorities, char *reason, size_t length) {
  // Writing to a peer that has gone is an error here, not the end of the program.
  signal(SIGPIPE, SIG_IGN);
  ERR_clear_error();
  SSL_CTX *ssl = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
  if (ssl == NULL) {
    explain("TLS", reason, length);
    return NULL;
  }
  SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
  SSL_CTX_set_options(
    ssl, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE
      | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(ssl, SSL_MODE_AUTO_RETRY | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  if (is_server) SSL_CTX_set_num_tickets(ssl, 0);
  int verifies = !is_server || authorities != NULL;
  SSL_CTX_set_verify(
    ssl, verifies ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT : SSL_VERIFY_NONE, NULL);
  if (SSL_CTX_set_cipher_list(ssl, suites_12) != 1
      || !load(ssl, is_server, certificate, key, authorities, reason, length)) {
    SSL_CTX_free(ssl);
    return NULL;
  }
  ctls_context *context = malloc(sizeof *context);
  if (context == NULL) {
    SSL_CTX_free(ssl);
    snprintf(reason, length, "no memory");
    return NULL;
  }
  context->ssl = ssl;
  return context;
}

void ctls_context_free(ctls_context *context) {
  if (context == NULL) return;
  SSL_CTX_free(context->ssl);
  free(context);
}

static int expect_host(SSL *ssl, const char *host) {
  X509_VERIFY_PARAM *parameters = SSL_get0_param(ssl);
  if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1) return 1;
  SSL_set_tlsext_host_name(ssl, host);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(parameters, host, 0);
}

ctls_session *ctls_session_make(
  ctls_context *context, int socket, int is_server, const char *host, char *reason, size_t length) {
  ERR_clear_error();
  errno = 0;
  SSL *ssl = SSL_new(context->ssl);
  if (ssl == NULL || SSL_set_fd(ssl, socket) != 1 || (host != NULL && !expect_host(ssl, host))) {
    explain("TLS", reason, length);
    SSL_free(ssl);
    return NULL;
  }
  int result;
  do {
    errno = 0;
    result = is_server ? SSL_accept(ssl) : SSL_connect(ssl);
  } while (result != 1 && errno == EINTR);
  if (result != 1) {
    long verdict = SSL_get_verify_result(ssl);
    if (verdict != X509_V_OK) {
      snprintf(reason, length, "TLS: certificate of the peer: %s", X509_verify_cert_error_string(verdict));
      ERR_clear_error();
    } else {
      explain("TLS", reason, length);
    }
    SSL_free(ssl);
    return NULL;
  }
  ctls_session *session = malloc(sizeof *session);
  if (session == NULL) {
    SSL_free(ssl);
    snprintf(reason, length, "no memory");
    return NULL;
  }
  session->ssl = ssl;
  return session;
}

void ctls_session_free(ctls_session *session) {
  if (session == NULL) return;
  SSL_free(session->ssl);
  free(session);
}

/// What a failed call means.
static long meaning(SSL *ssl, int result) {
  int number = errno;
  switch (SSL_get_error(ssl, result)) {
  case SSL_ERROR_ZERO_RETURN: return 0;
  case SSL_ERROR_WANT_READ:
  case SSL_ERROR_WANT_WRITE: return CTLS_TIMED_OUT;
  default:
    errno = number;
    ERR_clear_error();
    return CTLS_FAILED;
  }
}

long ctls_read(ctls_session *session, void *buffer, size_t count) {
  for (;;) {
    size_t read = 0;
    ERR_clear_error();
    errno = 0;
    int result = SSL_read_ex(session->ssl, buffer, count, &read);
    if (result == 1) return (long)read;
    if (errno == EINTR) continue;
    return meaning(session->ssl, result);
  }
}

long ctls_write(ctls_session *session, const void *buffer, size_t count) {
  for (;;) {
    size_t written = 0;
    ERR_clear_error();
    errno = 0;
    int result = SSL_write_ex(session->ssl, buffer, count, &written);
    if (result == 1) return (long)written;
    if (errno == EINTR) continue;
    long failure = meaning(session->ssl, result);
    return failure == 0 ? CTLS_FAILED : failure;
  }
}

int ctls_pending(ctls_session *session) { return SSL_pending(session->ssl); }

void ctls_finish(ctls_session *session) {
  ERR_clear_error();
  SSL_shutdown(session->ssl);
  ERR_clear_error();
}

void ctls_describe(ctls_session *session, char *text, size_t length) {
  snprintf(text, length, "%s %s", SSL_get_version(session->ssl), SSL_get_cipher_name(session->ssl));
}

void ctls_peer(ctls_session *session, char *text, size_t length) {
  text[0] = 0;
  X509 *certificate = SSL_get0_peer_certificate(session->ssl);
  if (certificate != NULL) X509_NAME_oneline(X509_get_subject_name(certificate), text, (int)length);
}
