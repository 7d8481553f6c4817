// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import SQLInterface

/// Words as they are indexed and looked for on every engine: runs of letters, marks and digits, folded. Each character
/// of a script that is written without spaces is a word.
enum SearchWords {
  /// A longer run is no word that anybody looks for.
  private static let lengthLimit = 64
  /// More than a person asks for.
  private static let termLimit = 16

  static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    func end() {
      if !word.isEmpty { words.append(String(String.UnicodeScalarView(word.prefix(lengthLimit)))) }
      word = String.UnicodeScalarView()
    }
    for scalar in TextFolding.fold(text).unicodeScalars {
      if isIdeograph(scalar) {
        end()
        words.append(String(scalar))
      } else if isPartOfWord(scalar) {
        word.append(scalar)
      } else {
        end()
      }
    }
    end()
    return words
  }

  /// What a question asks for.
  static func terms(_ question: String) -> [SearchTerm] {
    var terms: [SearchTerm] = []
    // Odd parts stand between quotation marks.
    for (index, part) in question.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        terms.append(SearchTerm(words(String(part))))
      } else {
        for word in part.split(whereSeparator: \.isWhitespace) {
          terms.append(SearchTerm(words(String(word)), isPrefix: word.hasSuffix("*")))
        }
      }
    }
    return Array(terms.filter { !$0.words.isEmpty }.prefix(termLimit))
  }

  private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value)
    }
    let properties = scalar.properties
    return properties.isAlphabetic || properties.numericType != nil
  }

  /// Kana, Han and the like.
  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3134F: true
    default: false
    }
  }
}
