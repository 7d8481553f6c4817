// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMFile
import DICOMGateway

extension MartletServer {
  /// The services beside storage and query, with what was owed to others when the server ended.
  func makeDepartment(_ parts: ServerArchive, _ database: ServerDatabase) throws -> DepartmentServices {
    var department = DepartmentServices(jobs: database.jobs, nodes: database.nodes)
    department.commitment = parts.commitment
    try department.resume()
    return department
  }
}

extension GatewayOptions {
  /// As an administrator has set it.
  init(_ settings: Settings) {
    self.init(
      aeTitle: settings.aeTitle, host: settings.dicomAddress, port: settings.dicomPort,
      implementationClassUID: FileMetaInformation.implementationClass,
      implementationVersionName: Version.implementationName)
    acceptsUnknownLocalCallers = settings.acceptUnknownCallers != .never
    acceptsUnknownRemoteCallers = settings.acceptUnknownCallers == .always
    checksCalledAETitle = settings.checkCalledAETitle
    privateStorageClasses = settings.privateStorageClasses.map { UID($0) }
    maximumAssociations = settings.maximumAssociations
    idleSeconds = settings.associationIdleSeconds
    artimSeconds = settings.artimSeconds
    maximumPDULength = settings.maximumPDULength
  }
}
