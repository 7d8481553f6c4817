// SPDX-License-Identifier: Apache-2.0

import DICOMPixels
import Testing

@testable import DICOMCodecs

@Suite struct GIFEncoderTests {
  /// The pixels of all images of a GIF as indices with their colours, read by a decoder that is as plain as can be.
  private func decoded(_ gif: [UInt8]) -> [[UInt8]] {
    var position = 13
    var images: [[UInt8]] = []
    while position < gif.count, gif[position] != 0x3B {
      if gif[position] == 0x21 {
        position += 2
        while gif[position] != 0 { position += Int(gif[position]) + 1 }
        position += 1
        continue
      }
      let colours = Array(gif[position + 10..<position + 778])
      position += 778
      let least = Int(gif[position])
      position += 1
      var codes: [UInt8] = []
      while gif[position] != 0 {
        codes += gif[position + 1...position + Int(gif[position])]
        position += Int(gif[position]) + 1
      }
      position += 1
      images.append(expand(codes, least).flatMap { Array(colours[Int($0) * 3..<Int($0) * 3 + 3]) })
    }
    return images
  }

  private func expand(_ bytes: [UInt8], _ least: Int) -> [UInt8] {
    let (clear, stop) = (1 << least, (1 << least) + 1)
    var table: [[UInt8]] = []
    var width = least + 1
    var previous: [UInt8] = []
    var output: [UInt8] = []
    var bit = 0
    func code() -> Int? {
      guard bit + width <= bytes.count * 8 else { return nil }
      defer { bit += width }
      return (0..<width).reduce(0) { $0 | Int(bytes[(bit + $1) / 8] >> ((bit + $1) % 8) & 1) << $1 }
    }
    while let next = code(), next != stop {
      if next == clear {
        table = (0..<clear).map { [UInt8($0)] } + [[], []]
        width = least + 1
        previous = []
        continue
      }
      let entry = next < table.count ? table[next] : previous + [previous[0]]
      output += entry
      if !previous.isEmpty, table.count < 4096 { table.append(previous + [entry[0]]) }
      if table.count == 1 << width, width < 12 { width += 1 }
      previous = entry
    }
    return output
  }

  @Test func greyComesBack() throws {
    var seed: UInt32 = 7
    // Noise fills the table many times over.
    let bytes = (0..<300 * 200).map { _ -> UInt8 in
      seed = seed &* 1_664_525 &+ 1_013_904_223
      return UInt8(seed >> 24)
    }
    let image = RenderedImage(width: 300, height: 200, samples: 1, bytes: bytes)
    let gif = try GIFEncoder().encode([image])
    #expect(Array(gif.prefix(6)) == Array("GIF89a".utf8))
    #expect(decoded(gif) == [bytes.flatMap { [$0, $0, $0] }])
  }

  @Test func fewColoursAreExact() throws {
    var bytes: [UInt8] = []
    for pixel in 0..<64 * 64 {
      let (red, green) = (UInt8(pixel % 7 * 30), UInt8(pixel / 64 / 8))
      bytes += [red, green, 9]
    }
    let image = RenderedImage(width: 64, height: 64, samples: 3, bytes: bytes)
    let gif = try GIFEncoder().encode([image, image])
    #expect(decoded(gif) == [bytes, bytes])
  }

  @Test func manyColoursAreNear() throws {
    var bytes: [UInt8] = []
    for pixel in 0..<256 * 256 {
      let (red, green) = (UInt8(pixel % 256), UInt8(pixel / 256))
      bytes += [red, green, 128]
    }
    let image = RenderedImage(width: 256, height: 256, samples: 3, bytes: bytes)
    let gif = try GIFEncoder().encode([image])
    let back = try #require(decoded(gif).first)
    #expect(back.count == bytes.count)
    var error = 0
    for (left, right) in zip(back, bytes) { error += abs(Int(left) - Int(right)) }
    #expect(error / bytes.count < 24)
  }

  @Test func sizesMustAgree() throws {
    let small = RenderedImage(width: 1, height: 1, samples: 1, bytes: [1])
    let large = RenderedImage(width: 2, height: 1, samples: 1, bytes: [1, 2])
    #expect(throws: CodecError.self) { try GIFEncoder().encode([small, large]) }
    #expect(throws: CodecError.self) { try GIFEncoder().encode([]) }
  }
}
