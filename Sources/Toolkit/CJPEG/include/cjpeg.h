// SPDX-License-Identifier: Apache-2.0
// Whole-image JPEG decoding and encoding over the libjpeg interface, once per library and sample size. Errors of the
// library end the call, never the process.
#ifndef CJPEG_H
#define CJPEG_H

#include <stddef.h>
#include <stdint.h>

#define CJPEG_MESSAGE_SIZE 256

enum cjpeg_status {
  CJPEG_OK = 0,
  CJPEG_FAILED = 1,     // the library gave up; the message says why
  CJPEG_MISMATCH = 2,   // the stream is not of the expected size or number of components
  CJPEG_TRUNCATED = 3,  // entropy coded data ended early
};

typedef struct {
  const uint8_t *data;
  size_t size;
  int width;
  int height;
  int components;
  void *samples;  // width * height * components samples of the library's size, without colour conversion
  char message[CJPEG_MESSAGE_SIZE];
} cjpeg_decoding;

// libjpeg-turbo: 8 bits, DCT processes. Samples are bytes.
int cjpeg_decode_turbo(cjpeg_decoding *decoding);
// gdcmjpeg: 8, 12 and 16 bits, DCT (8, 12) and lossless processes. Samples of 12 and 16 are 16-bit words.
int cjpeg_decode_gdcm8(cjpeg_decoding *decoding);
int cjpeg_decode_gdcm12(cjpeg_decoding *decoding);
int cjpeg_decode_gdcm16(cjpeg_decoding *decoding);

enum cjpeg_process {
  CJPEG_SEQUENTIAL = 0,  // baseline where the samples have 8 bits, else extended
  CJPEG_LOSSLESS = 1,    // process 14
};

enum cjpeg_colour {
  CJPEG_UNKNOWN = 0,      // components as they are, no transform
  CJPEG_RGB_TO_YBR = 1,   // RGB in, luminance and colour differences in the stream
  CJPEG_YBR = 2,          // luminance and colour differences in and in the stream
};

typedef struct {
  const void *samples;  // width * height * components samples of the library's size
  int width;
  int height;
  int components;
  int process;
  int colour;
  int quality;      // 1 to 100, sequential process
  int predictor;    // 1 to 7, lossless process
  int horizontal;   // sampling factors of the first component against the others, 1 or 2
  int vertical;
  int optimized;    // Huffman tables made for the image; without, 12 bits in the sequential process do not fit
  uint8_t *data;    // result, to be freed by cjpeg_free
  size_t size;
  char message[CJPEG_MESSAGE_SIZE];
} cjpeg_encoding;

// libjpeg-turbo, 8 bits, sequential process.
int cjpeg_encode_turbo(cjpeg_encoding *encoding);
// gdcmjpeg: 8, 12 and 16 bits; 16 lossless only. Samples of 12 and 16 are 16-bit words.
int cjpeg_encode_gdcm8(cjpeg_encoding *encoding);
int cjpeg_encode_gdcm12(cjpeg_encoding *encoding);
int cjpeg_encode_gdcm16(cjpeg_encoding *encoding);
void cjpeg_free(uint8_t *data);

#endif
