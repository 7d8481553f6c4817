// SPDX-License-Identifier: Apache-2.0

/// An order of an exam as the resource ServiceRequest of FHIR R4 (4.0.1).
public struct FHIRServiceRequest: Sendable {
  /// Of the value set RequestStatus, as far as orders come to it.
  public enum Status: String, Sendable, CaseIterable { case active, completed, revoked }
  /// Of the value set RequestPriority.
  public enum Priority: String, Sendable, CaseIterable { case routine, urgent, stat }

  public var order: ReportOrder
  /// Filler order number.
  public var filler = Identifier("")
  public var status: Status
  public var priority: Priority
  /// The exam in words.
  public var description: String
  public var occurrence: DateTime?
  public var authored: DateTime?
  public var requester: ReportName?
  /// The clinical question.
  public var reason = ""

  public init(_ order: ReportOrder, status: Status, priority: Priority, description: String) {
    self.order = order
    self.status = status
    self.priority = priority
    self.description = description
  }

  /// - Parameter subject: reference of the patient.
  public func resource(id: String, subject: String) -> FHIRResource {
    let identifiers = [
      (order.placer, ("PLAC", "Placer Identifier")), (filler, ("FILL", "Filler Identifier")),
      (order.accession, ("ACSN", "Accession ID")),
    ].filter { !$0.0.value.isEmpty }
    return FHIRResource(
      .object([
        ("resourceType", .string("ServiceRequest")), ("id", .string(id)),
        ("identifier", .list(identifiers.map { FHIRParts.identifier($0.0, type: $0.1) })),
        ("status", .string(status.rawValue)), ("intent", .string("order")),
        ("category", .array([FHIRParts.concept(Code("363679005", "Imaging", .snomed))])),
        ("priority", .string(priority.rawValue)),
        (
          "code",
          order.procedure.map { FHIRParts.concept($0) } ?? JSONNode.text(description).map { .object([("text", $0)]) }
        ),
        ("subject", .object([("reference", .string(subject))])),
        ("occurrenceDateTime", occurrence.map { .string($0.fhir) }), ("authoredOn", authored.map { .string($0.fhir) }),
        ("requester", requester.flatMap { JSONNode.text($0.text) }.map { .object([("display", $0)]) }),
        ("reasonCode", JSONNode.text(reason).map { .array([.object([("text", $0)])]) }),
      ]))
  }
}
