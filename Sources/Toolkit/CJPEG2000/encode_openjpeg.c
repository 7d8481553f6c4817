// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include <openjpeg.h>

#include "assertion_guard.h"
#include "cjpeg2000.h"

typedef struct {
  uint8_t *data;
  size_t size;
  size_t capacity;
  size_t position;
} memory;

static int reserve(memory *to, size_t needed) {
  if (needed <= to->capacity) return 1;
  size_t capacity = to->capacity == 0 ? 64 * 1024 : to->capacity;
  while (capacity < needed) capacity *= 2;
  uint8_t *data = realloc(to->data, capacity);
  if (data == NULL) return 0;
  to->data = data;
  to->capacity = capacity;
  return 1;
}

static OPJ_SIZE_T write_bytes(void *buffer, OPJ_SIZE_T count, void *context) {
  memory *to = context;
  if (!reserve(to, to->position + count)) return (OPJ_SIZE_T)-1;
  memcpy(to->data + to->position, buffer, count);
  to->position += count;
  if (to->position > to->size) to->size = to->position;
  return count;
}

static OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void *context) {
  memory *to = context;
  if (count < 0 || !reserve(to, to->position + (size_t)count)) return -1;
  memset(to->data + to->position, 0, (size_t)count);
  to->position += (size_t)count;
  if (to->position > to->size) to->size = to->position;
  return count;
}

static OPJ_BOOL seek_bytes(OPJ_OFF_T offset, void *context) {
  memory *to = context;
  if (offset < 0 || (size_t)offset > to->size) return OPJ_FALSE;
  to->position = (size_t)offset;
  return OPJ_TRUE;
}

static void keep_message(const char *text, void *context) {
  char *message = context;
  if (message[0] != 0) return;
  strncpy(message, text, CJPEG2000_MESSAGE_SIZE - 1);
  message[strcspn(message, "\n")] = 0;
}

static void copy_component(const cjpeg2000_encoding *from, int component, OPJ_INT32 *to) {
  size_t count = (size_t)from->width * from->height;
  size_t step = from->components;
  if (from->sample_bytes == 1 && from->is_signed) {
    const int8_t *samples = (const int8_t *)from->samples + component;
    for (size_t index = 0; index < count; index++) to[index] = samples[index * step];
  } else if (from->sample_bytes == 1) {
    const uint8_t *samples = (const uint8_t *)from->samples + component;
    for (size_t index = 0; index < count; index++) to[index] = samples[index * step];
  } else if (from->sample_bytes == 2 && from->is_signed) {
    const int16_t *samples = (const int16_t *)from->samples + component;
    for (size_t index = 0; index < count; index++) to[index] = samples[index * step];
  } else if (from->sample_bytes == 2) {
    const uint16_t *samples = (const uint16_t *)from->samples + component;
    for (size_t index = 0; index < count; index++) to[index] = samples[index * step];
  } else {
    const int32_t *samples = (const int32_t *)from->samples + component;
    for (size_t index = 0; index < count; index++) to[index] = samples[index * step];
  }
}

static opj_image_t *make_image(const cjpeg2000_encoding *encoding) {
  opj_image_cmptparm_t components[4];
  memset(components, 0, sizeof components);
  for (int index = 0; index < encoding->components; index++) {
    components[index].dx = 1;
    components[index].dy = 1;
    components[index].w = encoding->width;
    components[index].h = encoding->height;
    components[index].prec = encoding->bits;
    components[index].sgnd = encoding->is_signed;
  }
  opj_image_t *image =
      opj_image_create(encoding->components, components, encoding->components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  if (image == NULL) return NULL;
  image->x1 = encoding->width;
  image->y1 = encoding->height;
  for (int index = 0; index < encoding->components; index++) copy_component(encoding, index, image->comps[index].data);
  return image;
}

static void configure(opj_cparameters_t *parameters, const cjpeg2000_encoding *encoding) {
  opj_set_default_encoder_parameters(parameters);
  parameters->tcp_numlayers = 1;
  parameters->numresolution = encoding->decompositions + 1;
  parameters->prog_order = encoding->progression == CJPEG2000_RPCL ? OPJ_RPCL : OPJ_LRCP;
  parameters->tcp_mct = encoding->component_transform ? 1 : 0;
  if (encoding->reversible) {
    parameters->irreversible = 0;
    parameters->cp_disto_alloc = 1;
    parameters->tcp_rates[0] = 0;
    return;
  }
  parameters->irreversible = 1;
  if (encoding->ratio > 1) {
    parameters->cp_disto_alloc = 1;
    parameters->tcp_rates[0] = (float)encoding->ratio;
  } else {
    parameters->cp_fixed_quality = 1;
    parameters->tcp_distoratio[0] = (float)encoding->psnr;
  }
}

typedef struct {
  opj_codec_t *codec;
  opj_stream_t *stream;
  opj_image_t *image;
  opj_cparameters_t *parameters;
  int works;
} session;

static void encode(void *context) {
  session *with = context;
  with->works = opj_setup_encoder(with->codec, with->parameters, with->image) &&
                opj_start_compress(with->codec, with->image, with->stream) && opj_encode(with->codec, with->stream) &&
                opj_end_compress(with->codec, with->stream);
}

int cjpeg2000_encode_openjpeg(cjpeg2000_encoding *encoding) {
  memory to = {0};
  opj_cparameters_t *parameters = malloc(sizeof *parameters);
  opj_image_t *image = parameters == NULL || encoding->components > 4 ? NULL : make_image(encoding);
  opj_codec_t *codec = image == NULL ? NULL : opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t *stream = codec == NULL ? NULL : opj_stream_default_create(OPJ_FALSE);
  int works = 0;
  encoding->data = NULL;
  encoding->size = 0;
  encoding->message[0] = 0;
  if (stream != NULL) {
    opj_stream_set_user_data(stream, &to, NULL);
    opj_stream_set_write_function(stream, write_bytes);
    opj_stream_set_skip_function(stream, skip_bytes);
    opj_stream_set_seek_function(stream, seek_bytes);
    opj_set_error_handler(codec, keep_message, encoding->message);
    configure(parameters, encoding);
    session with = {codec, stream, image, parameters, 0};
    works = assertion_guard_run(encode, &with) && with.works;
  }
  if (stream != NULL) opj_stream_destroy(stream);
  if (codec != NULL) opj_destroy_codec(codec);
  if (image != NULL) opj_image_destroy(image);
  free(parameters);
  if (!works) {
    free(to.data);
    return 1;
  }
  encoding->data = to.data;
  encoding->size = to.size;
  return 0;
}

static void decode(void *context) {
  session *with = context;
  with->works = opj_decode(with->codec, with->stream, with->image);
}

int cjpeg2000_decode_openjpeg(void *codec, void *stream, void *image) {
  session with = {codec, stream, image, NULL, 0};
  return assertion_guard_run(decode, &with) && with.works;
}

void cjpeg2000_free(uint8_t *data) { free(data); }
