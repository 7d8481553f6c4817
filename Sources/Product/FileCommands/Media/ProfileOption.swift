// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMMedia

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
