// SPDX-License-Identifier: Apache-2.0
// Whole-image encoding of JPEG 2000 by OpenJPEG and of High-Throughput JPEG 2000 by OpenJPH, and decoding of both by
// OpenJPEG. Errors and failed assertions of the libraries end the call, never the process.
#ifndef CJPEG2000_H
#define CJPEG2000_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CJPEG2000_MESSAGE_SIZE 256

enum cjpeg2000_progression {
  CJPEG2000_LRCP = 0,
  CJPEG2000_RPCL = 1,
};

typedef struct {
  const void *samples;    // width * height * components samples side by side
  int sample_bytes;       // 1, 2 or 4
  int width;
  int height;
  int components;
  int bits;               // precision of every component
  int is_signed;
  int component_transform;  // RCT or ICT over three components
  int reversible;         // the 5-3 wavelet, lossless
  double psnr;            // irreversible: the quality to aim at, in dB of the full range; 0 where ratio counts
  double ratio;           // irreversible, OpenJPEG only: uncompressed to compressed size
  int progression;
  int decompositions;     // levels of the wavelet transform
  uint8_t *data;          // result, to be freed by cjpeg2000_free
  size_t size;
  char message[CJPEG2000_MESSAGE_SIZE];
} cjpeg2000_encoding;

// 0 where it worked.
int cjpeg2000_encode_openjpeg(cjpeg2000_encoding *encoding);
int cjpeg2000_encode_openjph(cjpeg2000_encoding *encoding);
void cjpeg2000_free(uint8_t *data);

// opj_decode(codec, stream, image): 1 where it worked, 0 where it did not or an assertion failed.
int cjpeg2000_decode_openjpeg(void *codec, void *stream, void *image);

#ifdef __cplusplus
}
#endif

#endif
