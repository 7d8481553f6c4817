// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMCore
import DICOMDictionary
import DICOMNetwork

/// What one node may ask for.
struct NodePermissions {
  private let services: Set<NodeProfile.Service>?
  private let sopClasses: Set<UID>
  private static let verification: UID = "1.2.840.10008.1.1"
  private static let storage = Set(StorageSOPClasses.all + StorageSOPClasses.retired + StorageSOPClasses.industrial)

  /// - Parameter profile: nil for a node that is not in the list: it may do everything.
  init(_ profile: NodeProfile?) {
    services = profile?.services
    sopClasses = Set((profile?.sopClasses ?? []).map { UID($0) })
  }

  /// SOP classes are not limited to some.
  var storesAnything: Bool { sopClasses.isEmpty && services?.contains(.store) ?? true }

  func permitted(_ rules: [UID: AbstractSyntaxRule]) -> [UID: AbstractSyntaxRule] {
    if services == nil, sopClasses.isEmpty { return rules }
    return rules.filter { may($0.key) }
  }

  func may(_ abstractSyntax: UID) -> Bool {
    if abstractSyntax == Self.verification { return true }
    let service = Self.service(abstractSyntax)
    if let services, !services.contains(service) { return false }
    return service != .store || sopClasses.isEmpty || sopClasses.contains(abstractSyntax)
  }

  private static func service(_ abstractSyntax: UID) -> NodeProfile.Service {
    if QueryIdentifier.findModels[abstractSyntax] != nil { return .query }
    if QueryIdentifier.moveModels[abstractSyntax] != nil || QueryIdentifier.getModels[abstractSyntax] != nil {
      return .retrieve
    }
    // Private storage classes are those that no other service knows.
    return storage.contains(abstractSyntax) || !abstractSyntax.rawValue.hasPrefix("1.2.840.10008.") ? .store : .workflow
  }
}
