// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// What a presentation state subtracts from one frame (PS3.3 §C.7.6.10, §C.11.13, §C.11.19): the mean of mask frames,
/// moved by parts of pixels, from the mean of the frame and those behind it. Both in the unit that the modality
/// transform of the state gives, which is to be logarithmic for X-rays (PS3.4 §N.2.1.2).
public struct MaskSubtraction: Sendable, Hashable {
  /// Most frames of a mean.
  public static let maximumFrames = 256
  /// Most regions that move by themselves.
  public static let maximumRegions = 32

  /// How far the mask moves for a part of the frame.
  public struct Shift: Sendable, Hashable {
    /// Towards the bottom, in rows.
    public let rows: Double
    /// To the right, in columns.
    public let columns: Double
    /// Nil for the whole frame; a polygon, borders included.
    public let region: [DisplayShutter.Corner]?
  }

  /// Frames of the mask, counted from 0.
  public let maskFrames: [Int]
  /// The frame itself and those that are averaged with it, counted from 0.
  public let contrastFrames: [Int]
  /// Later ones win where they overlap; where there is none the mask stays in its place.
  public let shifts: [Shift]
  private let transforms: [Int: ModalityTransform]
  private let modality: ModalityTransform

  /// The subtraction for a frame; nil where its items say none.
  /// - Parameters:
  ///   - items: those of Mask Subtraction Sequence that are for the image.
  ///   - frame: counted from 0.
  ///   - count: frames of the image.
  ///   - modality: the transform of the state.
  /// - Throws: `.unsupported` for other operations than AVG_SUB, TID and REV_TID; `.invalid` for a mask that is not
  ///   there and for REV_TID without a range of frames; `.limit`.
  init?(
    _ items: [DataSet], frame: Int, count: Int, modality: ModalityTransform, isSigned: Bool
  ) throws(PixelError) {
    guard
      let item = items.first(where: {
        $0.string(.maskOperation) != "NONE" && Self.applies($0, .applicableFrameRange, frame)
      })
    else { return nil }
    guard let masks = try Self.maskFrames(item, frame, count) else { return nil }
    maskFrames = masks
    let averaged = item.integer(.contrastFrameAveraging) ?? 1
    guard averaged <= Self.maximumFrames else {
      throw PixelError(.limit, "a mean of \(averaged) frames", frame: frame)
    }
    contrastFrames = Array(frame..<max(min(frame + averaged, count), frame + 1))
    shifts = try Self.shifts(item, frame)
    self.modality = modality
    transforms = Self.transforms(item, maskFrames + contrastFrames, isSigned)
  }

  /// Frames of the mask, counted from 0; nil where none lies before the frame, or behind, which is shown as it is then.
  private static func maskFrames(_ item: DataSet, _ frame: Int, _ count: Int) throws(PixelError) -> [Int]? {
    let offset = item.integer(.tidOffset) ?? 1
    let interval: Int
    switch item.string(.maskOperation) ?? "" {
    case "AVG_SUB":
      let numbers = item.integers(.maskFrameNumbers) ?? []
      guard !numbers.isEmpty, numbers.allSatisfy({ $0 >= 1 && $0 <= count }) else {
        throw PixelError(.invalid, "mask frames \(numbers.prefix(8)) of \(count)", frame: frame)
      }
      guard numbers.count <= maximumFrames else {
        throw PixelError(.limit, "a mask of \(numbers.count) frames", frame: frame)
      }
      return numbers.map { $0 - 1 }
    case "TID": interval = offset
    case "REV_TID":
      guard let range = item.integers(.applicableFrameRange), range.count >= 2, range[0] >= 1 else {
        throw PixelError(.invalid, "mask operation REV_TID without its frame range", frame: frame)
      }
      // The mask goes back as the frame goes on, from the first frame of the first range.
      guard range[0] <= count else { return nil }
      interval = offset.magnitude < count ? offset + 2 * (frame + 1 - range[0]) : offset
    case let other: throw PixelError(.unsupported, "mask operation \(other)", frame: frame)
    }
    guard interval.magnitude < count, frame - interval >= 0, frame - interval < count else { return nil }
    return [frame - interval]
  }

  /// Whether a frame lies in pairs of first and last numbers; without any all do.
  private static func applies(_ item: DataSet, _ range: Tag, _ frame: Int) -> Bool {
    guard let numbers = item.integers(range), numbers.count >= 2 else { return true }
    return stride(from: 0, to: numbers.count - 1, by: 2).contains {
      numbers[$0] <= frame + 1 && frame + 1 <= numbers[$0 + 1]
    }
  }

  /// Mask Sub-pixel Shift, or the shifts of regions that are for the frame.
  private static func shifts(_ item: DataSet, _ frame: Int) throws(PixelError) -> [Shift] {
    let perRegion = item.items(.pixelShiftSequence).first { applies($0, .pixelShiftFrameRange, frame) }
    let items = perRegion?.items(.regionPixelShiftSequence) ?? [item]
    guard items.count <= maximumRegions else {
      throw PixelError(.limit, "\(items.count) regions that move by themselves", frame: frame)
    }
    return items.compactMap { item in
      guard let shift = item.doubles(.maskSubPixelShift), shift.count == 2, shift.allSatisfy(\.isFinite) else {
        return nil
      }
      let vertices = DisplayShutter.positions(item, .verticesOfTheRegion)
      guard vertices.count >= 6, vertices.count <= DisplayShutter.maximumCorners * 2 else {
        return Shift(rows: shift[0], columns: shift[1], region: nil)
      }
      let corners = stride(from: 0, to: vertices.count - 1, by: 2).map {
        DisplayShutter.Corner(row: vertices[$0], column: vertices[$0 + 1])
      }
      return Shift(rows: shift[0], columns: shift[1], region: corners)
    }
  }

  /// Tables that make intensities logarithmic, for the frames that have one.
  private static func transforms(_ item: DataSet, _ frames: [Int], _ isSigned: Bool) -> [Int: ModalityTransform] {
    let items = item.items(.pixelIntensityRelationshipLUTSequence).filter { $0.string(.lutFunction) == "TO_LOG" }
    var found: [Int: ModalityTransform] = [:]
    for frame in frames {
      guard let item = items.first(where: { applies($0, .lutFrameRange, frame) }) else { continue }
      found[frame] = LookupTable(item: item, signedInput: isSigned).map { .table($0) }
    }
    return found
  }

  // MARK: Values

  /// The difference, as floating point samples of 64 bits.
  /// - Parameter decoded: gives a frame, counted from 0; grey, all of one size.
  /// - Throws: `PixelError` for colour and frames of different sizes, and what `decoded` throws.
  public func difference(_ decoded: (Int) throws -> DecodedFrame) throws -> DecodedFrame {
    let first = try decoded(contrastFrames[0])
    guard first.samplesPerPixel == 1, first.photometric.isMonochrome else {
      throw PixelError(.invalid, "a subtraction of images in colour", frame: contrastFrames[0])
    }
    func mean(_ frames: [Int]) throws -> [Double] {
      var sum = [Double](repeating: 0, count: first.sampleCount)
      for frame in frames {
        let values = try (frame == contrastFrames[0] ? first : decoded(frame)).values(transforms[frame] ?? modality)
        guard values.count == sum.count else {
          throw PixelError(.invalid, "frames of different sizes", frame: frame)
        }
        for index in sum.indices { sum[index] += values[index] }
      }
      return sum.map { $0 / Double(frames.count) }
    }
    var result = try mean(contrastFrames)
    let mask = moved(try mean(maskFrames), width: first.columns, height: first.rows)
    for index in result.indices { result[index] -= mask[index] }
    var frame = first
    (frame.format, frame.bitsAllocated, frame.bitsStored, frame.isSigned) = (.float, 64, 64, true)
    frame.bytes = result.withUnsafeBytes { Array($0) }
    return frame
  }

  /// The mask as the shifts move it, linear between pixels; beyond its borders their values go on.
  private func moved(_ mask: [Double], width: Int, height: Int) -> [Double] {
    var result = mask
    for shift in shifts {
      let outside = shift.region.map {
        DisplayShutter(shapes: [.polygon($0)], colour: .black).mask(width: width, height: height) { _ in nil }
      }
      for row in 0..<height {
        let (above, below, down) = Self.neighbours(Double(row) - shift.rows, height)
        for column in 0..<width where outside?[row * width + column] != 1 {
          let (left, right, along) = Self.neighbours(Double(column) - shift.columns, width)
          let upper = mask[above * width + left] * (1 - along) + mask[above * width + right] * along
          let lower = mask[below * width + left] * (1 - along) + mask[below * width + right] * along
          result[row * width + column] = upper * (1 - down) + lower * down
        }
      }
    }
    return result
  }

  /// The two positions around one, and how far it is towards the second.
  private static func neighbours(_ position: Double, _ count: Int) -> (Int, Int, Double) {
    let inside = min(max(position, 0), Double(count - 1))
    let low = Int(inside)
    return (low, min(low + 1, count - 1), inside - Double(low))
  }
}

extension DecodedFrame {
  /// Every sample in the modality's unit.
  fileprivate func values(_ modality: ModalityTransform) -> [Double] {
    func each<Sample: BitwiseCopyable>(_: Sample.Type, _ number: (Sample) -> Double) -> [Double] {
      bytes.withUnsafeBytes { $0.assumingMemoryBound(to: Sample.self).map { modality(number($0)) } }
    }
    return switch (format, bitsAllocated, isSigned) {
    case (.integer, 8, false): each(UInt8.self) { Double($0) }
    case (.integer, 8, true): each(Int8.self) { Double($0) }
    case (.integer, 16, false): each(UInt16.self) { Double(UInt16(littleEndian: $0)) }
    case (.integer, 16, true): each(Int16.self) { Double(Int16(littleEndian: $0)) }
    case (.integer, 32, false): each(UInt32.self) { Double(UInt32(littleEndian: $0)) }
    case (.integer, 32, true): each(Int32.self) { Double(Int32(littleEndian: $0)) }
    case (.integer, _, false): each(UInt64.self) { Double(UInt64(littleEndian: $0)) }
    case (.integer, _, true): each(Int64.self) { Double(Int64(littleEndian: $0)) }
    case (.float, 32, _): each(Float.self) { Double($0) }
    case (.float, _, _): each(Double.self) { $0 }
    }
  }
}
