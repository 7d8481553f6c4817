// SPDX-License-Identifier: Apache-2.0

import { DataSet } from "../dicom/data-set";
import { FRAMES_MEDIA_TYPE } from "../kernels/frame-record";
import { firstPart } from "../viewer/data/multipart";
import { openingAddress } from "./addresses";
import { ApiError } from "./problem";
import { Http } from "./http";
import { Opening, readOpening } from "./opening";
import { StudyDetail, StudyPage } from "./types";

const uid = encodeURIComponent;

/** Studies, series and what they are made of. */
export class Archive {
  constructor(private readonly http: Http) {}

  studies(parameters: URLSearchParams, signal?: AbortSignal): Promise<StudyPage> {
    return this.http.json<StudyPage>(`/api/v1/studies?${parameters.toString()}`, signal);
  }

  study(studyUID: string, signal?: AbortSignal): Promise<StudyDetail> {
    return this.http.json<StudyDetail>(`/api/v1/studies/${uid(studyUID)}`, signal);
  }

  /** The index of a study and the first image of a series, of the first with images by default, in one answer. */
  async opening(studyUID: string, series: string | null, signal?: AbortSignal): Promise<Opening> {
    const response = await this.http.authorised("GET", openingAddress(studyUID, series), {
      accept: FRAMES_MEDIA_TYPE, signal, priority: "high",
    });
    if (!response.body) throw new Error("The answer of the server has no content.");
    return readOpening(response.body);
  }

  /** Decoded pixels of one frame, counted from 1; fewer of a large one where that is asked for. */
  pixels(
    instance: InstancePath, frame: number, options: { signal: AbortSignal; urgent: boolean; coarse?: boolean },
  ): Promise<Response> {
    const path = `/api/v1/studies/${uid(instance.study)}/series/${uid(instance.series)}/instances/${uid(instance.sop)}`;
    return this.http.authorised("GET", `${path}/frames/${frame}/pixels${options.coarse ? "?coarse=true" : ""}`, {
      accept: "application/octet-stream",
      signal: options.signal,
      priority: options.urgent ? "high" : "low",
    });
  }

  /** One frame as it is stored, counted from 1 (PS3.18 §10.4.1.6). */
  frame(
    instance: InstancePath, frame: number, options: { accept: string; signal: AbortSignal; urgent: boolean },
  ): Promise<Response> {
    return this.http.authorised("GET", frameAddress(instance, frame), {
      accept: options.accept,
      signal: options.signal,
      priority: options.urgent ? "high" : "low",
    });
  }

  /** All attributes of an instance but bulk data (PS3.18 §10.4.1.1.2). */
  async metadata(instance: InstancePath, signal?: AbortSignal): Promise<DataSet | null> {
    const response = await this.http.authorised("GET", `${instanceResource(instance)}/metadata`, {
      accept: "application/dicom+json", signal,
    });
    return ((await response.json()) as DataSet[])[0] ?? null;
  }

  /** A binary value by its address on this server (PS3.18 §10.4.1.5). */
  async bulk(address: string, signal?: AbortSignal): Promise<Uint8Array> {
    const { pathname, search } = new URL(address, location.href);
    const response = await this.http.authorised("GET", pathname + search, {
      accept: "application/octet-stream, multipart/related; type=\"application/octet-stream\"", signal,
    });
    return firstPart(new Uint8Array(await response.arrayBuffer()), response.headers.get("Content-Type") ?? "");
  }

  /** An object in a form that people read (PS3.18 §10.4.1.3). */
  rendered(instance: InstancePath, accept: string): Promise<Response> {
    return this.http.authorised("GET", renderedAddress(instance), { accept });
  }

  /** Stores an object (PS3.18 §10.5). Fails with the reason of the server where it refuses it. */
  async store(study: string, file: Uint8Array): Promise<void> {
    const boundary = `martlet-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
    const head = new TextEncoder().encode(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    const tail = new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
    const bytes = new Uint8Array(head.length + file.length + tail.length);
    bytes.set(head);
    bytes.set(file, head.length);
    bytes.set(tail, head.length + file.length);
    await this.http.authorised("POST", `/dicom-web/studies/${uid(study)}`, {
      accept: "application/dicom+json",
      content: { bytes, type: `multipart/related; type="application/dicom"; boundary=${boundary}` },
    });
  }

  /** What the user keeps under a topic; null for nothing. */
  preference<T>(topic: string): Promise<T | null> {
    return this.http.json<T | null>(`/api/v1/preferences/${topic}`).catch((error: unknown) => {
      // A server that keeps none, or a visitor by a link.
      if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
      throw error;
    });
  }

  async keepPreference(topic: string, value: unknown): Promise<void> {
    await this.http.authorised("PUT", `/api/v1/preferences/${topic}`, { body: value });
  }

  /** The stored object, as PS3.18 gives it: one part of a multipart body, or alone. */
  object(instance: InstancePath): Promise<Response> {
    return this.http.authorised("GET", instanceResource(instance), {
      accept: "application/dicom, multipart/related; type=\"application/dicom\"; transfer-syntax=*",
    });
  }
}

export interface InstancePath {
  study: string;
  series: string;
  sop: string;
}

function instanceResource(instance: InstancePath): string {
  return `/dicom-web/studies/${uid(instance.study)}/series/${uid(instance.series)}/instances/${uid(instance.sop)}`;
}

/** One frame, counted from 1. */
export function frameAddress(instance: InstancePath, frame: number): string {
  return `${instanceResource(instance)}/frames/${frame}`;
}

export function renderedAddress(instance: InstancePath): string {
  return `${instanceResource(instance)}/rendered`;
}

/** One stream of the frames of a series. */
export function streamAddress(study: string, series: string): string {
  return `/api/v1/studies/${uid(study)}/series/${uid(series)}/stream`;
}

export function seriesThumbnail(study: string, series: string): string {
  return `/dicom-web/studies/${uid(study)}/series/${uid(series)}/thumbnail?viewport=128,128`;
}
