// SPDX-License-Identifier: Apache-2.0

/// Why an instance was not taken. Its bytes are in quarantine.
public enum Refusal: Sendable, Hashable {
  /// The command set, or the request, names another SOP class or instance than the data set does (PS3.4 §B.2.3, A900).
  case mismatch(String)
  /// SOP, study or series UID is missing or malformed, or the data set cannot be read (PS3.4 §B.2.3, Cxxx).
  case unusable(String)

  /// For a person, and for Error Comment (0000,0902).
  public var reason: String {
    switch self {
    case .mismatch(let reason), .unusable(let reason): reason
    }
  }
}

/// What became of an instance that was given to the archive.
public enum IngestOutcome: Sendable, Hashable {
  /// Durable and indexed; version 1, or a further one listed as a conflict.
  case stored(InstanceIdentity, version: Int)
  /// The identical data set was there already.
  case duplicate(InstanceIdentity)
  case refused(Refusal)
}
