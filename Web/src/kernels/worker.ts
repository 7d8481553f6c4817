// SPDX-License-Identifier: Apache-2.0

import { decodeFrame } from "./decode";
import { Kernels } from "./kernels";
import { DecodeRequest, DecodeResponse, StreamRequest, StreamResponse } from "./messages";
import { StreamRunner } from "./streaming";

interface WorkerScope {
  onmessage: ((event: MessageEvent<DecodeRequest | StreamRequest>) => void) | null;
  postMessage(response: DecodeResponse | StreamResponse, transfer: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A trap of the module leaves it unusable: it is loaded anew for every try. */
function load(): Promise<Kernels> {
  return Kernels.load(fetch("kernels.wasm"));
}

let kernels: Promise<Kernels> | null = null;

/** The kernels, loaded when the first compressed frame comes. */
function ready(): Promise<Kernels> {
  if (!kernels) {
    kernels = load();
    kernels.catch((error) => scope.postMessage({ id: 0, error: message(error) }, []));
  }
  return kernels;
}

function trapped(error: unknown): void {
  if (error instanceof WebAssembly.RuntimeError) kernels = load();
}

const streams = new StreamRunner(
  () => ready().catch((error: unknown) => {
    trapped(error);
    throw error;
  }),
  (response, transfer) => scope.postMessage(response, transfer),
);

async function decode({ id, stream, form }: DecodeRequest): Promise<void> {
  try {
    const samples = decodeFrame(await ready(), new Uint8Array(stream), form).buffer as ArrayBuffer;
    scope.postMessage({ id, samples }, [samples]);
  } catch (error) {
    trapped(error);
    scope.postMessage({ id, error: message(error) }, []);
  }
}

scope.onmessage = ({ data }) => {
  if ("stream" in data) void decode(data);
  else if (data.address === null) streams.stop(data.id);
  else void streams.run(data.id, data.address, data.headers);
};
