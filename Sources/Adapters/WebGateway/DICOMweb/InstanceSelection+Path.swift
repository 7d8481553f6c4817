// SPDX-License-Identifier: Apache-2.0

import Archive
import DICOMWeb
import HTTPTypes

extension InstanceSelection {
  /// What lies below a resource.
  init(_ path: ResourcePath) {
    self.init(
      studies: [path.study], series: path.series.map { [$0] } ?? [], instances: path.instance.map { [$0] } ?? [])
  }
}

extension Call {
  /// The current instances of the target, of which there is at least one.
  func instances() async throws -> [StoredInstance] {
    try await blocking { try foundInstances() }
  }

  /// The same, blocking.
  func foundInstances() throws -> [StoredInstance] {
    let target = try resource
    let selection = InstanceSelection(target)
    var instances = try services.index.instances(selection)
    if instances.isEmpty, let others = services.ports.otherArchives {
      // What another archive has comes here first.
      try others.fetch(selection, target.instance != nil ? .instance : target.series != nil ? .series : .study)
      instances = try services.index.instances(selection)
    }
    guard !instances.isEmpty else { throw Problem(.notFound, "There is no such study, series or instance.") }
    return instances
  }

  /// The one instance that the target names.
  func instance() async throws -> StoredInstance {
    guard let instance = try await instances().first else { throw Problem.notFound }
    return instance
  }
}

extension StoredInstance {
  /// Where it stands among the resources.
  var path: ResourcePath {
    ResourcePath(study: identity.study, series: identity.series, instance: identity.instance)
  }
}
