// SPDX-License-Identifier: Apache-2.0

import DICOMWeb
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// Which part of a search is asked for, and the parameters that were given.
struct FHIRPage: Sendable {
  var offset: Int
  var count: Int
  /// Query of the next page.
  var next: String
  private let parameters: QueryParameters

  private static let longestText = 200

  init(_ call: Call) throws {
    parameters = try call.query
    offset = try parameters.integer("_offset", in: 0...Int(Int32.max)) ?? 0
    count = try parameters.integer("_count", in: 1...FHIRRoutes.largestPage) ?? 50
    let rest = (call.request.uri.query ?? "").split(separator: "&").filter { !$0.hasPrefix("_offset=") }
    next = "?" + (rest.map(String.init) + ["_offset=\(offset + count)"]).joined(separator: "&")
  }

  /// A parameter's text; nil where it was not given.
  func text(_ name: String) -> String? {
    parameters[name].flatMap { $0.isEmpty ? nil : String($0.prefix(Self.longestText)) }
  }

  /// A token: system and value. The system of identifiers is `urn:oid:` and what follows it, or empty.
  func token(_ name: String) -> (system: String, value: String)? {
    guard let text = text(name) else { return nil }
    guard let bar = text.firstIndex(of: "|") else { return ("", text) }
    let system = text[..<bar]
    return (
      system.hasPrefix("urn:oid:") ? String(system.dropFirst(8)) : String(system),
      String(text[text.index(after: bar)...])
    )
  }

  /// The id in a reference such as `Patient/12`, or alone.
  func reference(_ names: String...) throws -> Int64? {
    for name in names {
      guard let text = text(name) else { continue }
      guard let id = text.split(separator: "/").last.flatMap({ Int64($0) }) else {
        throw Problem(.badRequest, "\(name) is no reference such as Patient/12.")
      }
      return id
    }
    return nil
  }

  /// The part of a list that was asked for, and one more.
  func cut<Element>(_ all: [Element]) -> [Element] { Array(all.dropFirst(offset).prefix(count + 1)) }
}
