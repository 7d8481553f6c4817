// SPDX-License-Identifier: Apache-2.0

import DICOMServices
import LibStemmer
import SQLInterface

/// The words of a report as they are indexed and looked for: folded, then without their endings. Both engines get the
/// same words, so they answer alike.
struct ReportWords {
  /// How many words a denial reaches.
  private static let reach = 8

  private let language: ReportLanguage
  private let stemmer: Stemmer?

  init(_ language: ReportLanguage) {
    self.language = language
    stemmer = language.snowball.flatMap { Stemmer($0) }
  }

  func stems(of text: String) -> [String] { SearchWords.words(text).map(stem) }

  /// The same without what the text denies.
  func affirmedStems(of text: String) -> [String] {
    var kept: [String] = []
    for sentence in text.split(whereSeparator: { ".;:!?\n\r".contains($0) }) {
      kept += affirmed(SearchWords.words(String(sentence))).map(stem)
    }
    return kept
  }

  /// What a question asks for.
  func terms(_ question: String) -> [SearchTerm] {
    SearchWords.terms(question).map { term in
      guard !term.isPrefix else {
        return SearchTerm(term.words.dropLast().map(stem) + term.words.suffix(1), isPrefix: true)
      }
      return SearchTerm(term.words.map(stem))
    }
  }

  /// The words of a text, as they stand there in small letters, that a question asks for.
  func matches(of question: String, in text: String) -> [String] {
    ReportWordMarker(self, question: question).matches(in: text)
  }

  func stem(_ word: String) -> String {
    guard let stemmer else { return language == .czech ? CzechStemmer.stem(word) : word }
    let (form, isStem) = WordForms.prepared(word, language)
    return isStem ? form : WordForms.finished(TextFolding.fold(stemmer.stem(form)), language)
  }

  private func affirmed(_ words: [String]) -> [String] {
    var kept: [String] = []
    var denied = 0
    var index = 0
    while index < words.count {
      if let negation = language.negations.filter({ words[index...].starts(with: $0) }).max(by: { $0.count < $1.count })
      {
        denied = Self.reach
        index += negation.count
        continue
      }
      if language.contrasts.contains(words[index]) { denied = 0 }
      if denied > 0 { denied -= 1 } else { kept.append(words[index]) }
      index += 1
    }
    return kept
  }
}

/// Finds the words of a question in texts of one language; what it found of a word once it knows in the next text.
final class ReportWordMarker {
  private let words: ReportWords
  private let stems: Set<String>
  private let beginnings: [String]
  private var known: [Substring: Bool] = [:]

  init(_ words: ReportWords, question: String) {
    self.words = words
    let asked = words.terms(question)
    stems = Set(asked.flatMap { $0.isPrefix ? Array($0.words.dropLast()) : $0.words })
    beginnings = asked.filter(\.isPrefix).compactMap(\.words.last)
  }

  /// As they stand there in small letters.
  func matches(in text: String) -> [String] {
    var found = Set<String>()
    for written in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where isAsked(written) {
      found.insert(String(written))
    }
    return found.sorted()
  }

  private func isAsked(_ written: Substring) -> Bool {
    if let known = known[written] { return known }
    let isAsked = SearchWords.words(String(written)).contains { word in
      stems.contains(words.stem(word)) || beginnings.contains { word.hasPrefix($0) }
    }
    known[written] = isAsked
    return isAsked
  }
}

/// Snowball's stemmer of one language; used by one thread at a time.
private final class Stemmer {
  private let handle: OpaquePointer

  init?(_ algorithm: String) {
    guard let handle = sb_stemmer_new(algorithm, "UTF_8") else { return nil }
    self.handle = handle
  }

  deinit { sb_stemmer_delete(handle) }

  func stem(_ word: String) -> String {
    let bytes = Array(word.utf8)
    guard let symbols = sb_stemmer_stem(handle, bytes, Int32(bytes.count)) else { return word }
    let length = Int(sb_stemmer_length(handle))
    return length > 0 ? String(decoding: UnsafeBufferPointer(start: symbols, count: length), as: UTF8.self) : word
  }
}
