// SPDX-License-Identifier: Apache-2.0
// CRC-32C (polynomial 1EDC6F41H, reflected): by the processor's instruction in three interleaved streams where there
// is one, else by eight tables. Polynomials over GF(2) stand with the coefficient of x^0 in the highest bit.
#include "cdirectio.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define HARDWARE __attribute__((target("sse4.2")))
#define STEP8(crc, word) _mm_crc32_u64(crc, word)
#define STEP1(crc, byte) _mm_crc32_u8((uint32_t)(crc), byte)
#elif defined(__aarch64__)
#include <arm_acle.h>
#define HARDWARE __attribute__((target("crc")))
#define STEP8(crc, word) __crc32cd((uint32_t)(crc), word)
#define STEP1(crc, byte) __crc32cb((uint32_t)(crc), byte)
#if defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif
#endif

enum { STREAM = 4096 };  // bytes of one of the three streams

static const uint32_t POLYNOMIAL = 0x82F63B78u;
static uint32_t byte_tables[8][256];    // the effect of a byte that is 0...7 bytes before the end
static uint32_t stream_tables[4][256];  // the effect of STREAM zero bytes on each byte of a checksum
static uint32_t powers[64];             // x^(2^k)
static int has_hardware;

static uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t product = 0;
  for (uint32_t bit = 0x80000000u; bit != 0; bit >>= 1) {
    if (a & bit) product ^= b;
    b = b & 1 ? (b >> 1) ^ POLYNOMIAL : b >> 1;
  }
  return product;
}

/// x^(8 * count): what `count` bytes that follow do to a checksum.
static uint32_t shift_of(uint64_t count) {
  uint32_t shift = 0x80000000u;
  for (int k = 3; count != 0 && k < 64; k++, count >>= 1)
    if (count & 1) shift = multiply(powers[k], shift);
  return shift;
}

__attribute__((constructor)) static void prepare(void) {
  for (uint32_t value = 0; value < 256; value++) {
    uint32_t crc = value;
    for (int bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ POLYNOMIAL : crc >> 1;
    byte_tables[0][value] = crc;
  }
  for (int table = 1; table < 8; table++)
    for (int value = 0; value < 256; value++) {
      uint32_t before = byte_tables[table - 1][value];
      byte_tables[table][value] = (before >> 8) ^ byte_tables[0][before & 0xFF];
    }
  powers[0] = 0x40000000u;
  for (int k = 1; k < 64; k++) powers[k] = multiply(powers[k - 1], powers[k - 1]);
  uint32_t shift = shift_of(STREAM);
  for (int table = 0; table < 4; table++)
    for (uint32_t value = 0; value < 256; value++) stream_tables[table][value] = multiply(shift, value << (8 * table));
#if defined(__x86_64__)
  __builtin_cpu_init();
  has_hardware = __builtin_cpu_supports("sse4.2") != 0;
#elif defined(__aarch64__) && defined(__linux__)
  has_hardware = (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#elif defined(__aarch64__)
  has_hardware = 1;
#endif
}

uint32_t cdio_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  crc = ~crc;
  for (; count >= 8; count -= 8, next += 8) {
    uint32_t low = (uint32_t)next[0] | (uint32_t)next[1] << 8 | (uint32_t)next[2] << 16 | (uint32_t)next[3] << 24;
    low ^= crc;
    crc = byte_tables[7][low & 0xFF] ^ byte_tables[6][low >> 8 & 0xFF] ^ byte_tables[5][low >> 16 & 0xFF] ^
          byte_tables[4][low >> 24] ^ byte_tables[3][next[4]] ^ byte_tables[2][next[5]] ^ byte_tables[1][next[6]] ^
          byte_tables[0][next[7]];
  }
  for (; count > 0; count--) crc = (crc >> 8) ^ byte_tables[0][(crc ^ *next++) & 0xFF];
  return ~crc;
}

#if defined(HARDWARE)
static uint32_t pass_stream(uint32_t crc) {
  return stream_tables[0][crc & 0xFF] ^ stream_tables[1][crc >> 8 & 0xFF] ^ stream_tables[2][crc >> 16 & 0xFF] ^
         stream_tables[3][crc >> 24];
}

static uint64_t word_at(const uint8_t *bytes) {
  uint64_t word;
  memcpy(&word, bytes, 8);
  return word;
}

HARDWARE static uint32_t crc_by_hardware(uint32_t start, const uint8_t *next, size_t count) {
  uint64_t crc = ~start;
  for (; count >= 3 * STREAM; count -= 3 * STREAM, next += 3 * STREAM) {
    uint64_t second = 0, third = 0;
    for (size_t at = 0; at < STREAM; at += 8) {
      crc = STEP8(crc, word_at(next + at));
      second = STEP8(second, word_at(next + STREAM + at));
      third = STEP8(third, word_at(next + 2 * STREAM + at));
    }
    crc = pass_stream(pass_stream((uint32_t)crc) ^ (uint32_t)second) ^ (uint32_t)third;
  }
  for (; count >= 8; count -= 8, next += 8) crc = STEP8(crc, word_at(next));
  for (; count > 0; count--) crc = STEP1(crc, *next++);
  return ~(uint32_t)crc;
}
#endif

uint32_t cdio_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(HARDWARE)
  if (has_hardware) return crc_by_hardware(crc, bytes, count);
#endif
  return cdio_crc32c_portable(crc, bytes, count);
}

uint32_t cdio_crc32c_concatenate(uint32_t first, uint32_t second, uint64_t second_length) {
  return multiply(shift_of(second_length), first) ^ second;
}
