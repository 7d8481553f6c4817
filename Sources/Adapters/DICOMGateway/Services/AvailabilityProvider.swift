// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork
import DICOMServices

/// Instance availability notification as SCP (PS3.4 Annex R): keeps what other archives say that they have.
struct AvailabilityProvider: ServiceProvider {
  /// What nobody has repeated for so long is forgotten.
  static let daysKept: Int64 = 365

  private let list: any AnnouncedStudyList
  private let now: @Sendable () -> Int64

  init(_ list: any AnnouncedStudyList, now: @escaping @Sendable () -> Int64) {
    self.list = list
    self.now = now
  }

  static let offered = [
    OfferedService(
      serviceClass: "Instance Availability Notification", annex: "R",
      sopClasses: [.instanceAvailabilityNotification], operations: [.nCreateRQ])
  ]

  var services: [OfferedService] { Self.offered }

  func perform(_ request: NormalizedRequest) throws -> NormalizedResponse {
    guard request.command.sopClassUID == .instanceAvailabilityNotification else {
      return NormalizedResponse(.noSuchSOPClass, "not the instance availability notification")
    }
    guard request.operation == .nCreateRQ else {
      return NormalizedResponse(.unrecognizedOperation, "the notification has N-CREATE only")
    }
    let instance = request.command.affectedSOPInstanceUID ?? UID.random()
    guard instance.isValid else { return NormalizedResponse(.invalidObjectInstance, "the instance is no UID") }
    guard let attributes = request.dataSet else {
      return NormalizedResponse(.missingAttribute, "no attributes follow the command")
    }
    let notice: InstanceAvailabilityNotice
    do {
      notice = try InstanceAvailabilityNotice(attributes)
    } catch {
      return NormalizedResponse(error)
    }
    let time = now()
    guard try list.add(notice, instance: instance, source: request.caller, at: time) else {
      return NormalizedResponse(.duplicateSOPInstance, "the notification is known")
    }
    try list.forget(before: time - Self.daysKept * 86_400_000_000)
    var response = NormalizedResponse(.success)
    response.sopInstance = instance
    return response
  }
}
