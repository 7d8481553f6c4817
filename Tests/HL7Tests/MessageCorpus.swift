// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The messages of the corpus with what an independent reader found in each.
enum MessageCorpus {
  struct Entry: Decodable, CustomStringConvertible, Sendable {
    let file: String
    var type: String?
    var control_id: String?
    var version: String?
    var segments: [String]?
    var pid3_1: String?
    var pid5: String?
    var orc1: String?
    var orc2: String?
    var obr4_1: String?
    var obx_count: Int?
    var charset: String?
    var batch: Bool?
    var parse_error: String?
    var description: String { file }
  }

  private struct Manifest: Decodable { let files: [Entry] }

  private static let folders: [URL] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return [root.appendingPathComponent("Tests/Corpus/hl7"), root.appendingPathComponent("../shared/corpus/hl7")]
  }()

  static func bytes(_ file: String) -> [UInt8]? {
    folders.lazy.compactMap { try? Data(contentsOf: $0.appendingPathComponent(file)) }.first.map { Array($0) }
  }

  /// Those that are here: the ones under other licences stand beside the checkout, or are absent.
  static let present: [Entry] = {
    let manifests = folders.compactMap { try? Data(contentsOf: $0.appendingPathComponent("manifest.json")) }
    let lists = manifests.compactMap { try? JSONDecoder().decode(Manifest.self, from: $0).files }
    let all = lists.max { $0.count < $1.count } ?? []
    let present = all.filter { bytes($0.file) != nil }
    print("HL7 corpus: \(present.count) present, \(all.count - present.count) absent")
    return present
  }()
}
