// SPDX-License-Identifier: Apache-2.0

import { effect } from "./signal";

type Release = () => void;

/** Everything that a page or component started; `dispose` ends all of it. */
export class Scope {
  private releases: Release[] = [];
  private disposed = false;

  get isDisposed(): boolean {
    return this.disposed;
  }

  own(release: Release): void {
    if (this.disposed) release();
    else this.releases.push(release);
  }

  effect(body: () => void): void {
    this.own(effect(body));
  }

  child(): Scope {
    const scope = new Scope();
    this.own(() => scope.dispose());
    return scope;
  }

  listen<K extends keyof WindowEventMap>(
    target: Window, type: K, handler: (event: WindowEventMap[K]) => void, options?: AddEventListenerOptions,
  ): void;
  listen<K extends keyof DocumentEventMap>(
    target: Document, type: K, handler: (event: DocumentEventMap[K]) => void, options?: AddEventListenerOptions,
  ): void;
  listen<K extends keyof HTMLElementEventMap>(
    target: HTMLElement, type: K, handler: (event: HTMLElementEventMap[K]) => void, options?: AddEventListenerOptions,
  ): void;
  listen(target: EventTarget, type: string, handler: (event: never) => void, options?: AddEventListenerOptions): void {
    const listener = handler as EventListener;
    target.addEventListener(type, listener, options);
    this.own(() => target.removeEventListener(type, listener, options));
  }

  every(milliseconds: number, work: () => void): void {
    const timer = setInterval(work, milliseconds);
    this.own(() => clearInterval(timer));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.releases.reverse().forEach((release) => release());
    this.releases = [];
  }
}
