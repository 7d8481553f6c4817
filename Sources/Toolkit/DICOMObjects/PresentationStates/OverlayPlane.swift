// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// An overlay plane (Overlay Plane module, PS3.3 §C.9.2) and the layer that it is shown in (Overlay Activation,
/// §C.11.7).
public struct OverlayPlane: Sendable, Hashable {
  /// Overlay Type (60xx,0040).
  public enum Kind: String, Sendable, Hashable {
    case graphics = "G"
    case roi = "R"
  }

  /// Even group from 6000H to 601EH.
  public var group: UInt16
  public var kind: Kind
  public var rows: Int
  public var columns: Int
  /// Row and column of the image that the first pixel lies on, counted from 1.
  public var origin: [Int]
  /// Pixels in rows from the top; empty where the plane stands in the image and is only activated.
  public var pixels: [Bool]
  public var description: String
  public var label: String
  /// The graphic layer that the plane is shown in; nil hides it.
  public var activationLayer: String?

  public init(
    group: UInt16 = 0x6000, kind: Kind = .graphics, rows: Int, columns: Int, origin: [Int] = [1, 1], pixels: [Bool],
    activationLayer: String?
  ) {
    self.group = group
    self.kind = kind
    self.rows = rows
    self.columns = columns
    self.origin = origin
    self.pixels = pixels
    description = ""
    label = ""
    self.activationLayer = activationLayer
  }

  /// Reads the planes of an object, and the activations of planes that stand in its images.
  static func read(_ dataSet: DataSet) -> [OverlayPlane] {
    stride(from: UInt16(0x6000), through: 0x601E, by: 2).compactMap { group in
      func tag(_ base: Tag) -> Tag { Tag(group, base.element) }
      let hasPlane = dataSet[tag(.overlayRows)] != nil
      guard hasPlane || dataSet[tag(.overlayActivationLayer)] != nil else { return nil }
      let rows = dataSet.integer(tag(.overlayRows)) ?? 0
      let columns = dataSet.integer(tag(.overlayColumns)) ?? 0
      var plane = OverlayPlane(
        group: group, kind: dataSet.string(tag(.overlayType)).flatMap { Kind(rawValue: $0) } ?? .graphics, rows: rows,
        columns: columns, origin: dataSet.integers(tag(.overlayOrigin)) ?? [1, 1],
        pixels: bits(dataSet.bytes(tag(.overlayData)) ?? .empty, count: rows * columns),
        activationLayer: dataSet.string(tag(.overlayActivationLayer)))
      plane.description = dataSet.string(tag(.overlayDescription)) ?? ""
      plane.label = dataSet.string(tag(.overlayLabel)) ?? ""
      return plane
    }
  }

  private static func bits(_ bytes: ByteSlice, count: Int) -> [Bool] {
    bytes.withUnsafeBytes { buffer in
      (0..<min(count, buffer.count * 8)).map { buffer[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }
  }

  func write(_ object: inout AttributeWriter, layers: [String]) throws(ObjectError) {
    func tag(_ base: Tag) -> Tag { Tag(group, base.element) }
    guard (0x6000...0x601E).contains(group), group % 2 == 0 else {
      throw ObjectError(.invalid, tag(.overlayRows), in: object.path, "an overlay has an even group 6000 to 601E")
    }
    if let activationLayer, !layers.contains(activationLayer) {
      throw ObjectError(
        .invalid, tag(.overlayActivationLayer), in: object.path, "there is no graphic layer \(activationLayer)")
    }
    try object.set(tag(.overlayActivationLayer), activationLayer, .type2)
    if pixels.isEmpty { return }
    guard rows > 0, columns > 0, pixels.count == rows * columns, origin.count == 2 else {
      throw ObjectError(
        .invalid, tag(.overlayData), in: object.path, "\(pixels.count) pixels in place of \(rows) × \(columns)")
    }
    try object.set(tag(.overlayRows), rows, .type1)
    try object.set(tag(.overlayColumns), columns, .type1)
    try object.set(tag(.overlayType), kind.rawValue, .type1)
    try object.set(tag(.overlayOrigin), origin, .type1)
    try object.set(tag(.overlayBitsAllocated), 1, .type1)
    try object.set(tag(.overlayBitPosition), 0, .type1)
    try object.set(tag(.overlayDescription), description, .type3)
    try object.set(tag(.overlayLabel), label, .type3)
    var bytes = [UInt8](repeating: 0, count: (pixels.count + 15) / 16 * 2)
    for (index, pixel) in pixels.enumerated() where pixel { bytes[index / 8] |= 1 << UInt8(index % 8) }
    try object.set(tag(.overlayData), vr: .OW, bytes, .type1)
  }
}
