// SPDX-License-Identifier: Apache-2.0

import Crypto
import DICOMCore
import DICOMServices

/// The UIDs that a view gives: the same ones for the same sources at each question, without a list of them
/// (PS3.4 §C.3.5).
enum ViewUID {
  static func instance(_ view: QueryRetrieveView, _ source: UID, frame: Int? = nil) -> UID {
    derived([view.rawValue, "instance", source.rawValue] + (frame.map { [String($0)] } ?? []))
  }

  static func series(_ view: QueryRetrieveView, _ source: UID) -> UID {
    derived([view.rawValue, "series", source.rawValue])
  }

  /// Of an image that is made of several.
  /// - Parameter sources: in any order.
  static func joined(_ view: QueryRetrieveView, _ sources: [UID]) -> UID {
    derived([view.rawValue, "joined"] + sources.sorted().map(\.rawValue))
  }

  /// Whether a UID may be one of these.
  static func isOne(_ uid: UID) -> Bool { uid.rawValue.hasPrefix("2.25.") }

  /// A UUID of version 8 (RFC 9562 §5.8) out of a digest, as a decimal number (PS3.5 §B.2).
  private static func derived(_ words: [String]) -> UID {
    let digest = SHA256.hash(data: Array(("martlet\n" + words.joined(separator: "\n")).utf8))
    var number: UInt128 = 0
    for byte in digest.prefix(16) { number = number << 8 | UInt128(byte) }
    number = number & ~(UInt128(0xF) << 76) | UInt128(8) << 76
    number = number & ~(UInt128(3) << 62) | UInt128(2) << 62
    return UID("2.25.\(number)")
  }
}
