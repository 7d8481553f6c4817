// SPDX-License-Identifier: Apache-2.0
// Included once per library, after its jpeglib.h and jerror.h, with CJPEG_ENCODE defined as the function's name and
// CJPEG_HAS_LOSSLESS where the library has process 14.

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "cjpeg.h"

#define FIRST_CAPACITY (64 * 1024)

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf exit;
  char *message;
} error_state;

typedef struct {
  struct jpeg_destination_mgr base;
  uint8_t *data;
  size_t capacity;
} destination;

static void leave(j_common_ptr common) {
  error_state *state = (error_state *)common->err;
  char text[JMSG_LENGTH_MAX];
  (*common->err->format_message)(common, text);
  strncpy(state->message, text, CJPEG_MESSAGE_SIZE - 1);
  state->message[CJPEG_MESSAGE_SIZE - 1] = 0;
  longjmp(state->exit, 1);
}

static void ignore(j_common_ptr common, int level) {
  (void)common;
  (void)level;
}

static void begin(j_compress_ptr info) { (void)info; }

static boolean grow(j_compress_ptr info) {
  destination *to = (destination *)info->dest;
  size_t used = to->capacity;
  uint8_t *data = realloc(to->data, used * 2);
  if (data == NULL) {
    error_state *state = (error_state *)info->err;
    strcpy(state->message, "no memory");
    longjmp(state->exit, 1);
  }
  to->data = data;
  to->capacity = used * 2;
  to->base.next_output_byte = data + used;
  to->base.free_in_buffer = used;
  return TRUE;
}

static void configure(j_compress_ptr info, const cjpeg_encoding *encoding) {
  info->image_width = encoding->width;
  info->image_height = encoding->height;
  info->input_components = encoding->components;
  info->in_color_space = encoding->colour == CJPEG_RGB_TO_YBR ? JCS_RGB
                         : encoding->colour == CJPEG_YBR      ? JCS_YCbCr
                         : encoding->components == 1          ? JCS_GRAYSCALE
                                                              : JCS_UNKNOWN;
  jpeg_set_defaults(info);
#ifdef CJPEG_HAS_LOSSLESS
  if (encoding->process == CJPEG_LOSSLESS) jpeg_simple_lossless(info, encoding->predictor, 0);
#endif
  if (encoding->process == CJPEG_LOSSLESS && encoding->components > 1) jpeg_set_colorspace(info, JCS_UNKNOWN);
  if (encoding->process == CJPEG_SEQUENTIAL) {
    jpeg_set_quality(info, encoding->quality, info->data_precision == 8);
    for (int index = 0; index < encoding->components; index++) {
      info->comp_info[index].h_samp_factor = index == 0 ? encoding->horizontal : 1;
      info->comp_info[index].v_samp_factor = index == 0 ? encoding->vertical : 1;
    }
  }
  info->optimize_coding = encoding->optimized ? TRUE : FALSE;
}

int CJPEG_ENCODE(cjpeg_encoding *encoding) {
  struct jpeg_compress_struct info;
  error_state state;
  destination *to = calloc(1, sizeof *to);
  encoding->data = NULL;
  encoding->size = 0;
  if (to == NULL) return CJPEG_FAILED;
  memset(&info, 0, sizeof info);
  memset(&state, 0, sizeof state);
  state.message = encoding->message;
  to->data = malloc(FIRST_CAPACITY);
  to->capacity = FIRST_CAPACITY;
  to->base.next_output_byte = to->data;
  to->base.free_in_buffer = FIRST_CAPACITY;
  to->base.init_destination = begin;
  to->base.empty_output_buffer = grow;
  to->base.term_destination = begin;
  info.err = jpeg_std_error(&state.base);
  state.base.error_exit = leave;
  state.base.emit_message = ignore;
  if (to->data == NULL || setjmp(state.exit)) {
    jpeg_destroy_compress(&info);
    free(to->data);
    free(to);
    return CJPEG_FAILED;
  }
  jpeg_create_compress(&info);
  info.dest = &to->base;
  configure(&info, encoding);
  jpeg_start_compress(&info, TRUE);
  size_t stride = (size_t)encoding->width * encoding->components;
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)encoding->samples + info.next_scanline * stride;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  encoding->size = to->capacity - to->base.free_in_buffer;
  encoding->data = to->data;
  jpeg_destroy_compress(&info);
  free(to);
  return CJPEG_OK;
}
