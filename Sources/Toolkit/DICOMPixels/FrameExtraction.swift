// SPDX-License-Identifier: Apache-2.0

public import DICOMCore
import DICOMDictionary

/// Which frames of a multi-frame instance are retrieved at the FRAME level (PS3.4 §Y.3.3, table Y.6.1.1.3).
public enum FrameSelection: Sendable, Hashable {
  /// Simple Frame List (0008,1161): frame numbers, from 1.
  case simple([Int])
  /// Calculated Frame List (0008,1162): first, last and increment.
  case calculated([Int])
  /// Time Range (0008,1163): from and to, in seconds after the first frame.
  case time(from: Double, to: Double)

  /// Of an identifier; nil where it has none of them, more than one, or one that makes no sense.
  public init?(_ identifier: DataSet) {
    let given = [Tag.simpleFrameList, .calculatedFrameList, .timeRange].filter { identifier[$0] != nil }
    guard given.count == 1 else { return nil }
    let values = identifier.doubles(given[0]) ?? []
    // A stranger may write them as any kind of number.
    let numbers = values.compactMap { Int(exactly: $0) }
    guard given[0] == .timeRange || numbers.count == values.count else { return nil }
    switch given[0] {
    case .timeRange:
      guard values.count == 2, values[0] <= values[1] else { return nil }
      self = .time(from: values[0], to: values[1])
    case .simpleFrameList:
      guard !numbers.isEmpty, numbers.allSatisfy({ $0 >= 1 }) else { return nil }
      self = .simple(numbers)
    default:
      guard !numbers.isEmpty, numbers.count.isMultiple(of: 3),
        stride(from: 0, to: numbers.count, by: 3).allSatisfy({
          numbers[$0] >= 1 && numbers[$0 + 1] >= numbers[$0] && numbers[$0 + 2] >= 1
        })
      else { return nil }
      self = .calculated(numbers)
    }
  }

  /// Frame numbers, from 1, ascending, each once; those that the instance does not have are left out.
  /// - Parameter times: seconds of each frame after the first; nil where the instance is not time-based.
  func frames(of count: Int, times: [Double]?) throws(FrameExtraction.Failure) -> [Int] {
    let wanted: [Int]
    switch self {
    case .simple(let numbers): wanted = Set(numbers).filter { $0 <= count }.sorted()
    case .calculated(let numbers):
      var found: Set<Int> = []
      for start in stride(from: 0, to: numbers.count, by: 3) {
        found.formUnion(stride(from: numbers[start], through: min(numbers[start + 1], count), by: numbers[start + 2]))
      }
      wanted = found.sorted()
    case .time(let from, let to):
      guard let times else { throw .notTimeBased }
      wanted = times.indices.filter { (from...to).contains(times[$0]) }.map { $0 + 1 }
    }
    if wanted.isEmpty { throw .noSuchFrames }
    return wanted
  }
}

/// Makes an instance of some frames of another one (PS3.4 §Y.3.3, PS3.3 §C.12.3).
public enum FrameExtraction {
  /// Why it is not made; each has a status of C-MOVE and C-GET (PS3.4 tables Y.4.1.1.4 and Y.4.2.1.4).
  public enum Failure: Error, Sendable, Hashable {
    /// AA00.
    case noSuchFrames
    /// AA02.
    case cannotBeExtracted(String)
    /// AA03.
    case notTimeBased
  }

  /// - Parameter instance: SOP Instance UID of what is made.
  public static func extract(
    _ selection: FrameSelection, from source: DataSet, as instance: UID
  ) throws(Failure) -> DataSet {
    let count = source.integer(.numberOfFrames) ?? 1
    guard count > 0, let pixels = source[.pixelData] else { throw .cannotBeExtracted("it has no frames") }
    let frames = try selection.frames(of: count, times: times(source, count))
    var made = source
    made.set(.sopInstanceUID, instance)
    made.set(.numberOfFrames, .IS, String(frames.count))
    try made.set(pixelData(pixels, source, count, frames))
    made.remove(.extendedOffsetTable)
    made.remove(.extendedOffsetTableLengths)
    let groups = source.items(.perFrameFunctionalGroupsSequence)
    if groups.count == count {
      made.set(.perFrameFunctionalGroupsSequence, items: frames.map { groups[$0 - 1] })
    }
    if let vector = source.doubles(.frameTimeVector), vector.count == count, let times = times(source, count) {
      var last = times[frames[0] - 1]
      made.set(
        .frameTimeVector, .DS,
        frames.map { frame in
          defer { last = times[frame - 1] }
          return String("\((times[frame - 1] - last) * 1000)".prefix(16))
        })
    }
    var origin = DataSet()
    origin.set(.multiFrameSourceSOPInstanceUID, .UI, source.string(.sopInstanceUID) ?? "")
    switch selection {
    case .simple, .calculated: origin.set(.simpleFrameList, .UL, integers: frames)
    case .time(let from, let to):
      origin.set(
        DataElement(
          tag: .timeRange, vr: .FD,
          value: .bytes(
            ByteSlice(
              [from, to].flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } }))
        ))
    }
    made.set(.frameExtractionSequence, items: source.items(.frameExtractionSequence) + [origin])
    return made
  }

  /// Seconds of each frame after the first.
  private static func times(_ source: DataSet, _ count: Int) -> [Double]? {
    if let vector = source.doubles(.frameTimeVector), vector.count == count {
      var time = 0.0
      return vector.enumerated().map { index, step in
        time += index == 0 ? 0 : step / 1000
        return time
      }
    }
    guard let step = source.doubles(.frameTime)?.first, step > 0 else { return nil }
    return (0..<count).map { Double($0) * step / 1000 }
  }

  private static func pixelData(
    _ pixels: DataElement, _ source: DataSet, _ count: Int, _ frames: [Int]
  ) throws(Failure) -> DataElement {
    switch pixels.value {
    case .fragments(let all):
      let fragments = Array(all.dropFirst())
      let table = all.first.map(offsets) ?? []
      do throws(PixelError) {
        let map = try FragmentMap(fragments: fragments, numberOfFrames: count, offsets: table)
        let kept = frames.flatMap { Array(fragments[map.frames[$0 - 1]]) }
        return DataElement(tag: .pixelData, vr: pixels.vr, value: .fragments([.empty] + kept))
      } catch {
        throw .cannotBeExtracted("\(error)")
      }
    case .bytes(let bytes):
      let bits = source.integer(.bitsAllocated) ?? 0
      let size =
        (source.integer(.rows) ?? 0) * (source.integer(.columns) ?? 0) * (source.integer(.samplesPerPixel) ?? 1)
      guard bits > 0, bits.isMultiple(of: 8), size > 0, bytes.count >= size * bits / 8 * count else {
        throw .cannotBeExtracted("its frames do not begin at bytes, or are not all there")
      }
      let length = size * bits / 8
      var kept: [UInt8] = []
      kept.reserveCapacity(length * frames.count + 1)
      bytes.withUnsafeBytes { source in
        for frame in frames { kept += source[(frame - 1) * length..<frame * length] }
      }
      if !kept.count.isMultiple(of: 2) { kept.append(0) }
      return DataElement(tag: .pixelData, vr: pixels.vr, value: .bytes(ByteSlice(kept)))
    case .items: throw .cannotBeExtracted("its pixel data is a sequence")
    }
  }

  /// Basic Offset Table.
  private static func offsets(_ table: ByteSlice) -> [UInt64] {
    stride(from: 0, to: table.count - table.count % 4, by: 4).map { start in
      (0..<4).reduce(UInt64(0)) { $0 | UInt64(table[start + $1]) << UInt64($1 * 8) }
    }
  }
}
