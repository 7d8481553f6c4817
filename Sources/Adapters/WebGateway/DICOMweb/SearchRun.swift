// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMServices
import DICOMWeb

/// One search in the index, and in the stored instances where it asks for what the index does not keep.
struct SearchRun: Sendable {
  /// A page of answers.
  struct Page: Sendable {
    var answers: [DataSet] = []
    /// Answers in all pages; nil where counting would mean looking at each.
    var total: Int?
    var hasMore = false
    /// Other archives that gave no answer.
    var absent: [String] = []
  }

  /// Answers to one request; more are announced by a Warning (PS3.18 §8.3.4.4).
  static let largestPage = 5000
  /// Answers for each of which a stored instance is read.
  static let largestReadPage = 500

  let request: SearchRequest
  let archive: ImageArchive
  let base: String
  /// Asked after this one; nil where there are none.
  let others: (any OtherArchives)?
  /// Attributes that stand in the stored instances only.
  private let unindexed: Set<Tag>

  init(request: SearchRequest, archive: ImageArchive, base: String, others: (any OtherArchives)? = nil) {
    self.others = others
    self.request = request
    self.archive = archive
    self.base = base
    unindexed =
      request.level == .instances
      ? request.includedFields.filter { !IndexedAttributes.all.contains($0) && !InstanceMetadata.isPixelData($0) } : []
  }

  /// Answers that are given at most.
  var limit: Int {
    min(request.limit ?? .max, unindexed.isEmpty ? Self.largestPage : Self.largestReadPage)
  }

  func page() throws -> Page {
    let filters = !request.emptyValues.isEmpty
    var query = IndexQuery(
      level: request.level.queryLevel, identifier: request.identifier, fuzzyNames: request.fuzzyMatching,
      offset: filters ? 0 : request.offset, limit: filters ? nil : limit + 1)
    var page = Page()
    var skipped = filters ? 0 : request.offset
    try archive.index.find(query) { answer in
      if filters {
        guard request.emptyValues.matches(answer) else { return true }
        if skipped < request.offset {
          skipped += 1
          return true
        }
      }
      guard page.answers.count < limit else {
        page.hasMore = true
        return false
      }
      page.answers.append(answer)
      return true
    }
    if !filters {
      query.offset = 0
      query.limit = nil
      let isWhole = !page.hasMore && (request.offset == 0 || !page.answers.isEmpty)
      page.total = isWhole ? request.offset + page.answers.count : try archive.index.count(query)
    }
    for index in page.answers.indices {
      var answer = page.answers[index]
      if !unindexed.isEmpty { try complete(&answer) }
      page.answers[index] = SearchResult.shape(answer, for: request, base: base)
    }
    if let others { try add(others, to: &page) }
    return page
  }

  /// What other archives have stands behind all that is here.
  private func add(_ others: any OtherArchives, to page: inout Page) throws {
    guard !page.hasMore, let total = page.total,
      let found = try FederatedSearch(request: request, others: others, index: archive.index).answers()
    else { return }
    let rest = found.answers.dropFirst(max(0, request.offset - total))
    let room = limit - page.answers.count
    page.hasMore = rest.count > room
    page.total = total + found.answers.count
    page.absent = found.absent
    page.answers += rest.prefix(room).map { other in
      var answer = SearchResult.shape(other.dataSet, for: request, base: base)
      answer.set(.retrieveAETitle, .AE, other.node)
      answer.set(.instanceAvailability, .CS, "NEARLINE")
      return answer
    }
  }

  /// Adds what only the stored instance says, in UTF-8.
  private func complete(_ answer: inout DataSet) throws {
    guard let uid = answer.uid(.sopInstanceUID),
      let instance = try archive.index.instances(.init(instances: [uid])).first
    else { return }
    var stored = try archive.metadata(of: instance)
    stored.keep { unindexed.contains($0.tag) || $0.tag == .specificCharacterSet }
    for element in try DICOMJSON.decode(DICOMJSON.encode(stored)).elements where unindexed.contains(element.tag) {
      answer.set(element)
    }
  }
}

extension SearchRequest.Level {
  fileprivate var queryLevel: QueryLevel {
    switch self {
    case .studies: .study
    case .series: .series
    case .instances: .instance
    }
  }
}
