// SPDX-License-Identifier: Apache-2.0

/** Values that tell who read them when they change. Effects run at once, or at the end of the outermost batch. */

interface Observer {
  run(): void;
  readonly sources: Set<Set<Observer>>;
}

let current: Observer | null = null;
let depth = 0;
const pending = new Set<Observer>();

export interface Readable<T> {
  /** The value; the effect that is running is run again when it changes. */
  get(): T;
  /** The value, without being told of changes. */
  peek(): T;
}

export class Signal<T> implements Readable<T> {
  private readonly observers = new Set<Observer>();

  constructor(private value: T) {}

  get(): T {
    if (current) {
      this.observers.add(current);
      current.sources.add(this.observers);
    }
    return this.value;
  }

  peek(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    batch(() => this.observers.forEach((observer) => pending.add(observer)));
  }

  update(change: (value: T) => T): void {
    this.set(change(this.value));
  }
}

/** Runs `work`; effects that depend on what it sets run once, afterwards. */
export function batch(work: () => void): void {
  depth += 1;
  try {
    work();
  } finally {
    depth -= 1;
    if (depth === 0) flush();
  }
}

function flush(): void {
  depth += 1;
  try {
    for (const observer of pending) {
      pending.delete(observer);
      observer.run();
    }
  } finally {
    depth -= 1;
  }
}

function forget(observer: Observer): void {
  observer.sources.forEach((source) => source.delete(observer));
  observer.sources.clear();
  pending.delete(observer);
}

/** Runs `body` now and whenever a signal that it read changes. Returns what stops it. */
export function effect(body: () => void): () => void {
  let stopped = false;
  const observer: Observer = {
    sources: new Set(),
    run() {
      if (stopped) return;
      forget(observer);
      const outer = current;
      current = observer;
      try {
        body();
      } finally {
        current = outer;
      }
    },
  };
  observer.run();
  return () => {
    stopped = true;
    forget(observer);
  };
}

/** Reads signals without being told of their changes. */
export function untracked<T>(body: () => T): T {
  const outer = current;
  current = null;
  try {
    return body();
  } finally {
    current = outer;
  }
}
