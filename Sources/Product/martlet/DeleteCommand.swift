// SPDX-License-Identifier: Apache-2.0

import Archive
import ArgumentParser

/// Puts images into the bin.
struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put studies, series or images into the bin.",
    discussion: """
      They are not found any more, and gone for good after the days that the setting binDays says; until then \
      `martlet bin restore` brings them back. Works on the data folder, whether its server runs or not.
      """)

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var options: CorrectionOption

  func run() throws { try options.perform { try $0.delete(scope.scope, by: $1) } }
}
