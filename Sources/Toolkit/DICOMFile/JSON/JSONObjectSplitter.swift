// SPDX-License-Identifier: Apache-2.0

import DICOMCore

extension DICOMJSON {
  /// Cuts a stream of models into its objects, so that a text of any length is read with one object in memory: one
  /// object, an array of them, or one after the other with white space between (JSON lines).
  public struct ObjectSplitter {
    /// Bytes of one object. Pixel data as base64 is the longest part of one.
    public static let defaultObjectLength = 1 << 30

    private enum Place { case between, inObject, afterArray }

    private let limit: Int
    private var place = Place.between
    private var isInArray = false
    private var needsComma = false
    private var object: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var input: [UInt8] = []
    private var position = 0
    private var offset = 0
    private var isFinished = false

    public init(objectLength: Int = defaultObjectLength) { limit = objectLength }

    /// Gives the next piece of the text.
    public mutating func feed(_ bytes: ByteSlice) {
      offset += position
      input.removeFirst(position)
      position = 0
      bytes.withUnsafeBytes { input.append(contentsOf: $0) }
    }

    /// Says that there are no more pieces.
    public mutating func finish() { isFinished = true }

    /// The text of the next object; nil where more pieces are needed, or at the end.
    public mutating func next() throws(ReadError) -> [UInt8]? {
      while position < input.count {
        if place == .inObject {
          guard try takeObject() else { break }
          place = .between
          needsComma = isInArray
          defer { object = [] }
          return object
        }
        try takeMark(input[position])
        position += 1
      }
      if isFinished, place == .inObject || (isInArray && place != .afterArray) {
        throw failure("The text ends within an object or array.")
      }
      return nil
    }

    /// What stands between objects.
    private mutating func takeMark(_ byte: UInt8) throws(ReadError) {
      switch byte {
      case 0x20, 0x0A, 0x0D, 0x09, 0x1E: break
      case 0xEF, 0xBB, 0xBF: if offset + position > 2 { throw failure("An object is expected.") }
      case UInt8(ascii: "{") where place == .between && !needsComma:
        place = .inObject
        position -= 1  // takeObject reads it too
      case UInt8(ascii: "[") where place == .between && !isInArray: isInArray = true
      case UInt8(ascii: ",") where isInArray && needsComma && place == .between: needsComma = false
      case UInt8(ascii: "]") where isInArray && place == .between: place = .afterArray
      default: throw failure("An object is expected.")
      }
    }

    /// Takes bytes up to the end of the object; false where it goes on.
    private mutating func takeObject() throws(ReadError) -> Bool {
      let start = position
      var isComplete = false
      while position < input.count, !isComplete {
        let byte = input[position]
        position += 1
        if isInString {
          if isEscaped {
            isEscaped = false
          } else if byte == UInt8(ascii: "\\") {
            isEscaped = true
          } else if byte == UInt8(ascii: "\"") {
            isInString = false
          }
        } else {
          switch byte {
          case UInt8(ascii: "\""): isInString = true
          case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
          case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            isComplete = depth == 0
          default: break
          }
        }
      }
      guard object.count + position - start <= limit else {
        throw ReadError(.limitExceeded, "An object is longer than \(limit) bytes.", offset: offset + start)
      }
      object.append(contentsOf: input[start..<position])
      return isComplete
    }

    private func failure(_ reason: String) -> ReadError {
      ReadError(.invalidJSON, reason, offset: offset + position)
    }
  }
}
