// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// Preamble and file meta information of the files that ingest writes (PS3.10 §7.1).
enum FileHead {
  static func encode(
    sopClass: UID, sopInstance: UID, transferSyntax: UID, arrival: Arrival, options: ArchiveOptions
  ) -> [UInt8] {
    FileMetaInformation.encode(
      sopClass: limited(sopClass), sopInstance: limited(sopInstance), transferSyntax: limited(transferSyntax),
      origin: FileMetaInformation.Origin(
        implementationClass: options.implementationClassUID,
        implementationVersion: options.implementationVersionName,
        source: arrival.source.way == .dimse && isAETitle(arrival.source.sender) ? arrival.source.sender : nil,
        privateInformation: .init(creator: Arrival.creator, bytes: arrival.encoded)))
  }

  /// What a stranger sent may be no UID at all.
  private static func limited(_ uid: UID) -> UID { UID(String(uid.rawValue.prefix(64))) }

  /// 1 to 16 characters of the default repertoire without control characters and backslash (PS3.5 §6.2).
  private static func isAETitle(_ title: String) -> Bool {
    (1...16).contains(title.utf8.count) && title.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x5C }
  }
}
