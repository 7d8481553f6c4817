// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import DICOMCore

/// What a kind of modality makes.
enum SimulatedModality: String, CaseIterable, Sendable, ExpressibleByArgument {
  case CT, MR, CR, DX, US, NM, PT, MG, XA

  /// How its pictures come about.
  enum Picture: Sendable {
    case computedTomography, magneticResonance, projection, mammography, ultrasound, tracer, planarTracer, angiography
  }

  struct Procedure: Sendable {
    var description: String
    var series: String
    var bodyPart: String
  }

  var sopClass: UID {
    switch self {
    case .CT: "1.2.840.10008.5.1.4.1.1.2"
    case .MR: "1.2.840.10008.5.1.4.1.1.4"
    case .CR: "1.2.840.10008.5.1.4.1.1.1"
    case .DX: "1.2.840.10008.5.1.4.1.1.1.1"
    case .US: "1.2.840.10008.5.1.4.1.1.6.1"
    case .NM: "1.2.840.10008.5.1.4.1.1.20"
    case .PT: "1.2.840.10008.5.1.4.1.1.128"
    case .MG: "1.2.840.10008.5.1.4.1.1.1.2"
    case .XA: "1.2.840.10008.5.1.4.1.1.12.1"
    }
  }

  var picture: Picture {
    switch self {
    case .CT: .computedTomography
    case .MR: .magneticResonance
    case .CR, .DX: .projection
    case .US: .ultrasound
    case .NM: .planarTracer
    case .PT: .tracer
    case .MG: .mammography
    case .XA: .angiography
    }
  }

  /// Rows and columns.
  var matrix: (rows: Int, columns: Int) {
    switch self {
    case .CT, .XA: (512, 512)
    case .MR: (256, 256)
    case .CR, .DX: (1024, 1024)
    case .US: (480, 640)
    case .NM, .PT: (128, 128)
    case .MG: (1280, 1024)
    }
  }

  /// Images of one study.
  var images: Int {
    switch self {
    case .CT: 40
    case .MR: 24
    case .CR, .NM: 1
    case .DX, .XA: 2
    case .US: 8
    case .PT: 32
    case .MG: 4
    }
  }

  /// Frames of one image.
  var frames: Int { self == .XA ? 8 : self == .NM ? 2 : 1 }
  var isMultiframe: Bool { frames > 1 }
  var hasFrameOfReference: Bool { self == .CT || self == .MR || self == .PT }
  /// It uses X-rays, and tells how many.
  var reportsDose: Bool { self == .CT || self == .DX || self == .MG || self == .XA || self == .CR }

  var procedures: [Procedure] {
    switch self {
    case .CT:
      [
        Procedure(description: "CT Thorax", series: "Thorax 5.0", bodyPart: "CHEST"),
        Procedure(description: "CT Abdomen with contrast", series: "Abdomen venous 5.0", bodyPart: "ABDOMEN"),
      ]
    case .MR:
      [
        Procedure(description: "MR Brain", series: "T1 axial", bodyPart: "BRAIN"),
        Procedure(description: "MR Lumbar spine", series: "T2 axial", bodyPart: "LSPINE"),
      ]
    case .CR: [Procedure(description: "Hand", series: "Hand ap", bodyPart: "HAND")]
    case .DX: [Procedure(description: "Chest two views", series: "Chest pa", bodyPart: "CHEST")]
    case .US: [Procedure(description: "Ultrasound abdomen", series: "Liver", bodyPart: "ABDOMEN")]
    case .NM: [Procedure(description: "Bone scan", series: "Whole body", bodyPart: "WHOLEBODY")]
    case .PT: [Procedure(description: "PET whole body", series: "AC", bodyPart: "WHOLEBODY")]
    case .MG: [Procedure(description: "Mammography screening", series: "MLO", bodyPart: "BREAST")]
    case .XA: [Procedure(description: "Coronary angiography", series: "LCA", bodyPart: "HEART")]
    }
  }

  /// AE title under which it calls.
  var aeTitle: String { "SIM_\(rawValue)" }
}
