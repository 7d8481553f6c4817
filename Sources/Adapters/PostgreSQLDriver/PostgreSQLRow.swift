// SPDX-License-Identifier: Apache-2.0

import LibPQ
import SQLInterface

/// All rows of one statement, in binary form.
final class ResultRows {
  let handle: OpaquePointer
  let count: Int
  /// How many rows the statement changed.
  let changes: Int
  fileprivate let types: [Oid]

  /// Takes the result over.
  init(_ handle: OpaquePointer) {
    self.handle = handle
    count = Int(PQntuples(handle))
    types = (0..<PQnfields(handle)).map { PQftype(handle, $0) }
    let tag = PQcmdStatus(handle).map { String(cString: $0) } ?? ""
    let isSelect = tag.hasPrefix("SELECT")
    changes = isSelect ? 0 : PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0
  }

  deinit { PQclear(handle) }
}

/// One of the rows of a result.
final class PostgreSQLRow: SQLRow {
  private let rows: ResultRows
  var index: Int32 = 0

  init(_ rows: ResultRows) { self.rows = rows }

  /// Object identifiers of `pg_type`, which are fixed.
  private enum TypeID {
    static let bool: Oid = 16
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let oid: Oid = 26
    static let float4: Oid = 700
    static let float8: Oid = 701
  }

  func isNull(_ column: Int) -> Bool { PQgetisnull(rows.handle, index, Int32(column)) != 0 }

  func bytes(_ column: Int) -> UnsafeRawBufferPointer {
    guard !isNull(column), let start = PQgetvalue(rows.handle, index, Int32(column)) else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(rows.handle, index, Int32(column))))
  }

  private func number(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  func integer(_ column: Int) -> Int64 {
    let bytes = bytes(column)
    if bytes.isEmpty { return 0 }
    switch rows.types[column] {
    case TypeID.int8: return Int64(bitPattern: number(bytes))
    case TypeID.int4: return Int64(Int32(truncatingIfNeeded: number(bytes)))
    case TypeID.int2: return Int64(Int16(truncatingIfNeeded: number(bytes)))
    case TypeID.bool, TypeID.oid: return Int64(number(bytes))
    case TypeID.float4, TypeID.float8: return Int64(exactly: real(column).rounded(.towardZero)) ?? 0
    default: return Int64(String(decoding: bytes, as: UTF8.self)) ?? 0
    }
  }

  func real(_ column: Int) -> Double {
    let bytes = bytes(column)
    switch rows.types[column] {
    case TypeID.float8: return bytes.isEmpty ? 0 : Double(bitPattern: number(bytes))
    case TypeID.float4: return bytes.isEmpty ? 0 : Double(Float(bitPattern: UInt32(number(bytes))))
    case TypeID.int8, TypeID.int4, TypeID.int2: return Double(integer(column))
    default: return Double(String(decoding: bytes, as: UTF8.self)) ?? 0
    }
  }

  func text(_ column: Int) -> String {
    if isNull(column) { return "" }
    switch rows.types[column] {
    case TypeID.int8, TypeID.int4, TypeID.int2, TypeID.oid, TypeID.bool: return String(integer(column))
    case TypeID.float4, TypeID.float8: return String(real(column))
    default: return String(decoding: bytes(column), as: UTF8.self)
    }
  }
}
