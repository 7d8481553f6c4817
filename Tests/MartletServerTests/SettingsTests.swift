// SPDX-License-Identifier: Apache-2.0

import MartletServer
import Testing

@Suite struct SettingsTests {
  @Test func everySettingReadsWhatItShows() throws {
    for declaration in Settings.declarations {
      var settings = Settings()
      try settings.set(declaration.key, to: declaration.show(Settings()))
      #expect(settings == Settings(), "\(declaration.key)")
      #expect(!declaration.explanation.isEmpty && !declaration.form.isEmpty)
    }
    #expect(Set(Settings.declarations.map(\.key)).count == Settings.declarations.count)
    #expect(Set(Settings.declarations.map(\.environmentName)).count == Settings.declarations.count)
  }

  @Test func everyFieldIsDeclared() {
    let fields = Mirror(reflecting: Settings()).children.compactMap(\.label)
    #expect(Set(fields) == Set(Settings.declarations.map(\.key)))
  }

  @Test func aFileSetsAndTheEnvironmentOverrides() throws {
    var settings = Settings()
    try SettingsFile.apply(
      """
      aeTitle = "PACS1"
      dicomPort = 104
      checkCalledAETitle = true
      privateStorageClasses = ["1.2.3", "1.2.4"]
      """, to: &settings)
    try settings.apply(environment: ["MARTLET_DICOM_PORT": "11113", "PATH": "/bin"])
    #expect(settings.aeTitle == "PACS1")
    #expect(settings.dicomPort == 11113)
    #expect(settings.checkCalledAETitle)
    #expect(settings.privateStorageClasses == ["1.2.3", "1.2.4"])
  }

  @Test(arguments: [
    ("unknown = 1", "unknown"), ("dicomPort = 70000", "dicomPort"), ("dicomPort = \"x\"", "dicomPort"),
    ("aeTitle = \"SEVENTEEN CHARACT\"", "aeTitle"), ("acceptUnknownCallers = \"maybe\"", "acceptUnknownCallers"),
    ("privateStorageClasses = [\"one\"]", "privateStorageClasses"), ("= 1", "file"),
  ])
  func aFileThatCannotBeIsRefusedByKey(text: String, key: String) {
    var settings = Settings()
    let error = #expect(throws: SettingsError.self) { try SettingsFile.apply(text, to: &settings) }
    #expect(error?.key == key)
  }

  @Test func namesFollowTheKey() throws {
    let names = Dictionary(uniqueKeysWithValues: Settings.declarations.map { ($0.key, $0) })
    #expect(names["dicomPort"]?.environmentName == "MARTLET_DICOM_PORT")
    #expect(names["dicomPort"]?.flagName == "--dicom-port")
    #expect(names["aeTitle"]?.environmentName == "MARTLET_AE_TITLE")
    #expect(names["hl7Bind"]?.flagName == "--hl7-bind")
    #expect(names["maximumPDULength"]?.environmentName == "MARTLET_MAXIMUM_PDU_LENGTH")
  }
}

extension SettingsTests {
  @Test func theDatabaseTakesAnAddressWithoutAPassword() throws {
    var settings = Settings()
    for address in ["", "postgresql://martlet@db.example:5432/martlet?sslmode=verify-full", "postgresql:///martlet"] {
      try settings.set("database", to: address)
      #expect(settings.database == address)
    }
    for address in [
      "postgresql://martlet:secret@db/martlet", "postgres:///martlet?password=secret", "mysql://db/martlet", "index.db",
    ] {
      let error = #expect(throws: SettingsError.self) { try settings.set("database", to: address) }
      #expect(error?.description.contains("secret") == false)
    }
  }
}
