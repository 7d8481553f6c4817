// SPDX-License-Identifier: Apache-2.0

/// Enumerated values and defined terms, by hand from PS3.3. A line: module, sequence that holds the attribute (`/` is the
/// root, `*` any place), keyword, position of the value or `*`, `E` (enumerated) or `D` (defined), the terms, and the
/// condition under which the line applies.
enum TermTable {
  static let all: [StaticString] = [patientAndStudy, image]

  static let patientAndStudy: StaticString = """
    patient|/|PatientSex|*|E|M,F,O|
    patient|/|PatientIdentityRemoved|*|E|YES,NO|
    """

  static let image: StaticString = """
    image-pixel|/|PixelRepresentation|*|E|0,1|
    image-pixel|/|PlanarConfiguration|*|E|0,1|
    """
}
