// SPDX-License-Identifier: Apache-2.0

import Archive
import SQLInterface

extension ArchiveError {
  /// What ails the database itself, in the archive's terms; nil for what is wrong with a statement or a row.
  init?(_ error: SQLError) {
    switch error.code {
    case .busy, .readOnly: self.init(.indexUnavailable, "\(error)")
    case .full: self.init(.storageFull, "\(error)")
    case .ioError, .disconnected, .corrupt: self.init(.storageFailed, "\(error)")
    default: return nil
    }
  }

  /// Runs a step of the index.
  static func translating<Result>(_ step: () throws -> Result) throws -> Result {
    do {
      return try step()
    } catch let error as SQLError {
      throw ArchiveError(error) ?? error
    }
  }
}
