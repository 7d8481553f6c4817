// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Where the browser client's files stand.
public enum ClientFolder {
  /// `$MARTLET_CLIENT`, else beside an installed program (`../share/martlet/client`), else in the source tree that the
  /// program was built in (`Web/dist`).
  public static func find(environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
    if let chosen = environment["MARTLET_CLIENT"] { return isClient(chosen) ? chosen : nil }
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    var folder = (executable ?? program).deletingLastPathComponent()
    let installed = folder.deletingLastPathComponent().appendingPathComponent("share/martlet/client").path
    if isClient(installed) { return installed }
    while folder.path != "/" {
      let built = folder.appendingPathComponent("Web/dist").path
      if isClient(built) { return built }
      folder.deleteLastPathComponent()
    }
    return nil
  }

  private static var executable: URL? {
    Bundle.main.executablePath.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath() }
  }

  private static func isClient(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/index.html")
  }
}
