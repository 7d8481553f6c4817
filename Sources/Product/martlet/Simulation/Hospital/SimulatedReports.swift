// SPDX-License-Identifier: Apache-2.0

/// What simulated readers write.
enum SimulatedReports {
  struct Text: Sendable {
    var findings: String
    var impression: String
  }

  static func question(_ one: HospitalCase) -> String {
    let questions = [
      "Cough for three weeks", "Follow-up", "Pain after a fall", "Pre-operative", "Weight loss", "Screening",
    ]
    return questions[Int(one.seed % UInt64(questions.count))]
  }

  static func text(_ one: HospitalCase) -> Text {
    let all = texts(one.modality)
    return all[Int(one.seed / 7 % UInt64(all.count))]
  }

  private static func texts(_ modality: SimulatedModality) -> [Text] {
    switch modality {
    case .CT:
      [
        Text(
          findings: "Solid nodule of 6 mm in the left upper lobe. No enlarged lymph nodes. No pleural effusion.",
          impression: "Solitary pulmonary nodule; follow-up in 6 months."),
        Text(
          findings: "Liver, spleen, pancreas and kidneys are normal. No free fluid. No lymphadenopathy.",
          impression: "No evidence of an acute abdominal process."),
        Text(
          findings: "Stranding of the fat around a thickened appendix of 11 mm. No abscess.",
          impression: "Acute appendicitis without perforation."),
      ]
    case .MR:
      [
        Text(
          findings: "Broad-based protrusion at L4/L5 touching the left L5 root. Normal conus.",
          impression: "Disc protrusion L4/L5 on the left."),
        Text(
          findings: "No restricted diffusion. No space-occupying lesion. Normal ventricles.",
          impression: "No infarction and no mass."),
      ]
    case .CR, .DX:
      [
        Text(
          findings: "Normal heart size. Lungs are clear. No pneumothorax.", impression: "Normal chest."),
        Text(
          findings: "Patchy opacity in the right lower zone. No effusion.",
          impression: "Consistent with pneumonia of the right lower lobe."),
      ]
    case .US:
      [
        Text(
          findings: "Several stones in the gallbladder, wall not thickened. Bile ducts of normal width.",
          impression: "Cholecystolithiasis without cholecystitis."),
        Text(findings: "Normal liver, kidneys and spleen. No ascites.", impression: "Normal abdomen."),
      ]
    case .MG:
      [
        Text(
          findings: "Scattered fibroglandular tissue. No mass, no suspicious calcification.", impression: "BI-RADS 1.")
      ]
    case .NM, .PT:
      [
        Text(
          findings: "Physiological uptake. Focus in the left upper lobe with raised uptake.",
          impression: "Metabolically active focus in the left upper lobe.")
      ]
    case .XA:
      [
        Text(
          findings: "Stenosis of 70 % of the proximal LAD. Others without stenosis.", impression: "One-vessel disease.")
      ]
    }
  }
}
