// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// A table of a Modality, VOI or Presentation LUT Sequence (PS3.3 §C.11.1, §C.11.2, §C.11.6).
public struct LookupTable: Sendable, Hashable {
  /// The first stored value that is mapped.
  public var firstMapped: Int
  public var entries: [UInt16]
  /// Bits of each entry, 8 to 16.
  public var bits: Int
  public var explanation: String

  public init(firstMapped: Int, entries: [UInt16], bits: Int = 16, explanation: String = "") {
    self.firstMapped = firstMapped
    self.entries = entries
    self.bits = bits
    self.explanation = explanation
  }

  /// Reads an item; nil where it has no table.
  init?(_ item: DataSet) {
    guard let descriptor = item.integers(.lutDescriptor), descriptor.count == 3, let data = item.integers(.lutData)
    else {
      return nil
    }
    firstMapped = descriptor[1]
    bits = descriptor[2]
    let count = descriptor[0] == 0 ? 65_536 : descriptor[0] & 0xFFFF
    entries = data.prefix(count).map { UInt16(truncatingIfNeeded: $0) }
    explanation = item.string(.lutExplanation) ?? ""
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    guard (1...65_536).contains(entries.count), (8...16).contains(bits) else {
      throw ObjectError(.invalid, .lutDescriptor, in: path, "a LUT has 1 to 65536 entries of 8 to 16 bits")
    }
    if let entry = entries.first(where: { Int($0) >= 1 << bits }) {
      throw ObjectError(.invalid, .lutData, in: path, "the entry \(entry) does not fit into \(bits) bits")
    }
    var item = AttributeWriter(path: path)
    let count = entries.count == 65_536 ? 0 : entries.count
    let isSigned = firstMapped < 0
    // In SS the count is still unsigned (PS3.3 §C.11.1.1.1).
    let first = isSigned && count > 0x7FFF ? count - 0x10000 : count
    try item.set(.lutDescriptor, [first, firstMapped, bits], .type1, vr: isSigned ? .SS : .US)
    try item.set(.lutExplanation, explanation, .type3)
    // Explicit VR headers of US have a length of 16 bits.
    try item.set(.lutData, entries.map { Int($0) }, .type1, vr: entries.count < 32_000 ? .US : .OW)
    return item.dataSet
  }
}

/// From stored values to those that a VOI transformation takes (Modality LUT module, PS3.3 §C.11.1).
public enum ModalityTransformation: Sendable, Hashable {
  case rescale(slope: Double, intercept: Double, type: String)
  case table(LookupTable, type: String)

  init?(_ dataSet: DataSet) {
    if let item = dataSet.items(.modalityLUTSequence).first, let table = LookupTable(item) {
      self = .table(table, type: item.string(.modalityLUTType) ?? "US")
    } else if let slope = dataSet.double(.rescaleSlope) {
      self = .rescale(
        slope: slope, intercept: dataSet.double(.rescaleIntercept) ?? 0, type: dataSet.string(.rescaleType) ?? "US")
    } else {
      return nil
    }
  }

  func write(_ object: inout AttributeWriter) throws(ObjectError) {
    switch self {
    case .rescale(let slope, let intercept, let type):
      try object.set(.rescaleIntercept, intercept, .type1)
      try object.set(.rescaleSlope, slope, .type1)
      try object.set(.rescaleType, type, .type1)
    case .table(let table, let type):
      try object.set(.modalityLUTSequence, [table], .type1) { (table, path) throws(ObjectError) in
        var item = AttributeWriter(path: path)
        item.merge(try table.dataSet(path: path))
        try item.set(.modalityLUTType, type, .type1)
        return item.dataSet
      }
    }
  }
}

/// From values to what is shown of them (Softcopy VOI LUT module, PS3.3 §C.11.8).
public struct VOITransformation: Sendable, Hashable {
  /// VOI LUT Function.
  public enum Function: String, Sendable, Hashable {
    case linear = "LINEAR"
    case linearExact = "LINEAR_EXACT"
    case sigmoid = "SIGMOID"
  }

  public var windows: [FrameWindow]
  public var function: Function
  public var tables: [LookupTable]
  /// The images that it is for; empty means all.
  public var images: [ImageReference]

  public init(
    windows: [FrameWindow] = [], function: Function = .linear, tables: [LookupTable] = [],
    images: [ImageReference] = []
  ) {
    self.windows = windows
    self.function = function
    self.tables = tables
    self.images = images
  }

  init(_ item: DataSet) {
    let explanations = item.strings(.windowCenterWidthExplanation) ?? []
    windows = zip(item.doubles(.windowCenter) ?? [], item.doubles(.windowWidth) ?? []).enumerated().map {
      FrameWindow(
        center: $1.0, width: $1.1, explanation: $0 < explanations.count ? explanations[$0] : "")
    }
    function = item.string(.voiLUTFunction).flatMap { Function(rawValue: $0) } ?? .linear
    tables = item.items(.voiLUTSequence).compactMap { LookupTable($0) }
    images = ReferencedImages.read(item)
  }

  func dataSet(path: String) throws(ObjectError) -> DataSet {
    var item = AttributeWriter(path: path)
    guard !windows.isEmpty || !tables.isEmpty else {
      throw ObjectError(.missing, .windowCenter, in: path, "a window or a VOI LUT (type 1C)")
    }
    for window in windows where window.width <= 0 || function == .linear && window.width < 1 {
      throw ObjectError(.invalid, .windowWidth, in: path, "\(window.width) is too narrow (PS3.3 §C.11.2.1.2)")
    }
    try ReferencedImages.write(images, &item, .type3)
    try item.set(.windowCenter, windows.map(\.center), .type3)
    try item.set(.windowWidth, windows.map(\.width), .type3)
    try item.set(.windowCenterWidthExplanation, windows.map(\.explanation), .type3)
    if !windows.isEmpty { try item.set(.voiLUTFunction, function.rawValue, .type3) }
    try item.set(.voiLUTSequence, tables, .type3) { (table, path) throws(ObjectError) in
      try table.dataSet(path: path)
    }
    return item.dataSet
  }
}
