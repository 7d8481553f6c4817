// SPDX-License-Identifier: Apache-2.0

import DICOMCore

/// Tells two lists of instances apart. A viewer that counts frames by an older list than the server's would show one
/// image in the place of another; with the mark in its request it gets none.
enum SeriesMark {
  /// FNV-1a of 32 bits over the identifiers in their order, a line feed behind each; eight hexadecimal digits.
  static func of(_ instances: [UID]) -> String {
    var hash: UInt32 = 0x811c_9dc5
    for instance in instances {
      for byte in instance.rawValue.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
      hash = (hash ^ 10) &* 0x0100_0193
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
