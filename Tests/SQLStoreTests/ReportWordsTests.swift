// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SQLStore

/// Words of radiology in their forms: those of one line are found by each other, those of two lines are not.
@Suite struct ReportWordsTests {
  static let forms: [(ReportLanguage, String)] = [
    (.english, "fracture fractures fractured"), (.english, "nodule nodules"), (.english, "opacity opacities"),
    (.english, "calcification calcifications calcified"), (.english, "metastasis metastases"),
    (.english, "stenosis stenoses"), (.english, "thrombus thrombi"), (.english, "embolus emboli"),
    (.english, "diverticulum diverticula"), (.english, "vertebra vertebrae"), (.english, "biopsy biopsies"),
    (.english, "mass masses"), (.english, "kidney kidneys"), (.english, "sarcoma sarcomas sarcomata"),
    (.spanish, "operación operaciones operacion"), (.spanish, "lesión lesiones lesion"),
    (.spanish, "dilatación dilataciones dilatado dilatada"), (.spanish, "densidad densidades"),
    (.spanish, "imagen imágenes imagenes"), (.spanish, "lumbar lumbares"), (.spanish, "riñón riñones"),
    (.spanish, "calcificación calcificaciones"), (.spanish, "inflamación inflamaciones"),
    (.spanish, "articulación articulaciones"), (.spanish, "fractura fracturas"), (.spanish, "derrame derrames"),
    (.spanish, "nódulo nódulos"), (.spanish, "opacidad opacidades"), (.spanish, "normal normales"),
    (.spanish, "tumor tumores"), (.spanish, "pulmón pulmones"), (.spanish, "infección infecciones"),
    (.french, "dilaté dilatée dilatés dilatées"), (.french, "fracture fractures fracturé fracturée"),
    (.french, "calcifié calcifiée calcification"), (.french, "augmenté augmentée augmentés"),
    (.french, "déplacé déplacée déplacés"), (.french, "épanchement épanchements"), (.french, "opacité opacités"),
    (.french, "discal discale discaux"), (.french, "osseux osseuse"), (.french, "œdème œdèmes oedeme"),
    (.italian, "frattura fratture"), (.italian, "nodulo noduli"), (.italian, "polmonare polmonari"),
    (.italian, "focolaio focolai"), (.italian, "linfonodo linfonodi"), (.italian, "versamento versamenti"),
    (.italian, "aumentato aumentata aumentati aumentate"), (.italian, "ernia ernie"),
    (.italian, "addensamento addensamenti"), (.italian, "epatico epatica epatici epatiche"),
    (.czech, "zlomenina zlomeniny zlomenin zlomeninu zlomeninou"), (.czech, "výpotek výpotku výpotky"),
    (.czech, "ložisko ložiska ložisek"), (.czech, "uzlina uzliny uzlin uzlinách"),
    (.czech, "plíce plic plicích"), (.czech, "játra jater játrech"), (.czech, "žlučník žlučníku"),
    (.czech, "zvětšený zvětšená zvětšené zvětšených"), (.czech, "metastáza metastázy metastáz"),
  ]

  @Test(arguments: forms) func formsOfAWordHaveOneStem(_ language: ReportLanguage, _ words: String) {
    let stems = Set(ReportWords(language).stems(of: words))
    #expect(stems.count == 1, "\(words): \(stems.sorted())")
  }

  @Test func differentWordsKeepApart() {
    for language in ReportLanguage.allCases where language != .other {
      let first = Self.forms.filter { $0.0 == language }.map { $0.1.split(separator: " ")[0] }
      let stems = Set(ReportWords(language).stems(of: first.joined(separator: " ")))
      #expect(stems.count == first.count, "\(language): \(stems.sorted())")
    }
  }

  @Test(
    arguments: [
      (.english, "No appendicitis.", "appendicitis"), (.english, "There is no evidence of free fluid.", "fluid"),
      (.english, "Fracture without displacement", "displacement"), (.english, "Negative for embolism", "embolism"),
      (.spanish, "Sin apendicitis.", "apendicitis"), (.spanish, "No se observan lesiones óseas.", "lesión"),
      (.spanish, "Ausencia de derrame", "derrames"), (.spanish, "Se descarta neumotórax", "neumotorax"),
      (.french, "Pas de fracture.", "fractures"), (.french, "Absence d'épanchement", "épanchement"),
      (.french, "Foie sans lésion", "lésions"), (.french, "Aucune adénopathie", "adénopathies"),
      (.italian, "Senza versamento.", "versamenti"), (.italian, "Non si osservano fratture", "frattura"),
      (.italian, "Assenza di noduli", "nodulo"), (.italian, "Nessuna lesione", "lesioni"),
      (.czech, "Bez zlomeniny.", "zlomenina"), (.czech, "Výpotek není patrný", "patrný"),
      (.czech, "Neprokazuje se ložisko", "ložiska"), (.czech, "Žádné uzliny", "uzlina"),
    ] as [(ReportLanguage, String, String)])
  func whatIsDeniedIsNotAffirmed(_ language: ReportLanguage, _ text: String, _ word: String) {
    let words = ReportWords(language)
    let stem = words.stem(SearchWords.words(word)[0])
    #expect(words.stems(of: text).contains(stem), "\(words.stems(of: text)) \(stem)")
    #expect(!words.affirmedStems(of: text).contains(stem), "\(words.affirmedStems(of: text)) \(stem)")
  }

  @Test(
    arguments: [
      (.english, "No fracture, but an effusion.", "effusion"), (.english, "No fracture. Effusion.", "effusion"),
      (.spanish, "Sin fracturas, pero con derrame.", "derrame"),
      (.french, "Pas de fracture mais un épanchement.", "épanchement"),
      (.italian, "Senza fratture, ma versamento.", "versamento"), (.czech, "Bez zlomeniny, ale výpotek.", "výpotek"),
      (.english, "Known nodule", "nodule"), (.italian, "Anonimo nodulo", "nodulo"),
    ] as [(ReportLanguage, String, String)])
  func whatIsNotDeniedStays(_ language: ReportLanguage, _ text: String, _ word: String) {
    let words = ReportWords(language)
    #expect(words.affirmedStems(of: text).contains(words.stem(SearchWords.words(word)[0])))
  }
}
