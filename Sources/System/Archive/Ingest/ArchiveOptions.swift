// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile

/// What an archive is told when it is made.
public struct ArchiveOptions: Sendable {
  /// Implementation Class UID (0002,0012) in the files that are written (PS3.10 §7.1).
  public var implementationClassUID: UID
  /// Implementation Version Name (0002,0013), at most 16 characters.
  public var implementationVersionName: String
  /// Microseconds since 1970-01-01 UTC.
  public var now: @Sendable () -> Int64

  public init(
    version: String, implementationClassUID: UID = FileMetaInformation.implementationClass,
    now: @escaping @Sendable () -> Int64 = ArchiveOptions.systemTime
  ) {
    self.implementationClassUID = implementationClassUID
    implementationVersionName = String("MARTLET_\(version)".prefix(16))
    self.now = now
  }
}
