// SPDX-License-Identifier: Apache-2.0

import { InstanceInfo, SeriesInfo, StudySummary } from "../src/api/types";

/** An axial CT slice of the phantom; `given` says what is different. */
export function instance(given: Partial<InstanceInfo> = {}): InstanceInfo {
  return {
    sopInstanceUID: "1.1", sopClassUID: "1.2.840.10008.5.1.4.1.1.2", number: 1,
    transferSyntaxUID: "1.2.840.10008.1.2.1",
    rows: 96, columns: 112, numberOfFrames: 1, samplesPerPixel: 1, bitsAllocated: 16, bitsStored: 16, highBit: 15,
    pixelRepresentation: 0, photometricInterpretation: "MONOCHROME2", windowCenter: [40], windowWidth: [400],
    windowExplanation: null, rescaleSlope: 1, rescaleIntercept: -1024, rescaleType: "HU", imagePosition: [-70, -48, 0],
    imageOrientation: [1, 0, 0, 0, 1, 0], pixelSpacing: [1, 1.25], imagerPixelSpacing: null, sliceLocation: 0,
    sliceThickness: 2.5, laterality: null, acquisitionDate: null, acquisitionTime: null, contentDate: null,
    contentTime: null, frameTime: null, isImage: true, lossy: false, ...given,
  };
}

export function series(instances: InstanceInfo[], given: Partial<SeriesInfo> = {}): SeriesInfo {
  return {
    seriesUID: "1", number: 1, modality: "CT", description: "", bodyPart: null, instanceCount: instances.length,
    instances, ...given,
  };
}

export function study(given: Partial<StudySummary> = {}): StudySummary {
  return {
    studyUID: "9", patientName: "Phantom^Geometry", patientID: "PHANTOM", issuer: "", birthDate: "19700102", sex: "O",
    accession: "ACC1", description: "Geometry phantom", date: "20240229", time: "235959.999999", modalities: ["CT"],
    referrer: "", seriesCount: 1, instanceCount: 40, firstReceived: 0, lastReceived: 0, conflicts: 0, thumbnail: null,
    ...given,
  };
}
