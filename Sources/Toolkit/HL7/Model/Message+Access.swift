// SPDX-License-Identifier: Apache-2.0

extension Message {
  /// The header segment.
  public var header: Segment { segments.first ?? Segment("MSH", coding: coding) }

  /// The first segment with this name.
  public func first(_ name: String) -> Segment? { segments.first { $0.name == name } }

  /// The segments of a name, in their order.
  public func all(_ name: String) -> [Segment] { segments.filter { $0.name == name } }

  /// MSH-9.1, such as `ADT`.
  public var type: String { header[9][1].value }
  /// MSH-9.2, such as `A01`.
  public var trigger: String { header[9][2].value }
  /// MSH-9.1 and MSH-9.2 as one name, `ADT^A01`.
  public var name: String { trigger.isEmpty ? type : "\(type)^\(trigger)" }
  /// MSH-10.
  public var controlID: String { header[10].value }
  /// MSH-12.1.
  public var version: String { header[12].value }

  /// The text at a place: without a field the segment's name, without component the whole repetition; empty where it
  /// is absent.
  public func text(at place: Location) -> String {
    let same = all(place.segment)
    guard place.occurrence <= same.count else { return "" }
    let segment = same[place.occurrence - 1]
    guard let number = place.field else { return segment.name }
    let repetitions = segment[number].repetitions
    let index = (place.repetition ?? 1) - 1
    guard index < repetitions.count else { return "" }
    guard let component = place.component else { return repetitions[index].text }
    guard let subcomponent = place.subcomponent else { return repetitions[index][component].text }
    return repetitions[index][component][subcomponent]
  }

  /// Replaces the text at a place, escaped and encoded; the rest of the field keeps its bytes. A segment that is absent
  /// is added at the end, a field without repetition is replaced whole.
  public mutating func set(_ text: String, at place: Location) {
    guard let number = place.field, let index = index(of: place) else { return }
    var piece = TextEncoder(coding).encode(FieldContent(text))
    if place.component != nil || place.repetition != nil {
      let repetitions = segments[index][number].repetitions
      let at = (place.repetition ?? 1) - 1
      if let number = place.component {
        let components = at < repetitions.count ? repetitions[at].components : []
        if let subcomponent = place.subcomponent, let delimiter = coding.delimiters.subcomponent {
          let all = number <= components.count ? components[number - 1].subcomponents : []
          piece = joined(all.map(\.bytes), replacing: subcomponent - 1, by: piece, delimiter)
        }
        piece = joined(components.map(\.bytes), replacing: number - 1, by: piece, coding.delimiters.component)
      }
      piece = joined(repetitions.map(\.bytes), replacing: at, by: piece, coding.delimiters.repetition)
    }
    segments[index].replace(number, bytes: piece)
  }

  /// The segment's index; it is added where it would be the next of its name.
  private mutating func index(of place: Location) -> Int? {
    let same = segments.indices.filter { segments[$0].name == place.segment }
    if place.occurrence <= same.count { return same[place.occurrence - 1] }
    guard place.occurrence == same.count + 1 else { return nil }
    if let last = segments.indices.last, segments[last].terminator.isEmpty { segments[last].terminator = [0x0D] }
    segments.append(Segment(place.segment, coding: coding))
    return segments.count - 1
  }

  private func joined(
    _ pieces: [ArraySlice<UInt8>], replacing index: Int, by piece: [UInt8], _ delimiter: UInt8
  ) -> [UInt8] {
    var pieces = pieces
    while pieces.count <= index { pieces.append([]) }
    pieces[index] = piece[...]
    return Array(pieces.joined(separator: [delimiter]))
  }
}
