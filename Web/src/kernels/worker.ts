// SPDX-License-Identifier: Apache-2.0

import { decodeFrame } from "./decode";
import { Kernels } from "./kernels";
import { DecodeRequest, DecodeResponse } from "./messages";

interface WorkerScope {
  onmessage: ((event: MessageEvent<DecodeRequest>) => void) | null;
  postMessage(response: DecodeResponse, transfer: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A trap of the module leaves it unusable: it is loaded anew for every try. */
function load(): Promise<Kernels> {
  return Kernels.load(fetch("kernels.wasm"));
}

let kernels = load();
kernels.catch((error) => scope.postMessage({ id: 0, error: message(error) }, []));

scope.onmessage = async ({ data: { id, stream, form } }) => {
  try {
    const samples = decodeFrame(await kernels, new Uint8Array(stream), form).buffer as ArrayBuffer;
    scope.postMessage({ id, samples }, [samples]);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) kernels = load();
    scope.postMessage({ id, error: message(error) }, []);
  }
};
