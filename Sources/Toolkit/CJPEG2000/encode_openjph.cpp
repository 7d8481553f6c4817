// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <exception>

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include "assertion_guard.h"
#include "cjpeg2000.h"

namespace {

// The quantisation step, as a part of the full range, of which the error has about the wanted size: a uniform error of
// one step has a root mean square of one step divided by the square root of twelve.
float step(double psnr) { return static_cast<float>(std::sqrt(12.0) * std::pow(10.0, -psnr / 20)); }

template <typename Sample>
void copy_row(const cjpeg2000_encoding &from, size_t row, size_t component, ojph::si32 *to) {
  const size_t width = from.width, components = from.components;
  const Sample *samples = static_cast<const Sample *>(from.samples) + row * width * components + component;
  for (size_t column = 0; column < width; column++) to[column] = static_cast<ojph::si32>(samples[column * components]);
}

void copy_row(const cjpeg2000_encoding &from, size_t row, size_t component, ojph::si32 *to) {
  switch (from.sample_bytes * 2 + (from.is_signed ? 1 : 0)) {
    case 2: return copy_row<uint8_t>(from, row, component, to);
    case 3: return copy_row<int8_t>(from, row, component, to);
    case 4: return copy_row<uint16_t>(from, row, component, to);
    case 5: return copy_row<int16_t>(from, row, component, to);
    default: return copy_row<int32_t>(from, row, component, to);
  }
}

void configure(ojph::codestream &codestream, const cjpeg2000_encoding &encoding) {
  ojph::param_siz size = codestream.access_siz();
  size.set_image_extent(ojph::point(encoding.width, encoding.height));
  size.set_num_components(encoding.components);
  for (int index = 0; index < encoding.components; index++)
    size.set_component(index, ojph::point(1, 1), encoding.bits, encoding.is_signed != 0);
  ojph::param_cod coding = codestream.access_cod();
  coding.set_num_decomposition(encoding.decompositions);
  coding.set_block_dims(64, 64);
  coding.set_progression_order(encoding.progression == CJPEG2000_RPCL ? "RPCL" : "LRCP");
  coding.set_color_transform(encoding.component_transform != 0);
  coding.set_reversible(encoding.reversible != 0);
  if (!encoding.reversible) codestream.access_qcd().set_irrev_quant(step(encoding.psnr));
  codestream.set_planar(false);
}

void encode(cjpeg2000_encoding &encoding) {
  ojph::codestream codestream;
  configure(codestream, encoding);
  ojph::mem_outfile file;
  file.open();
  codestream.write_headers(&file);
  ojph::ui32 component = 0;
  ojph::line_buf *line = codestream.exchange(nullptr, component);
  for (size_t row = 0; row < static_cast<size_t>(encoding.height); row++) {
    for (int index = 0; index < encoding.components; index++) {
      copy_row(encoding, row, component, line->i32);
      line = codestream.exchange(line, component);
    }
  }
  codestream.flush();
  encoding.size = static_cast<size_t>(file.tell());
  encoding.data = static_cast<uint8_t *>(std::malloc(encoding.size > 0 ? encoding.size : 1));
  if (encoding.data != nullptr) std::memcpy(encoding.data, file.get_data(), encoding.size);
  codestream.close();
}

}  // namespace

namespace {

void encode_or_report(void *context) {
  cjpeg2000_encoding *encoding = static_cast<cjpeg2000_encoding *>(context);
  try {
    encode(*encoding);
  } catch (const std::exception &error) {
    std::strncpy(encoding->message, error.what(), CJPEG2000_MESSAGE_SIZE - 1);
    encoding->message[CJPEG2000_MESSAGE_SIZE - 1] = 0;
  } catch (...) {
    std::strcpy(encoding->message, "unknown failure");
  }
}

}  // namespace

extern "C" int cjpeg2000_encode_openjph(cjpeg2000_encoding *encoding) {
  encoding->data = nullptr;
  encoding->size = 0;
  encoding->message[0] = 0;
  if (!assertion_guard_run(encode_or_report, encoding)) std::strcpy(encoding->message, "an assertion failed");
  if (encoding->message[0] == 0 && encoding->data != nullptr) return 0;
  std::free(encoding->data);
  encoding->data = nullptr;
  return 1;
}
