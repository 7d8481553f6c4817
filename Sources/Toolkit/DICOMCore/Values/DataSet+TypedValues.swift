// SPDX-License-Identifier: Apache-2.0

extension DataSet {
  /// The values of an attribute in the type of its VR; nil where it is absent.
  ///
  /// Text that does not follow the rules of its VR comes as `.texts`; UN and encapsulated pixel data as `.bytes`, the
  /// latter empty.
  public func values(_ tag: Tag) -> AttributeValues? {
    guard let element = self[tag] else { return nil }
    switch element.value {
    case .items(let items): return .items(items)
    case .fragments: return .empty
    case .bytes(let bytes):
      if bytes.isEmpty { return .empty }
      switch element.vr {
      case .AT: return .tags(tags(tag) ?? [])
      case .US, .SS, .UL, .SL, .SV: return .integers(integers(tag) ?? [])
      case .UV: return .unsignedIntegers(unsignedIntegers(tag) ?? [])
      case .FL, .FD: return .doubles(doubles(tag) ?? [])
      case .OB, .OD, .OF, .OL, .OV, .OW, .UN, .SQ: return .bytes(bytes)
      default: return textValues(tag, element.vr)
      }
    }
  }

  private func textValues(_ tag: Tag, _ vr: VR) -> AttributeValues {
    let texts = strings(tag) ?? []
    func all<Value>(_ read: (String) -> Value?) -> [Value]? {
      let values = texts.compactMap(read)
      return values.count == texts.count ? values : nil
    }
    let typed: AttributeValues? =
      switch vr {
      case .UI: .uids(texts.map { UID($0) })
      case .PN: .personNames(texts.map { PersonName($0) })
      case .DA: all { DICOMDate($0) }.map { .dates($0) }
      case .TM: all { DICOMTime($0) }.map { .times($0) }
      case .DT: all { DICOMDateTime($0) }.map { .dateTimes($0) }
      case .AS: all { Age($0) }.map { .ages($0) }
      case .DS: all { DecimalString($0) }.map { .decimals($0) }
      case .IS: all { Int($0) }.map { .integers($0) }
      default: nil
      }
    return typed ?? .texts(texts)
  }

  /// All values of AT; nil where absent or of another VR.
  public func tags(_ tag: Tag) -> [Tag]? {
    guard self[tag]?.vr == .AT else { return nil }
    return integers(tag)?.map { Tag(rawValue: UInt32(truncatingIfNeeded: $0)) }
  }

  /// All values of UV or OV, which `integers` clamps to `Int`, or of another unsigned VR.
  public func unsignedIntegers(_ tag: Tag) -> [UInt64]? {
    guard let element = self[tag], let bytes = element.bytes else { return nil }
    if element.vr == .UV || element.vr == .OV { return numbers(bytes, UInt64.self) }
    return integers(tag)?.compactMap { UInt64(exactly: $0) }
  }

  /// All UIDs; nil where absent.
  public func uids(_ tag: Tag) -> [UID]? { strings(tag)?.map { UID($0) } }

  /// All person names, with their three component groups; nil where absent.
  public func personNames(_ tag: Tag) -> [PersonName]? { strings(tag)?.map { PersonName($0) } }

  /// The first person name; nil where absent or empty.
  public func personName(_ tag: Tag) -> PersonName? { string(tag).map { PersonName($0) } }

  /// The first date of DA, or of DT; nil where absent, empty or no date.
  public func date(_ tag: Tag) -> DICOMDate? {
    string(tag).flatMap { DICOMDate($0) ?? DICOMDateTime($0)?.date }
  }

  /// The first time of TM; nil where absent, empty or no time.
  public func time(_ tag: Tag) -> DICOMTime? { string(tag).flatMap { DICOMTime($0) } }

  /// The first date and time of DT; nil where absent, empty or none.
  public func dateTime(_ tag: Tag) -> DICOMDateTime? { string(tag).flatMap { DICOMDateTime($0) } }

  /// A date (DA) and a time (TM) in attributes of their own, with Timezone Offset From UTC (0008,0201) of this data
  /// set; nil where there is no date.
  public func dateTime(date: Tag, time: Tag) -> DICOMDateTime? {
    guard let day = self.date(date) else { return nil }
    let offset = string(.offsetFromUTC).flatMap { DICOMDateTime.minutes($0) }
    return DICOMDateTime(date: day, time: day.isComplete ? self.time(time) : nil, offset: offset)
  }

  /// The range of dates that a query asks for; nil where absent, empty or none.
  public func dateRange(_ tag: Tag) -> ValueRange<DICOMDate>? { string(tag).flatMap { ValueRange($0) } }

  /// The range of times that a query asks for.
  public func timeRange(_ tag: Tag) -> ValueRange<DICOMTime>? { string(tag).flatMap { ValueRange($0) } }

  /// The range of dates and times that a query asks for.
  public func dateTimeRange(_ tag: Tag) -> ValueRange<DICOMDateTime>? { string(tag).flatMap { ValueRange($0) } }

  /// The first age of AS; nil where absent, empty or none.
  public func age(_ tag: Tag) -> Age? { string(tag).flatMap { Age($0) } }

  /// All values of DS with their exact text; nil at the place of one that is no number.
  public func decimals(_ tag: Tag) -> [DecimalString?]? { strings(tag)?.map { DecimalString($0) } }
}

extension Tag {
  // The dictionary, which names tags for all others, stands above this library.
  static var declaredCharacterSet: Tag { Tag(0x0008, 0x0005) }
  static var offsetFromUTC: Tag { Tag(0x0008, 0x0201) }
}
