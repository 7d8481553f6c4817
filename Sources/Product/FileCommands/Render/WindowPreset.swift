// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMPixels

/// Windows in Hounsfield units that readers of CT use.
enum WindowPreset: String, CaseIterable, ExpressibleByArgument {
  case abdomen, angiography, bone, brain, liver, lung, mediastinum, spine, stroke, subdural
  case temporalBone = "temporal-bone"

  var window: Window {
    switch self {
    case .abdomen: Window(center: 50, width: 400)
    case .angiography: Window(center: 300, width: 600)
    case .bone: Window(center: 400, width: 1800)
    case .brain: Window(center: 40, width: 80)
    case .liver: Window(center: 60, width: 160)
    case .lung: Window(center: -600, width: 1500)
    case .mediastinum: Window(center: 40, width: 350)
    case .spine: Window(center: 50, width: 250)
    case .stroke: Window(center: 40, width: 40)
    case .subdural: Window(center: 75, width: 215)
    case .temporalBone: Window(center: 600, width: 2800)
    }
  }

  /// For the help text.
  static var list: String {
    allCases.map { "\($0.rawValue) \(Int($0.window.center)),\(Int($0.window.width))" }.joined(separator: "; ")
  }
}
