/** The shopping bag: kept in this browser, priced by the server. */

import type { Wanted } from "./api";

export interface Picked extends Wanted {
  product: string;
}

const MOST = 99;

export class Cart {
  private readonly key: string;
  private lines: Picked[];
  private listeners: (() => void)[] = [];

  constructor(shop: string) {
    this.key = `zhanggui-shop:${shop}:cart`;
    this.lines = this.read();
    addEventListener("storage", (event) => {
      if (event.key !== this.key) return;
      this.lines = this.read();
      this.tell();
    });
  }

  get items(): readonly Picked[] {
    return this.lines;
  }

  get pieces(): number {
    return this.lines.reduce((sum, line) => sum + line.quantity, 0);
  }

  /** One order's own key: the same until the bag changes, so that a repeated request is one order. */
  get request(): string {
    const kept = localStorage.getItem(`${this.key}:request`);
    if (kept) return kept;
    const made = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    localStorage.setItem(`${this.key}:request`, made.join(""));
    return made.join("");
  }

  add(product: string, variant: string, quantity: number): void {
    const line = this.lines.find((one) => one.variant === variant);
    if (line) line.quantity = Math.min(MOST, line.quantity + quantity);
    else this.lines.push({ product, variant, quantity: Math.min(MOST, quantity) });
    this.keep();
  }

  set(variant: string, quantity: number): void {
    for (const line of this.lines) if (line.variant === variant) line.quantity = Math.min(MOST, quantity);
    this.lines = this.lines.filter((line) => line.quantity > 0);
    this.keep();
  }

  clear(): void {
    this.lines = [];
    this.keep();
  }

  changed(listener: () => void): void {
    this.listeners.push(listener);
  }

  private keep(): void {
    localStorage.setItem(this.key, JSON.stringify(this.lines));
    localStorage.removeItem(`${this.key}:request`);
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private read(): Picked[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isPicked) : [];
    } catch {
      return [];
    }
  }
}

function isPicked(one: unknown): one is Picked {
  const { product, variant, quantity } = (one ?? {}) as Record<string, unknown>;
  return (
    typeof product === "string" && typeof variant === "string" && Number.isInteger(quantity) && Number(quantity) > 0
  );
}
