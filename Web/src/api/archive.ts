// SPDX-License-Identifier: Apache-2.0

import { DataSet } from "../dicom/data-set";
import { firstPart } from "../viewer/data/multipart";
import { Http } from "./http";
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

  /** Decoded pixels of one frame, counted from 1. */
  pixels(instance: InstancePath, frame: number, options: { signal: AbortSignal; urgent: boolean }): Promise<Response> {
    const path = `/api/v1/studies/${uid(instance.study)}/series/${uid(instance.series)}/instances/${uid(instance.sop)}`;
    return this.http.authorised("GET", `${path}/frames/${frame}/pixels`, {
      accept: "application/octet-stream",
      signal: options.signal,
      priority: options.urgent ? "high" : "low",
    });
  }

  /** One frame as it is stored, counted from 1 (PS3.18 §10.4.1.6). */
  frame(
    instance: InstancePath, frame: number, options: { accept: string; signal: AbortSignal; urgent: boolean },
  ): Promise<Response> {
    return this.http.authorised("GET", `${instanceResource(instance)}/frames/${frame}`, {
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

export function seriesThumbnail(study: string, series: string): string {
  return `/dicom-web/studies/${uid(study)}/series/${uid(series)}/thumbnail?viewport=128,128`;
}
