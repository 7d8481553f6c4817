// SPDX-License-Identifier: Apache-2.0

/// The conformance statement as a document in Markdown (PS3.2 Annex A: overview, networking, services).
public struct ConformanceDocument: Sendable {
  private let statement: ConformanceStatement

  public init(_ statement: ConformanceStatement) { self.statement = statement }

  public var text: String {
    var lines = [
      "# DICOM conformance statement", "",
      "\(statement.product) \(statement.version). Made by `martlet conformance` from the services that the server",
      "negotiates; not written by hand.", "", "## Overview", "",
      "| network service | as user (SCU) | as provider (SCP) |", "|---|---|---|",
    ]
    for (name, services) in byServiceClass {
      let user = services.contains { $0.role == "SCU" } ? "yes" : "no"
      let provider = services.contains { $0.role == "SCP" } ? "yes" : "no"
      lines.append("| \(name) | \(user) | \(provider) |")
    }
    lines += ["", "Not supported:", ""] + statement.notSupported.map { "- \($0)" }
    lines += ["", "Limits:", ""] + statement.limits.map { "- \($0)" }
    lines += association
    for (name, services) in byServiceClass {
      lines += ["", "## \(name) (PS3.4 Annex \(services[0].annex))"]
      for service in services { lines += section(service) }
    }
    lines += media
    return lines.joined(separator: "\n") + "\n"
  }

  /// Media interchange (PS3.2 Annex A).
  private var media: [String] {
    var lines = [
      "", "## Media storage (PS3.4 Annex I)", "",
      "File-sets are made and read in a folder or in a ZIP file (PS3.12 Annex V), not updated in place (FSU).",
      "Objects in a transfer syntax that the profile lacks are written in Explicit VR Little Endian; what cannot be",
      "converted stays as it is. The directory is in Explicit VR Little Endian; keys of type 1 that an object lacks",
      "are supplied; records of images have icons of 64 × 64 pixels (PS3.3 §F.7).", "",
      "| profile | clause | roles | transfer syntaxes |", "|---|---|---|---|",
    ]
    lines += statement.mediaProfiles.map { profile in
      let syntaxes = profile.transferSyntaxes.map(\.name).joined(separator: ", ")
      return "| \(profile.name) | \(profile.clause) | \(profile.roles.joined(separator: ", ")) | \(syntaxes) |"
    }
    lines += ["", "| directory record | keys and their types |", "|---|---|"]
    return lines
      + statement.directoryRecords.map { record in
        let keys = record.keys.map { "\($0.keyword) \($0.type)" }.joined(separator: ", ")
        return "| \(record.recordType) | \(keys.isEmpty ? "none" : keys) |"
      }
  }

  /// In the order in which they are declared.
  private var byServiceClass: [(name: String, services: [ConformanceStatement.Service])] {
    var groups: [(name: String, services: [ConformanceStatement.Service])] = []
    for service in statement.services {
      if let index = groups.firstIndex(where: { $0.name == service.serviceClass }) {
        groups[index].services.append(service)
      } else {
        groups.append((service.serviceClass, [service]))
      }
    }
    return groups
  }

  private var association: [String] {
    [
      "", "## Associations", "",
      "| | |", "|---|---|",
      "| application context | \(statement.applicationContext) |",
      "| application entity title | \(statement.applicationEntityTitle), a setting |",
      "| implementation class UID | \(statement.implementationClassUID) |",
      "| implementation version name | \(statement.implementationVersionName) |",
      "| maximum PDU length received | \(statement.maximumPDULength) bytes, a setting |",
      "| associations at a time | \(statement.maximumAssociations), a setting |",
      "| operations outstanding | \(statement.asynchronousOperationsWindow) |",
      "| user identity | \(statement.userIdentity.joined(separator: ", ")) |",
    ]
  }

  private func section(_ service: ConformanceStatement.Service) -> [String] {
    var lines = ["", "### \(service.role): \(service.operations.joined(separator: ", "))", ""]
    if service.requestorMayBeSCP {
      lines += ["SCP/SCU role selection is accepted: the requestor of the association may be SCP.", ""]
    }
    lines += ["Extended negotiation: \(service.extendedNegotiation ?? "none").", ""]
    lines += ["| SOP class | UID |", "|---|---|"]
    lines += service.sopClasses.map { "| \($0.name.isEmpty ? "private" : $0.name) | \($0.uid) |" }
    lines += ["", "| transfer syntax | UID |", "|---|---|"]
    lines += service.transferSyntaxes.map { "| \($0.name) | \($0.uid) |" }
    return lines
  }
}
