// SPDX-License-Identifier: Apache-2.0

/// The words of a printed report's frame in the report's language.
struct ReportWording {
  var patient = "Patient"
  var born = "Born"
  var accession = "Accession number"
  var examined = "Examined"
  var validated = "Validated by"
  var version = "Version"
  var preliminary = "PRELIMINARY, NOT VALIDATED"

  /// - Parameter language: RFC 5646; English where it is none of those known.
  init(_ language: String) {
    switch language.split(separator: "-").first {
    case "es":
      (patient, born, accession, examined) = ("Paciente", "Nacimiento", "Número de acceso", "Examen")
      (validated, version, preliminary) = ("Validado por", "Versión", "PRELIMINAR, NO VALIDADO")
    case "fr":
      (patient, born, accession, examined) = ("Patient", "Né(e) le", "Numéro d’accès", "Examen")
      (validated, version, preliminary) = ("Validé par", "Version", "PRÉLIMINAIRE, NON VALIDÉ")
    case "it":
      (patient, born, accession, examined) = ("Paziente", "Nascita", "Numero di accesso", "Esame")
      (validated, version, preliminary) = ("Validato da", "Versione", "PRELIMINARE, NON VALIDATO")
    case "cs":
      (patient, born, accession, examined) = ("Pacient", "Narození", "Číslo žádanky", "Vyšetření")
      (validated, version, preliminary) = ("Schválil(a)", "Verze", "PŘEDBĚŽNÉ, NESCHVÁLENO")
    default: break
    }
  }
}
