// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing

@Suite struct PatientTests {
  @Test(arguments: Engine.available) func aPatientHasManyNumbers(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let first = try department.register(DepartmentFixture.patient(), by: DepartmentFixture.his)
    var again = DepartmentFixture.patient()
    again.identifiers.append(PatientIdentifier("123", issuer: "NHS", type: "SS"))
    again.clinical.allergies = ["Iodine"]
    let second = try department.register(again, by: DepartmentFixture.his)
    #expect(second.id == first.id && second.identifiers.count == 2 && second.clinical.allergies == ["Iodine"])
    #expect(try department.patient(PatientIdentifier("123", issuer: "NHS")) == second)
    // The same number of another issuer is another patient.
    let other = try department.register(
      DepartmentFixture.patient("Martin^Luc", "P1", "OTHER"), by: DepartmentFixture.his)
    #expect(other.id != first.id)
    #expect(throws: RadiologyError(.conflict, "")) {
      try department.changePatient(id: other.id, by: DepartmentFixture.clerk) { patient in
        patient.identifiers = [PatientIdentifier("123", issuer: "NHS")]
      }
    }
  }

  @Test(arguments: Engine.available) func patientsAreFoundByPartsOfNames(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    for (name, id) in [("Müller^Zoë", "1"), ("Mueller^Anna", "2"), ("Novák^Jan", "3"), ("Li^Wei", "4")] {
      _ = try fixture.department.register(DepartmentFixture.patient(name, id), by: DepartmentFixture.his)
    }
    func found(_ text: String) throws -> [String] {
      var query = PatientQuery()
      query.text = text
      return try fixture.department.patients(matching: query).map(\.primaryIdentifier.value)
    }
    #expect(try found("muller") == ["1"])
    #expect(try found("ZOE MÜL") == ["1"])
    #expect(try found("ller") == ["2", "1"])
    #expect(try found("novak") == ["3"])
    #expect(try found("li") == ["4"])
    #expect(try found("3") == ["3"])
    #expect(try found("").count == 4)
    #expect(try found("nobody") == [])
  }

  @Test(arguments: Engine.available) func mergedPatientsLeadToOne(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let wrong = try department.place(
      DepartmentFixture.order(), for: DepartmentFixture.patient("Dupond^Marie", "P9"), by: DepartmentFixture.his)
    let right = try department.register(DepartmentFixture.patient(), by: DepartmentFixture.his)
    let kept = try department.mergePatient(wrong.patient, into: right.id, by: DepartmentFixture.clerk)
    #expect(kept.name == "Dupont^Marie" && kept.otherNames == ["Dupond^Marie"])
    #expect(try department.patient(PatientIdentifier("P9", issuer: "HIS")) == kept)
    #expect(try department.order(.id(wrong.id))?.patient == right.id)
    #expect(try department.patient(id: wrong.patient)?.mergedInto == right.id)
    var query = PatientQuery()
    query.text = "Dupond"
    #expect(try department.patients(matching: query).map(\.id) == [right.id])
  }

  @Test func malformedPatientsAreRefused() throws {
    let fixture = try DepartmentFixture()
    let department = fixture.department
    var patients = [DepartmentFixture.patient(""), DepartmentFixture.patient("A", ""), DepartmentFixture.patient()]
    patients[2].birthDate = "19700231"
    for patient in patients {
      #expect(throws: RadiologyError(.invalid, "")) {
        try department.register(patient, by: DepartmentFixture.clerk)
      }
    }
  }
}
