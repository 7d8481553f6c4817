// SPDX-License-Identifier: Apache-2.0

import HL7
import Radiology

/// The application's answer to orders: ORR^O02, ORG^O20 and ORI^O24 (HL7 v2.5.1 §4.4.2, §4.4.7, §4.4.9).
struct OrderAnswer {
  /// What is answered to an order control code (table 0119).
  static let controls = [
    "NW": "OK", "CH": "OK", "PA": "OK", "XO": "XR", "XX": "XR", "CA": "CR", "OC": "CR", "DC": "DR", "OD": "DR",
    "RP": "RQ", "RO": "RU", "SC": "OK",
  ]
  static let types = [
    "ORM^O01": ["ORR", "O02", "ORR_O02"], "OMG^O19": ["ORG", "O20", "ORG_O20"], "OMI^O23": ["ORI", "O24", "ORI_O24"],
  ]

  /// - Parameter orders: each control code of the message with the order as it is now; nil where it is not known.
  static func reply(_ message: Message, _ orders: [(control: String, order: Order?)]) -> MessageHandlers.Reply {
    var segments: [(name: String, fields: [Int: FieldContent])] = []
    for (control, order) in orders {
      guard let order else { continue }
      let fields: [Int: FieldContent] = [
        1: FieldContent(controls[control] ?? "OK"), 2: number(order.placer), 3: number(order.filler),
        5: FieldContent(order.status.hl7),
      ]
      segments.append(("ORC", fields))
    }
    return .response(type: types[message.name] ?? [], segments: segments)
  }

  private static func number(_ number: OrderNumber) -> FieldContent {
    EntityIdentifier(id: number.value, namespace: number.issuer).content
  }
}
