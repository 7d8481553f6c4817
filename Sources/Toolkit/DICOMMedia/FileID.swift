// SPDX-License-Identifier: Apache-2.0

/// Names a file of a file-set (PS3.10 §8.2): its path below the root, component by component.
public struct FileID: Sendable, Hashable, CustomStringConvertible {
  /// Components at the most (PS3.10 §8.2).
  public static let mostComponents = 8
  /// Characters of a component at the most (PS3.10 §8.2).
  public static let longestComponent = 8
  /// The File ID of the directory itself (PS3.10 §8.6).
  public static let directory = FileID(unchecked: ["DICOMDIR"])

  public let components: [String]

  /// Takes what stands in a directory, whether PS3.10 allows it or not; `isConformant` says so.
  public init(unchecked components: [String]) { self.components = components }

  /// - Throws: `invalidFileID` unless there are 1 to 8 components of 1 to 8 characters `A`-`Z`, `0`-`9`, `_`.
  public init(_ components: [String]) throws(MediaError) {
    self.components = components
    guard isConformant else {
      throw MediaError(.invalidFileID, "\(self) is no File ID: up to 8 parts of up to 8 of A-Z, 0-9 and _.")
    }
  }

  /// PS3.10 §8.2 and §8.5 allow it.
  public var isConformant: Bool {
    (1...Self.mostComponents).contains(components.count)
      && components.allSatisfy { part in
        (1...Self.longestComponent).contains(part.utf8.count) && part.utf8.allSatisfy(Self.isAllowed)
      }
  }

  /// The path below the root with slashes; nil where a component could lead elsewhere than below the root.
  public var path: String? {
    let isSafe =
      !components.isEmpty
      && components.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".."
          && part.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 != 0x7F }
      }
    return isSafe ? components.joined(separator: "/") : nil
  }

  public var description: String { components.joined(separator: "\\") }

  static func isAllowed(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || byte == UInt8(ascii: "_")
  }

  /// `IM000012`: two letters and six digits; from a million on one letter and seven digits.
  static func component(_ letters: String, _ number: Int) -> String {
    let digits = String(number)
    let prefix = digits.utf8.count <= 6 ? letters : String(letters.prefix(max(longestComponent - digits.utf8.count, 0)))
    let zeros = max(longestComponent - prefix.utf8.count - digits.utf8.count, 0)
    return prefix + String(repeating: "0", count: zeros) + digits
  }
}
