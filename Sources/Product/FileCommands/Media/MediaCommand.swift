// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMMedia

/// `martlet media`: file-sets with a DICOMDIR.
struct Media: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "media",
    abstract: "Make, list and check file-sets with a DICOMDIR, as discs and sticks have them.",
    subcommands: [MediaWrite.self, MediaRead.self, MediaCheck.self])
}

/// A profile of PS3.11 by its name.
struct ProfileOption: ParsableArguments {
  @Option(help: "Media application profile of PS3.11: STD-GEN-CD, STD-GEN-DVD-JPEG, STD-GEN-USB-J2K, ….")
  var profile: String?

  func validate() throws {
    if let profile, ApplicationProfile.named(profile) == nil {
      let names = ApplicationProfile.all.map(\.name).joined(separator: ", ")
      throw ValidationError("\(profile) is no profile that is known; these are: \(names).")
    }
  }

  var chosen: ApplicationProfile? { profile.flatMap { ApplicationProfile.named($0) } }
}
