// SPDX-License-Identifier: Apache-2.0
// OpenJPH, called as directly as it can be, for codec_library.c.
#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <cstdint>
#include <cstring>

extern "C" size_t openjph_encode(
    const void *samples, int width, int height, int components, int bits, void *output) {
  ojph::codestream codestream;
  ojph::param_siz size = codestream.access_siz();
  size.set_image_extent(ojph::point(width, height));
  size.set_num_components(components);
  for (int index = 0; index < components; index++) size.set_component(index, ojph::point(1, 1), bits, false);
  ojph::param_cod coding = codestream.access_cod();
  coding.set_num_decomposition(5);
  coding.set_block_dims(64, 64);
  coding.set_progression_order("LRCP");
  coding.set_color_transform(components == 3);
  coding.set_reversible(true);
  codestream.set_planar(false);
  ojph::mem_outfile file;
  file.open();
  codestream.write_headers(&file);
  ojph::ui32 component = 0;
  ojph::line_buf *line = codestream.exchange(nullptr, component);
  for (int row = 0; row < height; row++) {
    for (int index = 0; index < components; index++) {
      size_t start = (size_t)row * width * components + component;
      for (int column = 0; column < width; column++) {
        size_t place = start + (size_t)column * components;
        line->i32[column] = bits <= 8 ? static_cast<const uint8_t *>(samples)[place]
                                      : static_cast<const uint16_t *>(samples)[place];
      }
      line = codestream.exchange(line, component);
    }
  }
  codestream.flush();
  size_t count = file.tell();
  std::memcpy(output, file.get_data(), count);
  codestream.close();
  return count;
}
