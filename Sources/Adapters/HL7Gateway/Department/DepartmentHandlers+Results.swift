// SPDX-License-Identifier: Apache-2.0

import HL7
import Messaging
import Radiology

extension DepartmentHandlers {
  /// ORU^R01 (HL7 v2.5.1 §7.3): results of others, kept at the patient. Each OBR with its OBX is one result.
  func takeResults(_ message: Message, _ origin: MessageHandlers.Origin) throws -> MessageHandlers.Reply {
    let patient = try PatientReader(message: message).patient()
    let results = Self.results(message, origin)
    guard !results.isEmpty else {
      throw HL7Error(.segmentSequence, "there is no OBR", at: Location(segment: "OBR"))
    }
    for (index, result) in results.enumerated() {
      _ = try asked(at: Location(segment: "OBR", occurrence: index + 1)) {
        try department.keep(result, for: patient, by: Self.performer(origin))
      }
    }
    return .accepted("")
  }

  private static func results(_ message: Message, _ origin: MessageHandlers.Origin) -> [OutsideResult] {
    var results: [OutsideResult] = []
    let sender = [origin.sender.application, origin.sender.facility].filter { !$0.isEmpty }.joined(separator: " ")
    for segment in message.segments {
      if segment.name == "OBR" {
        let code = HL7Values.code(segment[4].repetitions[0])
        let number = [segment[3], segment[2]].lazy.map(HL7Values.number).first { !$0.isEmpty }
        results.append(
          OutsideResult(
            sender: sender, number: number?.value ?? "",
            title: HL7Values.line(code.map { $0.meaning.isEmpty ? $0.value : $0.meaning } ?? ""),
            status: segment[25].value.uppercased(), observedAt: segment[7].value, observations: []))
      } else if segment.name == "OBX", !results.isEmpty {
        let observation = Self.observation(segment)
        results[results.count - 1].observations.append(observation)
        // Where OBR-25 is empty, its observations tell.
        if results[results.count - 1].status.isEmpty {
          results[results.count - 1].status = segment[11].value.uppercased()
        }
      }
    }
    return results
  }

  private static func observation(_ segment: Segment) -> OutsideResult.Observation {
    let value: String
    switch segment[2].value {
    case "CE", "CWE", "CNE":
      let code = HL7Values.code(segment[5].repetitions[0])
      value = code.map { $0.meaning.isEmpty ? $0.value : $0.meaning } ?? ""
    case "ED", "RP": value = ""
    default: value = segment[5].repetitions.map(\.text).joined(separator: "\n")
    }
    return OutsideResult.Observation(
      code: HL7Values.code(segment[3].repetitions[0]), value: value, unit: segment[6].value,
      range: segment[7].value, flags: segment[8].value)
  }
}
