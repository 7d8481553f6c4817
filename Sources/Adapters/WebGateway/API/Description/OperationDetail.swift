// SPDX-License-Identifier: Apache-2.0

import Archive
import Trust

/// What the OpenAPI document says of an operation beyond what its route says.
struct OperationDetail {
  struct Query {
    var name: String
    var schema: JSONValue
    var isRequired = false
  }

  var summary: String
  var query: [Query] = []
  /// Schema of the JSON body.
  var body: JSONValue?
  var status = 200
  /// What the answer is.
  var answer = "Done."
  /// Media type of the answer; nil has none.
  var type: String? = "application/json"
  var schema: JSONValue = .object([])
}

extension OperationDetail {
  static let text = JSONValue.object([("type", .string("string"))])
  static let integer = JSONValue.object([("type", .string("integer"))])
  static let boolean = JSONValue.object([("type", .string("boolean"))])
  static let uid = JSONValue.object([("type", .string("string")), ("pattern", .string("^[0-9.]{1,64}$"))])

  static func integer(_ range: ClosedRange<Int>) -> JSONValue {
    .object([
      ("type", .string("integer")), ("minimum", .integer(Int64(range.lowerBound))),
      ("maximum", .integer(Int64(range.upperBound))),
    ])
  }

  static func choice(_ values: String...) -> JSONValue {
    .object([("type", .string("string")), ("enum", JSONValue(values))])
  }

  /// - Parameter optional: members that may be absent.
  static func object(_ members: [(String, JSONValue)], optional: Set<String> = []) -> JSONValue {
    .object([
      ("type", .string("object")), ("properties", .object(members)),
      ("required", .array(members.map(\.0).filter { !optional.contains($0) }.map { .string($0) })),
    ])
  }

  static func array(of schema: JSONValue) -> JSONValue {
    .object([("type", .string("array")), ("items", schema)])
  }

  /// The schema of a name in a path.
  static func pathSchema(_ name: String) -> JSONValue {
    switch name {
    case "study", "series", "instance": uid
    case "frame": integer(1...Int(Int32.max))
    default: text
    }
  }

  /// By method and path.
  static let all: [String: OperationDetail] = sessions.merging(accounts) { $1 }.merging(studies) { $1 }
    .merging(installation) { $1 }

  private static let sessions: [String: OperationDetail] = [
    "POST /api/v1/session": .init(
      summary: "Sign in", body: object([("name", text), ("password", text)]), status: 204,
      answer: "The session's cookie is set.", type: nil),
    "GET /api/v1/session": .init(summary: "Who is signed in", answer: "Who is signed in."),
    "DELETE /api/v1/session": .init(summary: "Sign out", status: 204, type: nil),
    "PUT /api/v1/session/password": .init(
      summary: "Choose another password; other sessions of the account end",
      body: object([("current", text), ("new", text)]),
      status: 204, type: nil),
    "GET /api/v1/setup": .init(summary: "Whether the first account is still to be made"),
    "POST /api/v1/setup": .init(
      summary: "Make the first account",
      body: object(
        [("token", text), ("name", text), ("displayName", text), ("password", text)], optional: ["displayName"]),
      status: 204, answer: "The session's cookie is set.", type: nil),
  ]

  private static let media: [Query] = [
    .init(
      name: "profile",
      schema: choice("STD-GEN-CD", "STD-GEN-DVD-JPEG", "STD-GEN-DVD-J2K", "STD-GEN-USB-JPEG", "STD-GEN-USB-J2K")),
    .init(name: "id", schema: text), .init(name: "reports", schema: choice("yes", "no")),
    .init(name: "icons", schema: choice("yes", "no")),
  ]

  private static let role: JSONValue = .object([
    ("type", .string("string")), ("enum", JSONValue(Role.allCases.map(\.rawValue))),
  ])
  private static let account = object(
    [
      ("name", text), ("displayName", text), ("role", role), ("disabled", boolean), ("createdAt", integer),
      ("oneTimeUntil", integer), ("sessions", integer), ("tokens", integer), ("lastUsedAt", integer),
    ], optional: ["oneTimeUntil", "sessions", "tokens", "lastUsedAt"])
  /// Shown once.
  private static let withPassword = object([("account", account), ("password", text)])

  private static let accounts: [String: OperationDetail] = [
    "GET /api/v1/accounts": .init(
      summary: "All accounts with what each has open, and what each role may do",
      schema: object([
        ("accounts", array(of: account)),
        ("roles", array(of: object([("role", role), ("permissions", array(of: text))]))),
      ])),
    "POST /api/v1/accounts": .init(
      summary: "Add an account with a one-time password",
      body: object([("name", text), ("displayName", text), ("role", role)], optional: ["displayName"]), status: 201,
      answer: "The account, and the password, which is told this once.", schema: withPassword),
    "PUT /api/v1/accounts/{account}": .init(
      summary: "Change displayed name and role, disable and enable; the last enabled administrator stays",
      body: object(
        [("displayName", text), ("role", role), ("disabled", boolean)], optional: ["displayName", "role", "disabled"]),
      answer: "The account.", schema: account),
    "POST /api/v1/accounts/{account}/password": .init(
      summary: "Give an account a one-time password, and end its sessions",
      answer: "The account, and the password, which is told this once.", schema: withPassword),
    "DELETE /api/v1/accounts/{account}/sessions": .init(
      summary: "End the sessions of an account", query: [.init(name: "tokens", schema: boolean)],
      answer: "How many there were.", schema: object([("ended", integer)])),
  ]

  private static let studies: [String: OperationDetail] = [
    "GET /api/v1/studies": .init(
      summary: "A page of the study list",
      query: [
        .init(name: "search", schema: text), .init(name: "modality", schema: text),
        .init(name: "from", schema: text), .init(name: "to", schema: text),
        .init(
          name: "sort",
          schema: choice("date", "patientName", "patientID", "accession", "description", "modality", "received")),
        .init(name: "order", schema: choice("asc", "desc")),
        .init(name: "offset", schema: integer(0...Int(Int32.max))),
        .init(name: "limit", schema: integer(1...StudyRoutes.largestPage)),
      ],
      answer: """
        Studies, and how many there are in all. Of those that have the words that are searched for, no more than \
        \(StudyListQuery.largestCount) are counted; isMore says that there are others.
        """,
      schema: object([("total", integer), ("isMore", boolean), ("studies", array(of: object([("studyUID", text)])))])),
    "GET /api/v1/other-archives/studies": .init(
      summary: "What other archives have and this one has not",
      query: ["search", "modality", "from", "to", "sort", "order"].map { .init(name: $0, schema: text) },
      answer: "Studies, and which archives gave no answer."),
    "POST /api/v1/other-archives/studies/{study}/fetch": .init(
      summary: "Bring a study from other archives", body: object([("archives", array(of: text))]), status: 202,
      answer: "How far it is."),
    "GET /api/v1/other-archives/studies/{study}/fetch": .init(
      summary: "How far a study is that is brought from other archives", answer: "How far it is."),
    "GET /api/v1/studies/{study}": .init(
      summary: "Series and instances of a study", answer: "The study.",
      schema: object([("study", object([])), ("series", array(of: object([])))])),
    "GET /api/v1/studies/{study}/series/{series}/instances/{instance}/frames/{frame}/pixels": .init(
      summary: "Decoded pixels of one frame, or the means of several in place of them, where it is large",
      query: [.init(name: "coarse", schema: boolean)],
      answer: "The pixels; header fields say how they are to be read.", type: "application/octet-stream"),
    "GET /api/v1/studies/{study}/series/{series}/stream": .init(
      summary: "The frames of a series in the order asked, as one stream",
      query: [
        .init(name: "order", schema: text), .init(name: "start", schema: integer(0...StreamRoutes.maximumFrames)),
        .init(name: "form", schema: choice("auto", "plain", "jpeg-lossless", "rle")), .init(name: "of", schema: text),
      ], answer: "Records with a header of 24 bytes each.", type: FrameRecord.mediaType),
    "GET /api/v1/studies/{study}/opening": .init(
      summary: "The index of a study together with its first image",
      query: [
        .init(name: "series", schema: uid),
        .init(name: "form", schema: choice("auto", "plain", "jpeg-lossless", "rle")),
      ], answer: "A record with the index in JSON, then one with a frame; one with fewer pixels before a large one.",
      type: FrameRecord.mediaType),
    "GET /api/v1/studies/{study}/media": .init(
      summary: "A study as a file-set with DICOMDIR, in a ZIP file", query: media, answer: "The ZIP file.",
      type: "application/zip"),
    "GET /api/v1/studies/{study}/series/{series}/media": .init(
      summary: "A series as a file-set with DICOMDIR, in a ZIP file", query: media, answer: "The ZIP file.",
      type: "application/zip"),
    "GET /api/v1/media": .init(
      summary: "Studies, or all of a patient, as a file-set with DICOMDIR, in a ZIP file",
      query: [
        .init(name: "study", schema: uid), .init(name: "series", schema: uid), .init(name: "patient", schema: text),
        .init(name: "issuer", schema: text),
      ] + media, answer: "The ZIP file.", type: "application/zip"),
    "POST /api/v1/media": .init(
      summary: "Take a medium in a ZIP file into the archive; the body is the file, as application/zip",
      answer: "Lines of JSON that tell how far it is; the last one has the state done or failed.",
      type: MediaUploadRoutes.answerType),
    "GET /api/v1/events": .init(
      summary: "Changes as server-sent events", answer: "The events.", type: "text/event-stream"),
    "GET /api/v1/openapi.json": .init(summary: "This document", answer: "An OpenAPI 3.1 document."),
  ]

  private static let installation: [String: OperationDetail] = [
    "GET /api/v1/mismatches": .init(
      summary: "What arrived images say otherwise than their order or a rule, newest first",
      query: [
        .init(name: "state", schema: choice("open", "attached", "accepted", "corrected", "settled", "all")),
        .init(name: "kind", schema: choice("order", "rule", "all")), .init(name: "study", schema: uid),
        .init(name: "source", schema: text), .init(name: "search", schema: text),
        .init(name: "withinHours", schema: integer(1...100_000)),
        .init(name: "offset", schema: integer(0...Int(Int32.max))), .init(name: "limit", schema: integer(1...500)),
      ], answer: "Mismatches, and how many there are in all.",
      schema: object([("total", integer), ("mismatches", array(of: object([("id", integer), ("state", text)])))])),
    "POST /api/v1/mismatches/{mismatch}/resolve": .init(
      summary: "Decide about a mismatch: attach the study to an exam, accept it, or correct it, which can be undone",
      body: object(
        [
          ("action", choice("attach", "accept", "correct")), ("exam", integer), ("order", integer),
          ("values", object([])), ("comment", text),
        ], optional: ["exam", "order", "values", "comment"]),
      answer: "The mismatch as it stands."),
    "POST /api/v1/mismatches/{mismatch}/reopen": .init(
      summary: "Take a decision back, and undo its corrections",
      body: object([("comment", text)], optional: ["comment"]),
      answer: "The mismatch, open."),
    "GET /api/v1/reconciliations": .init(
      summary: "Merges, moves and changes of who a patient is, newest first",
      query: [
        .init(name: "patient", schema: integer), .init(name: "study", schema: uid),
        .init(name: "standing", schema: boolean), .init(name: "offset", schema: integer(0...Int(Int32.max))),
        .init(name: "limit", schema: integer(1...200)),
      ], answer: "Acts of reconciliation.",
      schema: object([("reconciliations", array(of: object([("id", integer), ("kind", text)])))])),
    "POST /api/v1/reconciliations/{reconciliation}/undo": .init(
      summary: "Take a merge, a move or a change back, in the department and in the images",
      answer: "The act, undone."),
    "POST /api/v1/orders/{order}/move": .init(
      summary: "Give an order with its images to another patient", body: object([("patient", integer)]),
      answer: "The order."),
    "GET /api/v1/nodes": .init(summary: "The remote nodes"),
    "GET /api/v1/system": .init(summary: "State of the installation"),
    "GET /api/v1/incidents": .init(
      summary: "What is in quarantine or in conflict", query: [.init(name: "limit", schema: integer(1...1000))]),
    "GET /api/v1/audit": .init(
      summary: "The audit trail, newest first",
      query: [.init(name: "limit", schema: integer(1...1000))]
        + ["actor", "patient", "object", "event", "from", "to"].map { .init(name: $0, schema: text) }),
  ]
}
