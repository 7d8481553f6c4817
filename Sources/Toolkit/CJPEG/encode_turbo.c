// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "cjpeg.h"

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf exit;
  char *message;
} error_state;

static void leave(j_common_ptr common) {
  error_state *state = (error_state *)common->err;
  char text[JMSG_LENGTH_MAX];
  (*common->err->format_message)(common, text);
  strncpy(state->message, text, CJPEG_MESSAGE_SIZE - 1);
  state->message[CJPEG_MESSAGE_SIZE - 1] = 0;
  longjmp(state->exit, 1);
}

int cjpeg_encode_turbo(cjpeg_encoding *encoding) {
  struct jpeg_compress_struct info;
  error_state state;
  unsigned long size = 0;
  memset(&info, 0, sizeof info);
  memset(&state, 0, sizeof state);
  state.message = encoding->message;
  encoding->data = NULL;
  info.err = jpeg_std_error(&state.base);
  state.base.error_exit = leave;
  if (setjmp(state.exit)) {
    // The buffer may have been moved by the library without our knowledge: only memory exhaustion comes here.
    jpeg_destroy_compress(&info);
    encoding->data = NULL;
    return CJPEG_FAILED;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &encoding->data, &size);
  info.image_width = encoding->width;
  info.image_height = encoding->height;
  info.input_components = encoding->components;
  info.in_color_space = encoding->components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, encoding->quality, TRUE);
  if (encoding->components == 3 && encoding->subsampling == 0) {
    info.comp_info[0].h_samp_factor = 1;
    info.comp_info[0].v_samp_factor = 1;
  }
  jpeg_start_compress(&info, TRUE);
  size_t stride = (size_t)encoding->width * encoding->components;
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)(encoding->samples + info.next_scanline * stride);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  encoding->size = size;
  return CJPEG_OK;
}

void cjpeg_free(uint8_t *data) { free(data); }
