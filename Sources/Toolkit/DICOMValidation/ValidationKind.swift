// SPDX-License-Identifier: Apache-2.0

/// What is wrong.
public enum ValidationKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// An attribute of type 1 or 2 is absent (PS3.5 §7.4).
  case missingAttribute
  /// An attribute of type 1C or 2C is absent although its condition is met (PS3.5 §7.4).
  case missingConditionalAttribute
  /// An attribute of type 1 or 1C has no value (PS3.5 §7.4).
  case emptyAttribute
  /// An attribute is there although its condition forbids it (PS3.5 §7.4).
  case unexpectedAttribute
  /// An attribute of no module of the information object definition: an extension of the SOP class (PS3.2 §7.3).
  case attributeNotInIOD
  /// An attribute, or a value, that the standard has retired.
  case retiredAttribute
  /// A tag of an even group that the dictionary does not know (PS3.6).
  case unknownAttribute
  /// What a directory record of this object needs is absent or empty (PS3.3 Annex F).
  case neededForDirectory

  /// The VR is none that the dictionary allows (PS3.6).
  case wrongVR
  /// The number of values is not what the dictionary allows (PS3.6).
  case wrongMultiplicity
  /// A value is longer or shorter than its VR allows (PS3.5 §6.2).
  case valueLength
  /// Characters or form of a value are not those of its VR (PS3.5 §6.2).
  case valueFormat
  /// A value is padded with something else than its VR asks for (PS3.5 §6.2).
  case valuePadding
  /// A person name of one component, as written before 1993 or by a program that does not separate (PS3.5 §6.2.1).
  case personNameForm
  /// Characters that Specific Character Set does not declare, or a term that it does not have (PS3.3 §C.12.1.1.2).
  case characterSet
  /// A value that is none of the enumerated values (PS3.5 §7.4).
  case enumeratedValue
  /// A value that is none of the defined terms; an extension is allowed (PS3.5 §7.4).
  case definedTerm
  /// A number outside of the range that makes sense.
  case valueRange
  /// A coding scheme that is retired or not the one asked for (PS3.16).
  case codingScheme

  /// A sequence with more or fewer items than its module allows.
  case itemCount
  /// Attributes that contradict one another.
  case inconsistentValues
  /// The pixel data has another length than the image needs (PS3.5 §8).
  case pixelDataLength
  /// One UID for two different things, or a UID from no root (PS3.5 §9).
  case uid
  /// An instance that is used is not listed where the standard asks for a list.
  case unlistedReference
  /// A content item in a relationship that the SOP class of the document does not allow (PS3.3 §A.35).
  case contentRelationship
  /// A functional group at the wrong level, or at both (PS3.3 §C.7.6.16).
  case functionalGroup

  /// A private element that no private creator reserves, or a creator that reserves nothing (PS3.5 §7.8.1).
  case privateCreator
  /// A group length that is not the length of the group (PS3.5 §7.2).
  case groupLength
  /// File Meta Information that is incomplete or contradicts the data set (PS3.10 §7.1).
  case fileMetaInformation
  /// Bytes that are encoded otherwise than the standard says, but could be read (PS3.5 §7).
  case encoding
  /// No information object definition is known for the SOP class; its modules were not checked.
  case unknownSOPClass
  /// There were more findings than are kept.
  case limitExceeded
}
