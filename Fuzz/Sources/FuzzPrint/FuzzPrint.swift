// SPDX-License-Identifier: Apache-2.0

import DICOMCore
import DICOMDictionary
import DICOMFile
import DICOMNetwork
import DICOMServices

/// Data sets of print requests (PS3.4 Annex H): what a stranger sends becomes a film session, a film box, image boxes,
/// annotations and a presentation LUT, and is printed. The first byte chooses the transfer syntax, and what besides the
/// stranger's attributes is right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPrint(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  let syntax: TransferSyntax = first & 1 == 0 ? .explicitVRLittleEndian : .implicitVRLittleEndian
  let limits = ReadLimits(depth: 64, elements: 10_000, inflatedLength: 1 << 20)
  guard
    let given = try? DataSetReader.read(
      ByteSlice(Array(bytes.dropFirst())), transferSyntax: syntax, options: ReadOptions(limits: limits))
  else { return 0 }
  var printing = Printing(given: given, isColor: first & 2 != 0, isPlain: first & 4 != 0)
  printing.run()
  return 0
}

private struct Printing {
  let given: DataSet
  let isColor: Bool
  /// Film session and film box are right, so that the stranger's attributes come to image boxes.
  let isPlain: Bool
  private var session = PrintSession { UID("1.2.3.9") }

  init(given: DataSet, isColor: Bool, isPlain: Bool) {
    self.given = given
    self.isColor = isColor
    self.isPlain = isPlain
  }

  mutating func run() {
    perform(.nCreateRQ, .presentationLUT, "1.2.3.4", given)
    perform(.nCreateRQ, .basicFilmSession, "1.2.3.1", isPlain ? DataSet() : given)
    if !isPlain { perform(.nCreateRQ, .basicFilmSession, "1.2.3.1", DataSet()) }
    var box = isPlain ? DataSet() : given
    if box[.imageDisplayFormat] == nil || isPlain { box.set(.imageDisplayFormat, .ST, "STANDARD\\2,1") }
    var reference = DataSet()
    reference.set(.referencedSOPClassUID, .basicFilmSession)
    reference.set(.referencedSOPInstanceUID, "1.2.3.1")
    box.set(.referencedFilmSessionSequence, items: [reference])
    let made = perform(.nCreateRQ, .basicFilmBox, "1.2.3.2", box)
    perform(.nSetRQ, .basicFilmBox, "1.2.3.2", given)
    perform(.nSetRQ, .basicFilmSession, "1.2.3.1", given)
    for place in (made.dataSet?.items(.referencedImageBoxSequence) ?? []).prefix(4) {
      guard let uid = place.uid(.referencedSOPInstanceUID) else { preconditionFailure("an image box without a UID") }
      perform(.nSetRQ, isColor ? .basicColorImageBox : .basicGrayscaleImageBox, uid, given)
    }
    for place in (made.dataSet?.items(.referencedBasicAnnotationBoxSequence) ?? []).prefix(4) {
      perform(.nSetRQ, .basicAnnotationBox, place.uid(.referencedSOPInstanceUID), given)
    }
    for (sopClass, uid) in [(UID.basicFilmBox, UID("1.2.3.2")), (.basicFilmSession, "1.2.3.1")] {
      let printed = perform(.nActionRQ, sopClass, uid, given)
      for film in printed.films {
        precondition(film.images.count == film.format.boxCount, "a film has other boxes than its format")
        precondition((1...PrintSession.maximumCopies).contains(film.copies), "copies that nobody may ask for")
      }
      perform(.nDeleteRQ, sopClass, uid, DataSet())
    }
  }

  @discardableResult
  private mutating func perform(
    _ operation: CommandField, _ sopClass: UID, _ instance: UID?, _ dataSet: DataSet
  ) -> PrintSession.Answer {
    var request = PrintSession.Request(operation, sopClass, instance, actionTypeID: 1, dataSet)
    request.isColor = isColor
    let answer = session.perform(request)
    precondition(answer.status.isDone || answer.comment != nil, "a refusal without a reason")
    return answer
  }
}
