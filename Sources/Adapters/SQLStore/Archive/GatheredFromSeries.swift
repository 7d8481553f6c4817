// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What a study's row keeps of its series: the words that they are called by, and the regions that they show
/// (PS3.4 table C.3-1).
struct GatheredFromSeries {
  /// Of a study with very many series, the first suffice to find it.
  private static let textLimit = 4000
  private static let regionLimit = 32

  /// A line for each description and protocol name.
  private(set) var text = ""
  private(set) var isChanged = false
  private var items: [DataSet] = []
  private var lines: Set<Substring> = []
  private var codes: Set<[UInt8]> = []

  init() {}

  init(text: String, regions: [DataElement]) {
    self.text = text
    lines = Set(text.split(separator: "\n"))
    items = regions.first?.items ?? []
    codes = Set(items.map(Self.encoded))
  }

  /// Anatomic Regions in Study Code Sequence (0008,0063), encoded; empty where none is known.
  var regions: [UInt8] {
    if items.isEmpty { return [] }
    let element = DataElement(tag: .anatomicRegionsInStudyCodeSequence, vr: .SQ, value: .items(items))
    return AttributeBlob.encode([element], byteOrder: .littleEndian)
  }

  mutating func add(_ series: DataSet) {
    for tag in [Tag.seriesDescription, .protocolName] {
      let line = Substring(Columns.text(series, tag))
      if line.isEmpty || lines.contains(line) || text.utf8.count + line.utf8.count > Self.textLimit { continue }
      lines.insert(line)
      text += text.isEmpty ? String(line) : "\n" + line
      isChanged = true
    }
    for item in series.items(.anatomicRegionSequence) where items.count < Self.regionLimit {
      if codes.insert(Self.encoded(item)).inserted {
        items.append(item)
        isChanged = true
      }
    }
  }

  private static func encoded(_ item: DataSet) -> [UInt8] {
    AttributeBlob.encode(item.elements, byteOrder: item.byteOrder)
  }
}
