// SPDX-License-Identifier: Apache-2.0

import Radiology

/// What a department with its images is, as a replay of all acts that stand; it knows nothing of tables, corrections or
/// undoing.
struct ReconciliationModel {
  struct Person: Equatable {
    var numbers: [String]
    var former: [String] = []
    var name: String
    var birthDate: String
    var into: Int?
  }

  struct Study {
    let number: String
    let name: String
    let birthDate: String
    /// Place of the order that asks for it; nil for none.
    let order: Int?
    var hasArrived = false
    /// The order to which it was found to belong; once found it stays.
    var found: Int?
  }

  enum Act: Equatable {
    case merge(Int, into: Int)
    case rename(Int, String)
    case renumber(Int, from: String, to: String)
    case adopt(Int, String)
    case move(order: Int, to: Int)
    case attach(study: Int, order: Int)
  }

  struct State {
    var people: [Person]
    var orders: [Int]
    /// The order that a person attached a study to.
    var attached: [Int: Int] = [:]

    func stands(_ person: Int) -> Bool { people[person].into == nil }
    func owner(of number: String) -> Int? {
      people.indices.first { stands($0) && people[$0].numbers.contains(number) }
        ?? people.indices.first { stands($0) && people[$0].former.contains(number) }
    }
  }

  let people: [Person]
  var orders: [Int] = []
  var studies: [Study] = []
  /// Those that stand, the oldest first; `id` is the system's.
  var acts: [(id: Int64, act: Act)] = []

  var state: State {
    var state = State(people: people, orders: orders)
    for (_, act) in acts {
      switch act {
      case .merge(let old, let kept):
        state.people[old].into = kept
        state.people[kept].numbers += state.people[old].numbers
        state.people[kept].former += state.people[old].former
        for order in state.orders.indices where state.orders[order] == old { state.orders[order] = kept }
      case .rename(let person, let name): state.people[person].name = name
      case .renumber(let person, let old, let new):
        guard let place = state.people[person].numbers.firstIndex(of: old) else { continue }
        state.people[person].numbers[place] = new
        state.people[person].former.append(old)
      case .adopt(let person, let number): state.people[person].numbers.append(number)
      case .move(let order, let person): state.orders[order] = person
      case .attach(let study, let order): state.attached[study] = order
      }
    }
    return state
  }

  /// Studies that came, and whose order is of the patient whom they name.
  mutating func link() {
    let state = state
    for index in studies.indices where studies[index].hasArrived && studies[index].found == nil {
      guard state.attached[index] == nil, let order = studies[index].order else { continue }
      if state.owner(of: studies[index].number) == state.orders[order] { studies[index].found = order }
    }
  }

  private static func concerns(_ act: Act, _ owner: Int, _ order: Int?, _ study: Int) -> Bool {
    switch act {
    case .merge(_, into: owner), .rename(owner, _), .renumber(owner, _, _), .adopt(owner, _): true
    case .move(let moved, _): moved == order
    case .attach(study, _): true
    default: false
    }
  }

  /// The order that a study belongs to.
  func order(of study: Int, in state: State) -> Int? { state.attached[study] ?? studies[study].found }

  /// What the images of a study say: number, name, birth date.
  func said(_ study: Int, in state: State) -> [String] {
    let came = studies[study]
    let order = order(of: study, in: state)
    let owner = order.map { state.orders[$0] } ?? state.owner(of: came.number)
    // What nobody put right stays as it came.
    guard let owner, acts.contains(where: { Self.concerns($0.act, owner, order, study) }) else {
      return [came.number, came.name, came.birthDate]
    }
    let person = state.people[owner]
    return [person.numbers[0], person.name, person.birthDate]
  }
}
