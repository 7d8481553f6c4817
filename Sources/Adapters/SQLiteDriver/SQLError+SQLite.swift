// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import SQLInterface

extension SQLError {
  /// An error of GRDB's in the interface's terms.
  init(sqlite error: any Error) {
    if let known = error as? SQLError {
      self = known
    } else if let error = error as? DatabaseError {
      self.init(
        Code(sqlite: error.extendedResultCode.rawValue), reason: error.message ?? error.resultCode.description,
        statement: error.sql ?? "")
    } else {
      self.init(.other, reason: String(describing: error))
    }
  }

  /// The driver's errors in the interface's terms; the errors of a transaction's body as they are.
  static func passing(_ error: any Error) -> any Error {
    error is DatabaseError ? SQLError(sqlite: error) : error
  }
}

extension SQLError.Code {
  /// By the primary part of an extended result code.
  init(sqlite code: Int32) {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
    case SQLITE_CONSTRAINT: self = .constraint
    case SQLITE_FULL: self = .full
    case SQLITE_IOERR, SQLITE_CANTOPEN: self = .ioError
    case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
    case SQLITE_READONLY: self = .readOnly
    case SQLITE_INTERRUPT: self = .cancelled
    case SQLITE_SCHEMA: self = .schema
    default: self = .other
    }
  }
}
