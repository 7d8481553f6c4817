// SPDX-License-Identifier: Apache-2.0

/** The values of `/api/v1` as they stand on the wire. Absent values are null. */

export interface SessionInfo {
  name: string;
  displayName: string;
  role: string;
  csrfToken: string;
  permissions?: string[];
  /** Somebody else made the password: nothing is open before another is chosen. */
  mustChangePassword?: boolean;
  /** AE titles of archives that can be asked together with this one. */
  otherArchives?: string[];
  /** Without a request for so long the session ends; absent where a token stands for the person. */
  idleSeconds?: number | null;
  /** After so long it ends in any case. */
  remainingSeconds?: number | null;
}

export interface StudySummary {
  studyUID: string;
  patientName: string;
  patientID: string;
  issuer: string;
  birthDate: string;
  sex: string;
  accession: string;
  description: string;
  date: string;
  time: string;
  modalities: string[];
  referrer: string;
  seriesCount: number;
  instanceCount: number;
  /** Microseconds since 1970-01-01 UTC. */
  firstReceived: number;
  lastReceived: number;
  conflicts: number;
  thumbnail: string | null;
  /** Where it is, if not here. */
  archives?: string[];
}

export interface StudyPage {
  total: number;
  /** There are more than these, which were not counted. */
  isMore: boolean;
  studies: StudySummary[];
}

export interface InstanceInfo {
  sopInstanceUID: string;
  sopClassUID: string;
  number: number | null;
  transferSyntaxUID: string | null;
  rows: number | null;
  columns: number | null;
  numberOfFrames: number | null;
  samplesPerPixel: number | null;
  bitsAllocated: number | null;
  bitsStored: number | null;
  highBit: number | null;
  pixelRepresentation: number | null;
  photometricInterpretation: string | null;
  windowCenter: number[] | null;
  windowWidth: number[] | null;
  windowExplanation: string[] | null;
  rescaleSlope: number | null;
  rescaleIntercept: number | null;
  rescaleType: string | null;
  imagePosition: number[] | null;
  imageOrientation: number[] | null;
  pixelSpacing: number[] | null;
  imagerPixelSpacing: number[] | null;
  nominalScannedPixelSpacing?: number[] | null;
  sliceLocation: number | null;
  sliceThickness: number | null;
  spacingBetweenSlices?: number | null;
  frameOfReferenceUID?: string | null;
  imageType?: string[] | null;
  laterality: string | null;
  acquisitionDate: string | null;
  acquisitionTime: string | null;
  contentDate: string | null;
  contentTime: string | null;
  /** Milliseconds between frames of a cine loop. */
  frameTime: number | null;
  isImage: boolean;
  lossy: boolean | null;
  isVideo?: boolean;
  imageComments?: string | null;
  documentTitle?: string | null;
  voiLUTFunction?: string | null;
  presentationLUTShape?: string | null;
  pixelPaddingValue?: number | null;
  pixelPaddingRangeLimit?: number | null;
  pixelAspectRatio?: number[] | null;
  /** Directions of the row and of the column where there is no orientation in space: `["L", "F"]`. */
  patientOrientation?: string[] | null;
  viewPosition?: string | null;
  recommendedDisplayFrameRate?: number | null;
  cineRate?: number | null;
}

export interface SeriesInfo {
  seriesUID: string;
  number: number | null;
  modality: string | null;
  description: string | null;
  bodyPart: string | null;
  instanceCount: number;
  instances: InstanceInfo[];
}

export interface StudyDetail {
  study: StudySummary;
  series: SeriesInfo[];
}

export interface StudyEvent {
  studyUID: string;
}
