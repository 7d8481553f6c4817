// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile

/// By which way, from whom and when an instance came, as its file tells it: Private Information (0002,0102) of the file
/// meta information (PS3.10 §7.1), so that the index can be rebuilt from files alone.
struct Arrival: Equatable {
  var source: InstanceSource
  /// Microseconds since 1970-01-01 UTC.
  var receivedAt: Int64
  /// What it was before it was compressed, and the CRC-32C of the data set as received.
  var original: Original?

  struct Original: Equatable {
    var form: OriginalForm
    var dataSetChecksum: UInt32
  }

  /// Says that the private information is what `encoded` makes.
  static let creator: UID = "2.25.190377404118461027735306402215961843716"
  /// The longest text of a stranger that is kept.
  private static let maximumText = 256

  /// Lines of UTF-8: time, way, sender, receiver, address; of what was compressed, what it was.
  var encoded: [UInt8] {
    var lines = [String(receivedAt), source.way.rawValue, source.sender, source.receiver, source.address]
    if let original {
      let form = original.form
      let checksums = "\(Self.digits(form.fileChecksum)) \(Self.digits(original.dataSetChecksum))"
      lines.append("\(form.common) \(form.dataSetLength) \(checksums)")
    }
    return Array(lines.map { String($0.prefix(Self.maximumText).filter { $0 != "\n" }) }.joined(separator: "\n").utf8)
  }

  init(source: InstanceSource, receivedAt: Int64, original: Original? = nil) {
    self.source = source
    self.receivedAt = receivedAt
    self.original = original
  }

  /// Nil where the file was written by another program.
  init?(_ meta: DataSet) {
    guard meta.uid(.privateInformationCreatorUID) == Self.creator, let bytes = meta[.privateInformation]?.bytes
    else { return nil }
    let text = String(decoding: bytes.array.prefix { $0 != 0 }, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 5 || lines.count == 6, let receivedAt = Int64(lines[0]),
      let way = InstanceSource.Way(rawValue: lines[1])
    else { return nil }
    self.receivedAt = receivedAt
    source = InstanceSource(way: way, sender: lines[2], receiver: lines[3], address: lines[4])
    if lines.count == 6 {
      guard let original = Self.original(lines[5]) else { return nil }
      self.original = original
    }
  }

  private static func original(_ line: String) -> Original? {
    let words = line.split(separator: " ").map(String.init)
    guard words.count == 7, let length = Int64(words[4]), let file = UInt32(words[5], radix: 16),
      let dataSet = UInt32(words[6], radix: 16),
      let form = OriginalForm(
        common: words.prefix(4).joined(separator: " "), dataSetLength: length, fileChecksum: file)
    else { return nil }
    return Original(form: form, dataSetChecksum: dataSet)
  }

  /// Eight hexadecimal digits.
  static func digits(_ checksum: UInt32) -> String {
    let digits = String(checksum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension InstanceSource {
  /// From whom an instance came, as the meta information of its stored file tells it; nil where another program wrote
  /// the file.
  public init?(fileMetaInformation meta: DataSet) {
    guard let arrival = Arrival(meta) else { return nil }
    self = arrival.source
  }
}
