// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// ICC profiles that objects carry (ICC Profile module, PS3.3 §C.11.15).
public enum ColourProfile {
  /// An input profile for sRGB (ICC.1:2001): matrix and a gamma of 2.2, the white point D50.
  public static let sRGB: ByteSlice = {
    let curve = tag("curv") + number32(1) + [0x02, 0x33]
    let description = Array("sRGB".utf8) + [0]
    let text = tag("desc") + number32(UInt32(description.count)) + description + [UInt8](repeating: 0, count: 78)
    let tags: [(String, [UInt8])] = [
      ("desc", text), ("cprt", tag("text") + Array("Public domain".utf8) + [0]),
      ("wtpt", xyz(0.9642, 1, 0.8249)), ("rXYZ", xyz(0.4360, 0.2225, 0.0139)),
      ("gXYZ", xyz(0.3851, 0.7169, 0.0971)), ("bXYZ", xyz(0.1431, 0.0606, 0.7141)),
      ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
    ]
    var directory = number32(UInt32(tags.count))
    var body: [UInt8] = []
    let start = 128 + 4 + tags.count * 12
    for (name, data) in tags {
      directory += Array(name.utf8) + number32(UInt32(start + body.count)) + number32(UInt32(data.count))
      body += data + [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
    }
    var header = number32(UInt32(start + body.count)) + number32(0) + [2, 0x20, 0, 0]
    header += Array("scnrRGB XYZ ".utf8)
    for part: UInt16 in [2024, 1, 1, 0, 0, 0] { header += [UInt8(part >> 8), UInt8(part & 0xFF)] }
    header += Array("acsp".utf8) + [UInt8](repeating: 0, count: 28) + xyz(0.9642, 1, 0.8249).dropFirst(8)
    header += [UInt8](repeating: 0, count: 128 - header.count)
    return ByteSlice(header + directory + body)
  }()

  private static func tag(_ name: String) -> [UInt8] { Array(name.utf8) + number32(0) }

  private static func number32(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }

  private static func xyz(_ x: Double, _ y: Double, _ z: Double) -> [UInt8] {
    tag("XYZ ") + [x, y, z].flatMap { number32(UInt32(($0 * 65_536).rounded())) }
  }
}
