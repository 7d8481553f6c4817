// SPDX-License-Identifier: Apache-2.0
// One codec library, called from C as directly as it can be: what DICOMCodecs is measured against.
//
//   codec_library decode ROUNDS STREAM WIDTH HEIGHT COMPONENTS BITS
//   codec_library encode ROUNDS SAMPLES WIDTH HEIGHT COMPONENTS BITS
//
// Built once for each library: cc -O2 -DUSE_TURBO codec_library.c -ljpeg, and so on (toolkit_bench.py). Prints bytes,
// seconds of processor time and the FNV-1a checksum of the last result.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int width, height, components, bits;
static uint8_t *input, *output;
static size_t input_size, output_size;

static void fail(const char *why) {
  fprintf(stderr, "codec_library: %s\n", why);
  exit(1);
}

static int sample_bytes(void) { return bits <= 8 ? 1 : 2; }
static size_t decoded_size(void) { return (size_t)width * height * components * sample_bytes(); }

#if defined(USE_TURBO) || defined(USE_GDCM8) || defined(USE_GDCM12) || defined(USE_GDCM16)

#if defined(USE_TURBO)
#include <jpeglib.h>
#elif defined(USE_GDCM8)
#include <gdcm-3.0/gdcmjpeg/8/jpeglib.h>
#elif defined(USE_GDCM12)
#include <gdcm-3.0/gdcmjpeg/12/jpeglib.h>
#else
#include <gdcm-3.0/gdcmjpeg/16/jpeglib.h>
#endif

static void nothing(j_common_ptr info) { (void)info; }
static void skip(j_decompress_ptr info, long count) {
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= count;
}
static boolean no_more(j_decompress_ptr info) {
  (void)info;
  fail("no more input");
  return FALSE;
}
static boolean no_room(j_compress_ptr info) {
  (void)info;
  fail("no more room");
  return FALSE;
}

static void decode(void) {
  struct jpeg_decompress_struct from;
  struct jpeg_error_mgr errors;
  from.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&from);
  struct jpeg_source_mgr source = {
      .next_input_byte = input, .bytes_in_buffer = input_size, .init_source = (void (*)(j_decompress_ptr))nothing,
      .fill_input_buffer = no_more, .skip_input_data = skip, .resync_to_restart = jpeg_resync_to_restart,
      .term_source = (void (*)(j_decompress_ptr))nothing};
  from.src = &source;
  jpeg_read_header(&from, TRUE);
  from.out_color_space = from.jpeg_color_space;
  jpeg_start_decompress(&from);
  size_t row = (size_t)width * components * sizeof(JSAMPLE);
  while (from.output_scanline < from.output_height) {
    JSAMPROW line = (JSAMPROW)(output + row * from.output_scanline);
    jpeg_read_scanlines(&from, &line, 1);
  }
  jpeg_finish_decompress(&from);
  jpeg_destroy_decompress(&from);
  output_size = decoded_size();
}

static void encode(void) {
  struct jpeg_compress_struct to;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr room = {
      .next_output_byte = output, .free_in_buffer = decoded_size() * 2,
      .init_destination = (void (*)(j_compress_ptr))nothing, .empty_output_buffer = no_room,
      .term_destination = (void (*)(j_compress_ptr))nothing};
  to.err = jpeg_std_error(&errors);
  jpeg_create_compress(&to);
  to.dest = &room;
  to.image_width = width;
  to.image_height = height;
  to.input_components = components;
#if defined(USE_TURBO)
  to.in_color_space = components == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(&to);
  if (components == 3) to.comp_info[0].v_samp_factor = 1;
  jpeg_set_quality(&to, 90, TRUE);
#else
  to.in_color_space = JCS_UNKNOWN;
  jpeg_set_defaults(&to);
  jpeg_simple_lossless(&to, 1, 0);
#endif
  to.optimize_coding = TRUE;
  jpeg_start_compress(&to, TRUE);
  size_t row = (size_t)width * components * sizeof(JSAMPLE);
  while (to.next_scanline < to.image_height) {
    JSAMPROW line = (JSAMPROW)(input + row * to.next_scanline);
    jpeg_write_scanlines(&to, &line, 1);
  }
  jpeg_finish_compress(&to);
  jpeg_destroy_compress(&to);
  output_size = decoded_size() * 2 - room.free_in_buffer;
}

#elif defined(USE_CHARLS)

#include <charls/charls.h>

static void decode(void) { fail("not measured: the toolkit decodes JPEG-LS itself"); }

static void encode(void) {
  charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
  charls_frame_info info = {width, height, bits, components};
  charls_jpegls_encoder_set_frame_info(encoder, &info);
  if (components > 1) charls_jpegls_encoder_set_interleave_mode(encoder, CHARLS_INTERLEAVE_MODE_LINE);
  charls_jpegls_encoder_set_destination_buffer(encoder, output, decoded_size() * 2 + 1024);
  if (charls_jpegls_encoder_encode_from_buffer(encoder, input, input_size, 0) != CHARLS_JPEGLS_ERRC_SUCCESS)
    fail("charls");
  charls_jpegls_encoder_get_bytes_written(encoder, &output_size);
  charls_jpegls_encoder_destroy(encoder);
}

#elif defined(USE_OPENJPEG)

#include <openjpeg.h>

static size_t at;

static OPJ_SIZE_T read_some(void *to, OPJ_SIZE_T count, void *context) {
  (void)context;
  if (at >= input_size) return (OPJ_SIZE_T)-1;
  if (count > input_size - at) count = input_size - at;
  memcpy(to, input + at, count);
  at += count;
  return count;
}

static OPJ_SIZE_T write_some(void *from, OPJ_SIZE_T count, void *context) {
  (void)context;
  memcpy(output + at, from, count);
  at += count;
  if (at > output_size) output_size = at;
  return count;
}

static OPJ_OFF_T skip_some(OPJ_OFF_T count, void *context) {
  (void)context;
  at += count;
  return count;
}

static OPJ_BOOL seek_to(OPJ_OFF_T place, void *context) {
  (void)context;
  at = place;
  return OPJ_TRUE;
}

static opj_stream_t *stream(int reads) {
  opj_stream_t *made = opj_stream_default_create(reads);
  at = 0;
  opj_stream_set_user_data(made, input, NULL);
  opj_stream_set_user_data_length(made, input_size);
  opj_stream_set_read_function(made, read_some);
  opj_stream_set_write_function(made, write_some);
  opj_stream_set_skip_function(made, skip_some);
  opj_stream_set_seek_function(made, seek_to);
  return made;
}

static void decode(void) {
  opj_codec_t *codec = opj_create_decompress(OPJ_CODEC_J2K);
  opj_stream_t *from = stream(OPJ_TRUE);
  opj_dparameters_t parameters;
  opj_image_t *image = NULL;
  opj_set_default_decoder_parameters(&parameters);
  opj_setup_decoder(codec, &parameters);
  if (!opj_read_header(from, codec, &image) || !opj_decode(codec, from, image)) fail("openjpeg");
  size_t pixels = (size_t)width * height;
  for (int component = 0; component < components; component++) {
    const OPJ_INT32 *data = image->comps[component].data;
    if (sample_bytes() == 1) {
      for (size_t i = 0; i < pixels; i++) output[i * components + component] = (uint8_t)data[i];
    } else {
      for (size_t i = 0; i < pixels; i++) ((uint16_t *)output)[i * components + component] = (uint16_t)data[i];
    }
  }
  output_size = decoded_size();
  opj_image_destroy(image);
  opj_stream_destroy(from);
  opj_destroy_codec(codec);
}

static void encode(void) {
  opj_image_cmptparm_t parts[4];
  memset(parts, 0, sizeof parts);
  for (int i = 0; i < components; i++)
    parts[i] = (opj_image_cmptparm_t){.dx = 1, .dy = 1, .w = width, .h = height, .prec = bits};
  opj_image_t *image = opj_image_create(components, parts, components == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = width;
  image->y1 = height;
  size_t pixels = (size_t)width * height;
  for (int component = 0; component < components; component++) {
    OPJ_INT32 *data = image->comps[component].data;
    for (size_t i = 0; i < pixels; i++) {
      size_t place = i * components + component;
      data[i] = sample_bytes() == 1 ? input[place] : ((uint16_t *)input)[place];
    }
  }
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_mct = components == 3;
  opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t *to = stream(OPJ_FALSE);
  output_size = 0;
  if (!opj_setup_encoder(codec, &parameters, image) || !opj_start_compress(codec, image, to) ||
      !opj_encode(codec, to) || !opj_end_compress(codec, to))
    fail("openjpeg");
  opj_stream_destroy(to);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
}

#elif defined(USE_JXL)

#include <jxl/decode.h>
#include <jxl/encode.h>

static JxlPixelFormat format(void) {
  return (JxlPixelFormat){components, bits <= 8 ? JXL_TYPE_UINT8 : JXL_TYPE_UINT16, JXL_LITTLE_ENDIAN, 0};
}

static void decode(void) {
  JxlDecoder *decoder = JxlDecoderCreate(NULL);
  JxlPixelFormat wanted = format();
  JxlDecoderSubscribeEvents(decoder, JXL_DEC_FULL_IMAGE);
  JxlDecoderSetInput(decoder, input, input_size);
  JxlDecoderCloseInput(decoder);
  for (;;) {
    JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
    if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
      JxlDecoderSetImageOutBuffer(decoder, &wanted, output, decoded_size());
    } else if (status == JXL_DEC_FULL_IMAGE) {
      break;
    } else {
      fail("jxl");
    }
  }
  JxlDecoderDestroy(decoder);
  output_size = decoded_size();
}

// Lossless at the effort that the toolkit has; samples stretched over 16 bits, as the library wants them.
static void encode(void) {
  size_t count = (size_t)width * height * components;
  uint8_t *samples = malloc(count * sample_bytes());
  for (size_t i = 0; i < count; i++) {
    if (sample_bytes() == 1) {
      samples[i] = input[i];
    } else {
      uint32_t greatest = (1u << bits) - 1;
      ((uint16_t *)samples)[i] = (((uint16_t *)input)[i] * 65535u + greatest / 2) / greatest;
    }
  }
  JxlEncoder *encoder = JxlEncoderCreate(NULL);
  JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(encoder, NULL);
  JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, 3);
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = width;
  info.ysize = height;
  info.bits_per_sample = bits;
  info.num_color_channels = components;
  info.uses_original_profile = JXL_TRUE;
  JxlEncoderSetBasicInfo(encoder, &info);
  JxlColorEncoding colour;
  JxlColorEncodingSetToSRGB(&colour, components == 1);
  JxlEncoderSetColorEncoding(encoder, &colour);
  JxlEncoderSetFrameLossless(settings, JXL_TRUE);
  JxlPixelFormat given = format();
  if (JxlEncoderAddImageFrame(settings, &given, samples, count * sample_bytes()) != JXL_ENC_SUCCESS) fail("jxl");
  JxlEncoderCloseInput(encoder);
  uint8_t *next = output;
  size_t room = decoded_size() * 2 + 1024;
  if (JxlEncoderProcessOutput(encoder, &next, &room) != JXL_ENC_SUCCESS) fail("jxl");
  output_size = next - output;
  JxlEncoderDestroy(encoder);
  free(samples);
}

#elif defined(USE_OPENJPH)

// codec_openjph.cpp
size_t openjph_encode(const void *samples, int width, int height, int components, int bits, void *output);

static void decode(void) { fail("not measured: the toolkit decodes by OpenJPEG"); }
static void encode(void) { output_size = openjph_encode(input, width, height, components, bits, output); }

#elif defined(USE_ZLIB)

#include <zlib.h>

static void decode(void) {
  z_stream from = {.next_in = input, .avail_in = input_size, .next_out = output, .avail_out = decoded_size()};
  if (inflateInit2(&from, -15) != Z_OK) fail("zlib");
  int status = inflate(&from, Z_FINISH);
  if (status != Z_STREAM_END && status != Z_BUF_ERROR) fail("inflate");
  output_size = from.total_out;
  inflateEnd(&from);
}

static void encode(void) {
  z_stream to = {
      .next_in = input, .avail_in = input_size, .next_out = output, .avail_out = decoded_size() * 2 + 1024};
  if (deflateInit2(&to, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) fail("zlib");
  if (deflate(&to, Z_FINISH) != Z_STREAM_END) fail("deflate");
  output_size = to.total_out;
  deflateEnd(&to);
}

#endif

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
  if (count != 8) fail("usage: codec_library decode|encode ROUNDS FILE WIDTH HEIGHT COMPONENTS BITS");
  long rounds = atol(arguments[2]);
  FILE *file = fopen(arguments[3], "rb");
  if (file == NULL) fail("no such file");
  width = atoi(arguments[4]);
  height = atoi(arguments[5]);
  components = atoi(arguments[6]);
  bits = atoi(arguments[7]);
  fseek(file, 0, SEEK_END);
  input_size = ftell(file);
  rewind(file);
  input = malloc(input_size + 1);
  input_size = fread(input, 1, input_size, file);
  output = malloc(decoded_size() * 2 + 1024);
  double start = seconds();
  for (long round = 0; round < rounds; round++) strcmp(arguments[1], "decode") == 0 ? decode() : encode();
  double end = seconds();
  uint64_t checksum = 0xCBF29CE484222325;
  for (size_t i = 0; i < output_size; i++) checksum = (checksum ^ output[i]) * 0x100000001B3;
  printf("{\"bytes\": %zu, \"seconds\": %f, \"checksum\": %llu}\n", decoded_size() * rounds, end - start,
         (unsigned long long)checksum);
  return 0;
}
