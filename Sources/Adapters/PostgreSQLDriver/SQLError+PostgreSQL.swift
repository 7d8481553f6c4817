// SPDX-License-Identifier: Apache-2.0

import LibPQ
import SQLInterface

extension SQLError {
  /// The error that a result tells of.
  init(result: OpaquePointer?, connection: OpaquePointer?, statement: String) {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    // PG_DIAG_SQLSTATE, PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_DETAIL
    let state = field("C") ?? ""
    let detail = field("D").map { "; " + $0 } ?? ""
    let reason = field("M").map { $0 + detail } ?? Self.message(connection)
    let code = state.isEmpty && PQstatus(connection) == CONNECTION_BAD ? Code.disconnected : Code(sqlState: state)
    self.init(code, reason: state.isEmpty ? reason : "\(reason) (SQLSTATE \(state))", statement: statement)
  }

  /// The connection is gone or did not come about.
  static func disconnected(_ connection: OpaquePointer?) -> SQLError {
    SQLError(.disconnected, reason: message(connection))
  }

  private static func message(_ connection: OpaquePointer?) -> String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    return text.isEmpty ? "the connection to the server is lost" : String(text.split(separator: "\n")[0])
  }
}

extension SQLError.Code {
  /// By the five characters of SQLSTATE (PostgreSQL documentation, appendix A).
  init(sqlState: String) {
    switch sqlState {
    // Serialization failure, deadlock, lock not available, too many connections.
    case "40001", "40P01", "55P03", "53300": self = .busy
    case "53100": self = .full
    case "58030", "58P01": self = .ioError
    case "XX001", "XX002": self = .corrupt
    case "25006": self = .readOnly
    // The result of a prepared statement would change.
    case "0A000": self = .schema
    case "57014": self = .cancelled
    // Shut down, crashed, starting.
    case "57P01", "57P02", "57P03", "57P05": self = .disconnected
    default:
      switch sqlState.prefix(2) {
      case "08": self = .disconnected
      case "23": self = .constraint
      default: self = .other
      }
    }
  }
}
