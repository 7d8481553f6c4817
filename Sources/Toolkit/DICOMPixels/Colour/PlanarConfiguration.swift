// SPDX-License-Identifier: Apache-2.0

/// Planar Configuration (0028,0006), PS3.3 §C.7.6.3.1.3.
public enum PlanarConfiguration {
  /// Turns planes of samples into samples side by side.
  public static func interleave(_ planes: [UInt8], _ description: PixelDescription) -> [UInt8] {
    let size = description.sampleBytes
    let samples = description.samplesPerPixel
    let pixels = description.pixelsPerFrame
    guard samples > 1, planes.count >= pixels * samples * size else { return planes }
    return [UInt8](unsafeUninitializedCapacity: pixels * samples * size) { output, count in
      planes.withUnsafeBytes { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for sample in 0..<samples {
          let plane = source + sample * pixels * size
          switch size {
          case 1: spread(plane, UnsafeMutableRawPointer(target), sample, samples, pixels, UInt8.self)
          case 2: spread(plane, UnsafeMutableRawPointer(target), sample, samples, pixels, UInt16.self)
          case 4: spread(plane, UnsafeMutableRawPointer(target), sample, samples, pixels, UInt32.self)
          default: spread(plane, UnsafeMutableRawPointer(target), sample, samples, pixels, UInt64.self)
          }
        }
      }
      count = pixels * samples * size
    }
  }

  private static func spread<Sample: FixedWidthInteger>(
    _ plane: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ sample: Int, _ samples: Int, _ pixels: Int,
    _: Sample.Type
  ) {
    let input = plane.assumingMemoryBound(to: Sample.self)
    let output = target.assumingMemoryBound(to: Sample.self)
    for pixel in 0..<pixels { output[pixel * samples + sample] = input[pixel] }
  }
}
