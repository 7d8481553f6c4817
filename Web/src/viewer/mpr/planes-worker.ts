// SPDX-License-Identifier: Apache-2.0

import { SampleArray } from "../data/pixels";
import { BlockShape, PartValues, PlanePart, VolumeBlocks } from "./volume-blocks";

export type PlanesRequest =
  | { readonly shape: BlockShape }
  | { readonly slice: number; readonly pixels: SampleArray }
  | { readonly given: number }
  | { readonly id: number; readonly part: PlanePart };

export type PlanesResponse =
  | { readonly id: number; readonly values: PartValues | null }
  | { readonly given: number; readonly pixels: SampleArray | null }
  | { readonly failure: string };

interface WorkerScope {
  onmessage: ((event: MessageEvent<PlanesRequest>) => void) | null;
  postMessage(response: PlanesResponse, transfer: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;
let blocks: VolumeBlocks | null = null;

function take(request: PlanesRequest): void {
  if ("shape" in request) {
    blocks = new VolumeBlocks(request.shape);
  } else if ("slice" in request) {
    blocks?.put(request.slice, request.pixels);
  } else if ("given" in request) {
    const pixels = blocks?.get(request.given) ?? null;
    scope.postMessage({ given: request.given, pixels }, pixels ? [pixels.buffer as ArrayBuffer] : []);
  } else {
    const values = blocks?.sample(request.part) ?? null;
    const arrays = values ? [values.values, ...(values.counts ? [values.counts] : [])] : [];
    scope.postMessage({ id: request.id, values }, arrays.map(({ buffer }) => buffer as ArrayBuffer));
  }
}

scope.onmessage = ({ data }) => {
  try {
    take(data);
  } catch (error) {
    scope.postMessage({ failure: error instanceof Error ? error.message : String(error) }, []);
  }
};
