// SPDX-License-Identifier: Apache-2.0

import Archive
import Crypto
import DICOMCore

/// The path of an object inside a segment: `<StudyUID>/<SeriesUID>/<SOPUID>.dcm`, `~2` and so on behind the UID of a
/// further version; `odd/<sha256>.dcm` where a UID is nothing that a file may be called.
struct MemberName: Equatable {
  let prefix: String
  let name: String
  /// The outermost folder.
  let folder: String

  init(_ object: ObjectName) {
    let version = object.version > 1 ? "~\(object.version)" : ""
    if [object.study, object.series, object.instance].allSatisfy(Self.isFit) {
      prefix = "\(object.study)/\(object.series)"
      name = "\(object.instance)\(version).dcm"
      folder = object.study.rawValue
    } else {
      let text = "\(object.study)/\(object.series)/\(object.instance)"
      let digest = SHA256.hash(data: Array(text.utf8))
      prefix = "odd"
      name = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\(version).dcm"
      folder = "odd"
    }
  }

  /// 1 to 64 digits and points, a digit first: nothing that leads out of a folder.
  static func isFit(_ uid: UID) -> Bool {
    let bytes = uid.rawValue.utf8
    return bytes.count <= 64 && bytes.first.map { (0x30...0x39).contains($0) } == true
      && bytes.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
  }
}
