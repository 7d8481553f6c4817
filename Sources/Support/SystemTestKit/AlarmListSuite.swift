// SPDX-License-Identifier: Apache-2.0

import Archive

/// What every `AlarmList` has to do.
public enum AlarmListSuite {
  public static let cases: [ConformanceCase<any AlarmList>] = [
    ConformanceCase("keeps one alarm for each kind and subject") { list in
      var alarm = make("storageFull", at: 5)
      try list.save([alarm, make("storageFull", subject: "hot/1.tar", at: 3)])
      alarm.count = 7
      alarm.lastAt = 9
      alarm.reason = "a text with ' and \u{e4}"
      try list.save([alarm])
      let found = try list.alarms(onlyOpen: true, limit: 10)
      try expect(found, [alarm, make("storageFull", subject: "hot/1.tar", at: 3)], "alarms")
    },
    ConformanceCase("tells those that are over last, or not at all") { list in
      var over = make("indexUnavailable", at: 50)
      over.clearedAt = 60
      let open = make("copyBehind", at: 10)
      try list.save([over, open])
      try expect(try list.alarms(onlyOpen: false, limit: 10), [open, over], "alarms")
      try expect(try list.alarms(onlyOpen: true, limit: 10), [open], "open alarms")
      try expect(try list.alarms(onlyOpen: false, limit: 1), [open], "first alarm")
    },
    ConformanceCase("opens again what was over") { list in
      var alarm = make("storageFull", at: 1)
      alarm.clearedAt = 2
      try list.save([alarm])
      let again = make("storageFull", at: 8)
      try list.save([again])
      try expect(try list.alarms(onlyOpen: true, limit: 10), [again], "alarms")
    },
    ConformanceCase("takes nothing") { list in
      try list.save([])
      try expect(try list.alarms(onlyOpen: false, limit: 10), [], "alarms")
    },
  ]

  private static func make(_ kind: String, subject: String = "", at time: Int64) -> Alarm {
    Alarm(
      kind: Alarm.Kind(rawValue: kind), subject: subject, severity: .critical, reason: "r", firstAt: time, lastAt: time)
  }
}
