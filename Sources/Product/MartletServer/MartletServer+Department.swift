// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMGateway

extension MartletServer {
  /// How the gateway presents itself.
  var gatewayOptions: GatewayOptions {
    var options = GatewayOptions(
      aeTitle: settings.aeTitle, host: settings.dicomAddress, port: settings.dicomPort,
      implementationClassUID: FileMetaInformation.implementationClass,
      implementationVersionName: Version.implementationName)
    options.acceptsUnknownLocalCallers = settings.acceptUnknownCallers != .never
    options.acceptsUnknownRemoteCallers = settings.acceptUnknownCallers == .always
    options.checksCalledAETitle = settings.checkCalledAETitle
    options.privateStorageClasses = settings.privateStorageClasses.map { UID($0) }
    options.maximumAssociations = settings.maximumAssociations
    options.idleSeconds = settings.associationIdleSeconds
    options.artimSeconds = settings.artimSeconds
    options.maximumPDULength = settings.maximumPDULength
    return options
  }

  /// The services beside storage and query, with what was owed to others when the server ended.
  func makeDepartment(_ parts: ServerArchive, _ database: ServerDatabase) throws -> DepartmentServices {
    var department = DepartmentServices(jobs: database.jobs, nodes: database.nodes)
    department.commitment = parts.commitment
    try department.resume()
    return department
  }
}
