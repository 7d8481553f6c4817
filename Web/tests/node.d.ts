// SPDX-License-Identifier: Apache-2.0

/** What the tests use of node: declared here, so that no package of types is needed. */

declare module "node:test" {
  export function test(name: string, body: () => void | Promise<void>): void;
}

declare module "node:assert/strict" {
  interface Assert {
    equal(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    ok(value: unknown, message?: string): void;
    throws(body: () => unknown, expected?: RegExp): void;
    rejects(body: Promise<unknown>, expected?: RegExp): Promise<void>;
  }
  const assert: Assert;
  export default assert;
}

declare module "node:fs" {
  interface FileBytes extends Uint8Array {
    toString(): string;
  }
  export function readFileSync(path: string): FileBytes;
  export function readdirSync(path: string, options: { withFileTypes: true }): {
    name: string; isDirectory(): boolean,
  }[];
}

declare const process: { readonly env: Record<string, string | undefined> };
