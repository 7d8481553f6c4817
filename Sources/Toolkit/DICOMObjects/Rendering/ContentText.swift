// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary

/// Values as people read them.
enum ContentText {
  /// The label of an item: its concept, or what kind of thing it is.
  static func label(_ item: ContentItem) -> String {
    if let concept = item.concept { return concept.meaning }
    switch item.value {
    case .container: return "Section"
    case .image: return "Image"
    case .composite: return "Object"
    case .waveform: return "Waveform"
    case .spatialCoordinates, .spatialCoordinates3D: return "Region"
    case .temporalCoordinates: return "Time range"
    case .reference: return "See"
    default: return item.value.valueType.isEmpty ? "Item" : item.value.valueType
    }
  }

  /// The value of an item without what is below it.
  static func value(_ item: ContentItem) -> String {
    switch item.value {
    case .container: ""
    case .text(let text): text
    case .number(let number): self.number(number)
    case .code(let code): code.meaning
    case .date(let text): date(text)
    case .time(let text): time(text)
    case .dateTime(let text): dateTime(text)
    case .uidReference(let uid): uid.rawValue
    case .personName(let name): personName(name)
    case .spatialCoordinates(let figure): "\(words(figure.graphicType.rawValue)), \(points(figure.points.count))"
    case .spatialCoordinates3D(let figure):
      "\(words(figure.graphicType.rawValue)) in space, \(points(figure.points.count))"
    case .temporalCoordinates(let range): temporal(range)
    case .composite(let instance): object(instance)
    case .image(let image): self.image(image)
    case .waveform(let waveform): self.waveform(waveform)
    case .reference(let identifier): "item " + identifier.map { String($0) }.joined(separator: ".")
    case .other(let valueType, _): valueType.isEmpty ? "not readable" : "\(valueType) value, not shown"
    }
  }

  /// Significant digits that say all that a measurement can.
  static let shownDigits = 6

  /// - Parameter digits: significant digits; nil gives the number as it was written.
  static func number(_ number: NumericValue, digits: Int? = nil) -> String {
    let qualifier = number.qualifier.map { $0.meaning }
    let rounded = digits.flatMap { count in number.value.flatMap { DecimalString.text($0, digits: count) } }
    let written = number.numberText
    guard let text = rounded.flatMap({ $0.utf8.count < (written ?? "").utf8.count ? $0 : nil }) ?? written else {
      return qualifier.map { "no value (\($0))" } ?? "no value"
    }
    var result = text
    if let unit = number.unit.map(unitText), !unit.isEmpty { result += unit == "%" ? " %" : " \(unit)" }
    if let qualifier { result += " (\(qualifier))" }
    return result
  }

  /// UCUM symbols where they read well, else the meaning.
  static func unitText(_ unit: CodedConcept) -> String {
    if unit.value == "1" { return unit.meaning == "no units" || unit.meaning == "1" ? "" : unit.meaning }
    if unit.scheme != "UCUM" || unit.value.contains("{") || unit.value.contains("[") {
      if unit.value == "[hnsf'U]" { return "HU" }
      return unit.meaning.filter { $0 != "{" && $0 != "}" }
    }
    return symbols[unit.value] ?? unit.value
  }

  private static let symbols = [
    "mm2": "mm²", "cm2": "cm²", "mm3": "mm³", "cm3": "cm³", "dGy.m2": "dGy·m²", "Gy.m2": "Gy·m²", "mGy.cm": "mGy·cm",
    "Gy2": "Gy²", "kg/m2": "kg/m²", "um": "µm", "us": "µs", "uA": "µA", "uGy": "µGy", "deg": "°", "Cel": "°C",
    "mGy.cm2": "mGy·cm²", "cGy.cm2": "cGy·cm²", "uGy.m2": "µGy·m²", "m2": "m²", "mA.s": "mA·s", "mAs": "mAs",
    "Bq/ml": "Bq/ml", "g/ml{SUVbw}": "g/ml (SUVbw)",
  ]

  /// `2026-11-21` of `20261121`; other texts stay as they are.
  static func date(_ text: String) -> String {
    guard text.utf8.count == 8, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return text }
    return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
  }

  /// `14:05:09` of `140509.250`; other texts stay as they are.
  static func time(_ text: String) -> String {
    let clock = text.prefix { $0 != "." && $0 != "+" && $0 != "-" }
    guard clock.utf8.allSatisfy({ (0x30...0x39).contains($0) }), [4, 6].contains(clock.utf8.count) else { return text }
    let minutes = "\(clock.prefix(2)):\(clock.dropFirst(2).prefix(2))"
    return clock.utf8.count == 6 ? "\(minutes):\(clock.suffix(2))" : minutes
  }

  static func dateTime(_ text: String) -> String {
    guard text.utf8.count >= 12 else { return date(text) }
    let zone = text.dropFirst(8).drop { $0 != "+" && $0 != "-" }
    return "\(date(String(text.prefix(8)))) \(time(String(text.dropFirst(8))))" + (zone.isEmpty ? "" : " \(zone)")
  }

  /// `Family, Prefix Given Middle` of the first component group that has text.
  static func personName(_ text: String) -> String {
    let name = PersonName(text)
    let group = [name.alphabetic, name.ideographic, name.phonetic].first { !$0.isEmpty } ?? name.alphabetic
    let given = [group.prefix, group.given, group.middle].filter { !$0.isEmpty }.joined(separator: " ")
    let parts = [group.family, given, group.suffix].filter { !$0.isEmpty }.joined(separator: ", ")
    return group == name.alphabetic && !name.ideographic.isEmpty
      ? "\(parts) (\(name.ideographic.components.filter { !$0.isEmpty }.joined(separator: " ")))" : parts
  }

  static func object(_ instance: InstanceReference) -> String {
    guard let name = UIDDictionary.entry(for: instance.sopClass)?.name else { return "Object \(instance.sopInstance)" }
    return name.hasSuffix(" Storage") ? String(name.dropLast(8)) : name
  }

  private static func image(_ image: ImageReference) -> String {
    var text = object(image.instance)
    if !image.frames.isEmpty { text += image.frames.count == 1 ? ", frame " : ", frames " }
    text += ranges(image.frames)
    if !image.segments.isEmpty {
      text += (image.segments.count == 1 ? ", segment " : ", segments ") + ranges(image.segments)
    }
    return text
  }

  private static func waveform(_ waveform: WaveformReference) -> String {
    let channels = waveform.channels.map { "\($0.group)/\($0.channel)" }.joined(separator: ", ")
    return object(waveform.instance) + (channels.isEmpty ? "" : ", channels \(channels)")
  }

  /// `1–5, 8` of `[1, 2, 3, 4, 5, 8]`.
  static func ranges(_ numbers: [Int]) -> String {
    var parts: [String] = []
    var index = 0
    while index < numbers.count {
      var end = index
      while end + 1 < numbers.count, numbers[end + 1] == numbers[end] &+ 1 { end += 1 }
      parts.append(
        end - index > 1
          ? "\(numbers[index])–\(numbers[end])" : numbers[index...end].map { String($0) }.joined(separator: ", "))
      index = end + 1
    }
    return parts.joined(separator: ", ")
  }

  private static func temporal(_ range: TemporalCoordinates) -> String {
    let times: [String] =
      switch range.positions {
      case .samples(let values): values.map { "sample \($0)" }
      case .seconds(let values): values.map { "\(DecimalString.text($0) ?? "") s" }
      case .dateTimes(let values): values.map(dateTime)
      }
    return "\(words(range.rangeType.rawValue)): \(times.joined(separator: ", "))"
  }

  private static func points(_ count: Int) -> String { count == 1 ? "1 point" : "\(count) points" }

  private static func words(_ term: String) -> String { term.prefix(1) + term.dropFirst().lowercased() }
}
