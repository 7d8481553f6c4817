// SPDX-License-Identifier: Apache-2.0

import Archive
import CDirectIO
import Crypto
import DICOMCore

/// The members of a study file that hold the heads of its series (`SeriesHeads`): `heads/<SeriesUID>.bin`, behind the
/// last object of the series.
struct StudyHeads {
  static let folder = "heads"
  /// Fewer objects are read each for itself.
  private static let fewest = 2

  private var writer = SeriesHeadsWriter()
  private var series: UID?
  private var written: Set<UID> = []

  mutating func add(_ offset: Int64, _ length: Int64, _ collector: HeadCollector?) {
    if let collector { writer.add(offset: offset, length: length, collector) }
  }

  /// Ends a series where another one follows.
  /// - Returns: name and bytes of the member with its heads.
  mutating func end(before next: UID?) -> (name: String, bytes: [UInt8])? {
    guard next != series else { return nil }
    let ended = series
    let done = writer
    series = next
    writer = SeriesHeadsWriter()
    guard let ended, done.count >= Self.fewest, written.insert(ended).inserted else { return nil }
    let stem =
      MemberName.isFit(ended)
      ? ended.rawValue : "odd-\(SHA256.hash(data: Array(ended.rawValue.utf8)).hexadecimal)"
    return (stem + ".bin", done.bytes)
  }
}

extension SegmentStore {
  /// Members behind an object that are passed over on the way to the heads of its series: what corrections hide now,
  /// and versions of it that nobody asks for.
  private static let passedOver = 8

  public func heads(behind last: ObjectExtent, expected: Int64) throws -> SeriesHeads? {
    let path = last.file
    guard path.hasPrefix(StudyFileMaker.folder + "/"), let length = files.length(path) else { return nil }
    let record = Int64(SegmentLayout.record)
    var start = SegmentLayout.end(ofMemberAt: last.offset - record, length: last.length)
    for _ in 0...Self.passedOver {
      let count = min(record + expected, length - start)
      guard count >= record else { return nil }
      var bytes = try bytes(path, offset: start, count: count)
      guard
        let header = bytes.withUnsafeBytes({ TarHeader(UnsafeRawBufferPointer(rebasing: $0[..<SegmentLayout.record])) }
        ),
        header.kind == .file, header.size <= length - start - record
      else { return nil }
      guard header.prefix == StudyHeads.folder else {
        start = SegmentLayout.end(ofMemberAt: start, length: header.size)
        continue
      }
      let end = record + header.size
      if end > count { bytes += try self.bytes(path, offset: start + count, count: end - count) }
      let body = ByteSlice(bytes)[SegmentLayout.record..<Int(end)]
      let checksum = body.withUnsafeBytes { cdio_crc32c(0, $0.baseAddress, $0.count) }
      return checksum == header.bodyChecksum ? SeriesHeads(body) : nil
    }
    return nil
  }

  private func bytes(_ path: String, offset: Int64, count: Int64) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(count))
    try read(path, offset: offset, count: count) { bytes.append(contentsOf: $0) }
    return bytes
  }
}
