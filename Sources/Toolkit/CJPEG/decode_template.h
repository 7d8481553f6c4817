// SPDX-License-Identifier: Apache-2.0
// Included once per library, after its jpeglib.h and jerror.h, with CJPEG_DECODE defined as the function's name.

#include <setjmp.h>
#include <string.h>

#include "cjpeg.h"

// More scans than any encoder writes: progressive streams are decoded scan by scan over the whole image.
#define MAXIMUM_SCANS 500

typedef struct {
  struct jpeg_error_mgr base;
  jmp_buf exit;
  int truncated;
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

static void note(j_common_ptr common, int level) {
  if (level < 0 && common->err->msg_code == JWRN_HIT_MARKER) ((error_state *)common->err)->truncated = 1;
}

static void watch(j_common_ptr common) {
  if (((j_decompress_ptr)common)->input_scan_number > MAXIMUM_SCANS) {
    error_state *state = (error_state *)common->err;
    strcpy(state->message, "too many scans");
    longjmp(state->exit, 1);
  }
}

static void begin(j_decompress_ptr info) { (void)info; }

// All bytes are there from the start; what follows them is an end of image marker.
static boolean refill(j_decompress_ptr info) {
  static const JOCTET end[2] = {0xFF, JPEG_EOI};
  info->src->next_input_byte = end;
  info->src->bytes_in_buffer = 2;
  return TRUE;
}

static void skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if ((size_t)count > info->src->bytes_in_buffer) {
    refill(info);
    return;
  }
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= count;
}

int CJPEG_DECODE(cjpeg_decoding *decoding) {
  struct jpeg_decompress_struct info;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  error_state state;
  memset(&info, 0, sizeof info);
  memset(&source, 0, sizeof source);
  memset(&progress, 0, sizeof progress);
  memset(&state, 0, sizeof state);
  state.message = decoding->message;
  info.err = jpeg_std_error(&state.base);
  state.base.error_exit = leave;
  state.base.emit_message = note;
  if (setjmp(state.exit)) {
    jpeg_destroy_decompress(&info);
    return CJPEG_FAILED;
  }
  jpeg_create_decompress(&info);
  source.next_input_byte = decoding->data;
  source.bytes_in_buffer = decoding->size;
  source.init_source = begin;
  source.fill_input_buffer = refill;
  source.skip_input_data = skip;
  source.resync_to_restart = jpeg_resync_to_restart;
  source.term_source = begin;
  info.src = &source;
  progress.progress_monitor = watch;
  info.progress = &progress;
  jpeg_read_header(&info, TRUE);
  if ((int)info.image_width != decoding->width || (int)info.image_height != decoding->height ||
      info.num_components != decoding->components) {
    jpeg_destroy_decompress(&info);
    return CJPEG_MISMATCH;
  }
  // Components come out as they are either way; a single one is copied row by row only where it is called grey.
  J_COLOR_SPACE colours = decoding->components == 1 ? JCS_GRAYSCALE : JCS_UNKNOWN;
  info.jpeg_color_space = colours;
  info.out_color_space = colours;
  jpeg_start_decompress(&info);
  size_t stride = (size_t)decoding->width * decoding->components;
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = (JSAMPROW)decoding->samples + (size_t)info.output_scanline * stride;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_destroy_decompress(&info);
  return state.truncated ? CJPEG_TRUNCATED : CJPEG_OK;
}
