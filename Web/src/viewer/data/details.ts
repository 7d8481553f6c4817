// SPDX-License-Identifier: Apache-2.0

import { Archive, InstancePath } from "../../api/archive";
import { isAbort } from "../../api/problem";
import { DataSet } from "../../dicom/data-set";
import { Signal } from "../../signals/signal";

const MOST_KEPT = 1_000;
const MOST_REQUESTS = 2;
const MOST_BINARY_BYTES = 256 * 1024 * 1024;
/** An image must stay so long before what is particular to it is asked for, so that scrolling asks for nothing. */
export const REST_MS = 180;

/** All attributes of instances, but bulk data, fetched when somebody looks. */
export class Details {
  /** Counts data sets that came. */
  readonly arrivals = new Signal(0);
  private readonly sets = new Map<string, DataSet | null>();
  private readonly binaries = new Map<string, Uint8Array | null>();
  private readonly waiting = new Map<string, InstancePath>();
  private readonly askers = new Map<string, ((set: DataSet | null) => void)[]>();
  private readonly abort = new AbortController();
  private running = 0;

  constructor(private readonly archive: Archive) {}

  /** What is known now. */
  peek(sop: string): DataSet | null {
    return this.sets.get(sop) ?? null;
  }

  /** What is known now; it is asked for where nothing is. */
  want(path: InstancePath): DataSet | null {
    const known = this.sets.get(path.sop);
    if (known === undefined && !this.waiting.has(path.sop)) {
      this.waiting.set(path.sop, path);
      this.pump();
    }
    return known ?? null;
  }

  /** Null where it cannot be had. */
  whole(path: InstancePath): Promise<DataSet | null> {
    const known = this.sets.get(path.sop);
    if (known !== undefined && !this.waiting.has(path.sop)) return Promise.resolve(known);
    return new Promise((resolve) => {
      this.askers.set(path.sop, [...(this.askers.get(path.sop) ?? []), resolve]);
      this.want(path);
    });
  }

  /** Binary values that stand elsewhere: null until they came. */
  bulk(address: string): Uint8Array | null {
    const known = this.binaries.get(address);
    if (known !== undefined) return known;
    this.binaries.set(address, null);
    this.archive.bulk(address, this.abort.signal).then((bytes) => {
      this.binaries.set(address, bytes);
      this.forget();
      this.arrivals.update((count) => count + 1);
    }, () => undefined);
    return null;
  }

  /** Drops the oldest binary values where they are too many bytes; the last one stays. */
  private forget(): void {
    let bytes = 0;
    for (const one of this.binaries.values()) bytes += one?.length ?? 0;
    for (const [address, one] of this.binaries) {
      if (bytes <= MOST_BINARY_BYTES || this.binaries.size < 2) return;
      if (!one) continue;
      bytes -= one.length;
      this.binaries.delete(address);
    }
  }

  stop(): void {
    this.abort.abort();
    this.waiting.clear();
  }

  private pump(): void {
    for (const path of this.waiting.values()) {
      if (this.running >= MOST_REQUESTS) return;
      if (this.sets.has(path.sop)) continue;
      this.sets.set(path.sop, null);
      this.running += 1;
      void this.load(path);
    }
  }

  private async load(path: InstancePath): Promise<void> {
    try {
      const set = await this.archive.metadata(path, this.abort.signal);
      this.sets.set(path.sop, set);
      for (const oldest of this.sets.keys()) {
        if (this.sets.size <= MOST_KEPT) break;
        this.sets.delete(oldest);
      }
    } catch (error) {
      if (isAbort(error)) return;
    } finally {
      this.running -= 1;
      this.waiting.delete(path.sop);
    }
    const set = this.peek(path.sop);
    this.askers.get(path.sop)?.forEach((resolve) => resolve(set));
    this.askers.delete(path.sop);
    if (set) this.arrivals.update((count) => count + 1);
    this.pump();
  }
}
