// SPDX-License-Identifier: Apache-2.0
// Writes frames as the components of one JPEG 2000 stream, by OpenJPEG:
//
//   openjpeg_frames OUTPUT WIDTH HEIGHT FRAMES BITS [MATRIX]
//
// The samples come from the standard input: 16 bits little endian, frame after frame. MATRIX names a file of FRAMES
// rows of as many 32-bit floats, by which the frames are transformed (ISO/IEC 15444-2 Annex J), irreversibly. Without
// it the stream is one of Part 1, without loss.
#include <openjpeg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *why) {
  fprintf(stderr, "openjpeg_frames: %s\n", why);
  exit(1);
}

int main(int count, char **arguments) {
  if (count < 6) fail("usage");
  int width = atoi(arguments[2]), height = atoi(arguments[3]), frames = atoi(arguments[4]), bits = atoi(arguments[5]);
  opj_image_cmptparm_t *shapes = calloc(frames, sizeof *shapes);
  for (int frame = 0; frame < frames; frame++) {
    shapes[frame].dx = shapes[frame].dy = 1;
    shapes[frame].w = width;
    shapes[frame].h = height;
    shapes[frame].prec = bits;
  }
  opj_image_t *image = opj_image_create(frames, shapes, OPJ_CLRSPC_UNSPECIFIED);
  image->x1 = width;
  image->y1 = height;
  for (int frame = 0; frame < frames; frame++) {
    for (int pixel = 0; pixel < width * height; pixel++) {
      uint8_t sample[2];
      if (fread(sample, 1, 2, stdin) != 2) fail("too few samples");
      image->comps[frame].data[pixel] = sample[0] | sample[1] << 8;
    }
  }
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.numresolution = 3;
  if (count > 6) {
    FILE *file = fopen(arguments[6], "rb");
    float *matrix = malloc(sizeof(float) * frames * frames);
    int32_t *offsets = calloc(frames, sizeof *offsets);
    if (!file || fread(matrix, sizeof(float), frames * frames, file) != (size_t)(frames * frames)) fail("matrix");
    for (int frame = 0; frame < frames; frame++) offsets[frame] = 1 << (bits - 1);
    if (!opj_set_MCT(&parameters, matrix, offsets, frames)) fail("opj_set_MCT");
  }
  opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t *stream = opj_stream_create_default_file_stream(arguments[1], 0);
  if (!codec || !stream || !opj_setup_encoder(codec, &parameters, image) || !opj_start_compress(codec, image, stream)
      || !opj_encode(codec, stream) || !opj_end_compress(codec, stream)) {
    fail("encoding");
  }
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  return 0;
}
