// SPDX-License-Identifier: Apache-2.0

import Radiology
import SQLTestKit
import Testing

@Suite struct DuplicateTests {
  private static func like(_ name: String, _ birthDate: String = "", id: String = "", telephone: String = "")
    -> PatientRecord
  {
    var patient = PatientRecord(
      identifiers: id.isEmpty ? [] : [PatientIdentifier(id, issuer: "HIS")], name: name, birthDate: birthDate)
    patient.contact.telephone = telephone
    return patient
  }

  @Test(arguments: Engine.available) func patientsWhoMayBeTheSameAreTold(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    for (id, name, birth) in [
      ("P1", "Müller^Anna Maria", "19700102"), ("P2", "Novák^Jan", "19800505"), ("P3", "Meier^Karl", "19700102"),
    ] {
      var patient = PatientRecord(
        identifiers: [PatientIdentifier(id, issuer: "HIS")], name: name, birthDate: birth)
      patient.contact.telephone = id == "P3" ? "+41 79 555 01 02" : ""
      _ = try department.register(patient, by: DepartmentFixture.clerk)
    }
    func found(_ patient: PatientRecord) throws -> [String] {
      try department.patientsLike(patient).map(\.patient.primaryIdentifier.value)
    }
    // The same name without its accents, the given name first, one given name less, a name that sounds alike.
    #expect(try found(Self.like("Muller^Anna Maria")) == ["P1"])
    #expect(try found(Self.like("Anna Maria^Müller", "19700102")) == ["P1"])
    #expect(try found(Self.like("Müller^Anna", "19700102")) == ["P1"])
    #expect(try found(Self.like("Nofack^Jan", "19800505")) == ["P2"])
    #expect(try found(Self.like("Maier^Carl", "19700102", telephone: "0041795550102")) == [])
    #expect(try found(Self.like("Other^Name", "19700102", telephone: "+41795550102")) == ["P3"])
    #expect(try found(Self.like("Quite^Different", id: "P2")) == ["P2"])
    // Nobody who shares a birthday alone, or has one word of the name.
    #expect(try found(Self.like("Rossi^Luca", "19700102")) == [])
    #expect(try found(Self.like("Müller^Peter", "19991231")) == [])
    #expect(try department.patientsLike(Self.like("Nofack^Jan", "19800505")).first?.reasons == [.sound, .birthDate])
  }

  @Test(arguments: Engine.available) func aSecondExamOfTheSameKindIsTold(_ engine: Engine) throws {
    let fixture = try DepartmentFixture(engine)
    let department = fixture.department
    let order = try department.place(
      DepartmentFixture.order(at: "202603041030", placer: "A1"), for: DepartmentFixture.patient(),
      by: DepartmentFixture.his)
    func like(_ description: String, _ patient: Int64) throws -> [Bool] {
      try department.examsLike(patient: patient, code: "", description: description).map(\.isOpen)
    }
    #expect(try like("ct  Thorax", order.patient) == [true])
    #expect(try like("CT abdomen", order.patient) == [])
    #expect(try like("CT thorax", order.patient + 1) == [])
    _ = try department.perform(.complete, exam: order.procedures[0].id, by: DepartmentFixture.technologist)
    #expect(try like("CT thorax", order.patient) == [false])
    let second = try department.place(
      DepartmentFixture.order(placer: "A2"), for: DepartmentFixture.patient(), by: DepartmentFixture.his)
    _ = try department.cancel(.id(second.id), reason: "twice", by: DepartmentFixture.clerk)
    #expect(try like("CT thorax", order.patient) == [false])
  }
}
