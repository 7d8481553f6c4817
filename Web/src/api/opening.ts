// SPDX-License-Identifier: Apache-2.0

import { FrameRecord, RecordHeader, RecordReader, recordForms } from "../kernels/frame-record";
import { InstanceInfo, SeriesInfo, StudyDetail, StudySummary } from "./types";

/** A study as it opens: its index, and the image that comes with it. */
export interface Opening {
  readonly detail: StudyDetail;
  /** The series whose image comes; null where none has images. */
  readonly first: string | null;
  /** Which image comes; null for none. */
  readonly header: RecordHeader | null;
  /** Of a large image one with fewer pixels, which is here first; null for others. */
  readonly coarse: Promise<FrameRecord | null>;
  /** The image when all of it is here; null where it is not sound. */
  readonly image: Promise<FrameRecord | null>;
}

interface CompactSeries extends Omit<SeriesInfo, "instances"> {
  readonly common: Record<string, unknown>;
  readonly columns: Record<string, unknown[]>;
}

interface CompactIndex {
  readonly study: StudySummary;
  readonly first: string | null;
  readonly series: readonly CompactSeries[];
}

/** What the server leaves out where no instance has it. */
const absent: InstanceInfo = {
  sopInstanceUID: "", sopClassUID: "", number: null, transferSyntaxUID: null, rows: null, columns: null,
  numberOfFrames: null, samplesPerPixel: null, bitsAllocated: null, bitsStored: null, highBit: null,
  pixelRepresentation: null, photometricInterpretation: null, windowCenter: null, windowWidth: null,
  windowExplanation: null, rescaleSlope: null, rescaleIntercept: null, rescaleType: null, imagePosition: null,
  imageOrientation: null, pixelSpacing: null, imagerPixelSpacing: null, nominalScannedPixelSpacing: null,
  sliceLocation: null, sliceThickness: null, spacingBetweenSlices: null, frameOfReferenceUID: null, imageType: null,
  laterality: null, acquisitionDate: null, acquisitionTime: null, contentDate: null, contentTime: null,
  frameTime: null, isImage: false, lossy: null, isVideo: false, imageComments: null, documentTitle: null,
  voiLUTFunction: null, presentationLUTShape: null, pixelPaddingValue: null, pixelAspectRatio: null,
  patientOrientation: null, viewPosition: null, recommendedDisplayFrameRate: null, cineRate: null,
};

/** What all instances have in common stands once, the rest in one list for each attribute. */
export function expandedSeries({ common, columns, ...series }: CompactSeries): SeriesInfo {
  const differing = Object.entries(columns);
  const instances = Array.from({ length: series.instanceCount }, (_, at) => {
    const instance: Record<string, unknown> = { ...absent, ...common };
    for (const [name, values] of differing) instance[name] = values[at] ?? null;
    return instance as unknown as InstanceInfo;
  });
  return { ...series, instances };
}

async function unpacked(bytes: Uint8Array): Promise<string> {
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** The records of an answer: each is there when it was read, the header of the image before its pixels. */
class OpeningReader {
  private readonly records: FrameRecord[] = [];
  private readonly headers: RecordHeader[] = [];
  private readonly reader = new RecordReader(
    (record) => this.records.push(record), (header) => this.headers.push(header),
  );

  constructor(private readonly body: ReadableStreamDefaultReader<Uint8Array>) {}

  /** The record, or null where the answer ended before. */
  async record(number: number): Promise<FrameRecord | null> {
    while (this.records.length <= number && await this.more());
    return this.records[number] ?? null;
  }

  async header(number: number): Promise<RecordHeader | null> {
    while (this.headers.length <= number && await this.more());
    return this.headers[number] ?? null;
  }

  private async more(): Promise<boolean> {
    const { done, value } = await this.body.read();
    if (!done) this.reader.push(value);
    return !done;
  }
}

/** Reads the index of a study, and goes on reading the image that follows it. */
export async function readOpening(body: ReadableStream<Uint8Array>): Promise<Opening> {
  const reader = new OpeningReader(body.getReader());
  const index = await reader.record(0);
  if (!index) throw new Error("The answer of the server was cut short.");
  const isPacked = index.header.form === recordForms.packedJSON;
  const text = isPacked ? await unpacked(index.payload) : new TextDecoder().decode(index.payload);
  const { study, first, series } = JSON.parse(text) as CompactIndex;
  const header = await reader.header(1);
  const isSound = header !== null && header.form !== recordForms.failure;
  const record = (number: number): Promise<FrameRecord | null> => reader.record(number).catch(() => null);
  const coarse = isSound && header.reduction > 1 ? record(1) : Promise.resolve(null);
  // One reads after the other.
  const image = coarse.then((before) => (isSound ? record(before ? 2 : 1) : null));
  return {
    detail: { study, series: series.map(expandedSeries) }, first, header: isSound ? header : null, coarse,
    image: image.then((one) => (one && one.header.form !== recordForms.failure ? one : null)),
  };
}
