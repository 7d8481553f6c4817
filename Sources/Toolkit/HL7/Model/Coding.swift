// SPDX-License-Identifier: Apache-2.0

/// How a message writes its values: delimiters and character sets.
public struct Coding: Sendable, Hashable {
  public var delimiters: Delimiters
  public var characterSets: CharacterSets

  public init(delimiters: Delimiters = .standard, characterSets: CharacterSets = .undeclared) {
    self.delimiters = delimiters
    self.characterSets = characterSets
  }

  /// Cuts at a delimiter, passing over characters of several bytes that contain its code.
  func split(_ bytes: ArraySlice<UInt8>, at delimiter: UInt8?) -> [ArraySlice<UInt8>] {
    guard let delimiter else { return [bytes] }
    var pieces: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    var scanner = CharacterScanner(characterSets)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let length = scanner.length(of: bytes[index...])
      if length == 1, bytes[index] == delimiter {
        pieces.append(bytes[start..<index])
        start = index + 1
      }
      index += length
    }
    pieces.append(bytes[start...])
    return pieces
  }
}
