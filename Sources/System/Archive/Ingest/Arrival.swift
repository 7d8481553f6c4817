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

  /// Says that the private information is what `encoded` makes.
  static let creator: UID = "2.25.190377404118461027735306402215961843716"
  /// The longest text of a stranger that is kept.
  private static let maximumText = 256

  /// Lines of UTF-8: time, way, sender, receiver, address.
  var encoded: [UInt8] {
    let lines = [String(receivedAt), source.way.rawValue, source.sender, source.receiver, source.address]
    return Array(lines.map { String($0.prefix(Self.maximumText).filter { $0 != "\n" }) }.joined(separator: "\n").utf8)
  }

  init(source: InstanceSource, receivedAt: Int64) {
    self.source = source
    self.receivedAt = receivedAt
  }

  /// Nil where the file was written by another program.
  init?(_ meta: DataSet) {
    guard meta.uid(.privateInformationCreatorUID) == Self.creator, let bytes = meta[.privateInformation]?.bytes
    else { return nil }
    let text = String(decoding: bytes.array.prefix { $0 != 0 }, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count == 5, let receivedAt = Int64(lines[0]), let way = InstanceSource.Way(rawValue: lines[1])
    else { return nil }
    self.receivedAt = receivedAt
    source = InstanceSource(way: way, sender: lines[2], receiver: lines[3], address: lines[4])
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
