/** Variants are named "米白 S": two choices in one name, when all of them are. */

import type { Variant } from "./api";

export interface Value {
  key: string;
  english: string;
}

export interface Axes {
  /** One row of values, or two: colours, then sizes. */
  rows: Value[][];
  /** The value of a variant on an axis. */
  part(variant: Variant | undefined, axis: number): string;
  /** The variant one gets by choosing `value` on `axis`, keeping the other choice where there is such a one. */
  find(from: Variant | undefined, axis: number, value: string): Variant | undefined;
}

function split(name: string): string[] {
  const at = name.lastIndexOf(" ");
  return at > 0 ? [name.slice(0, at), name.slice(at + 1)] : [name];
}

export function axesOf(variants: readonly Variant[]): Axes {
  const two =
    variants.length > 1 && variants.every((one) => split(one.name).length === 2 && split(one.name_en).length === 2);
  const parts = (name: string): string[] => (two ? split(name) : [name]);
  const part = (variant: Variant | undefined, axis: number): string =>
    variant ? (parts(variant.name)[axis] ?? "") : "";
  const row = (axis: number): Value[] => {
    const found = new Map<string, string>();
    for (const one of variants) found.set(part(one, axis), parts(one.name_en || one.name)[axis] ?? "");
    return [...found].map(([key, english]) => ({ key, english }));
  };
  return {
    rows: two ? [row(0), row(1)] : [row(0)],
    part,
    find(from, axis, value) {
      const fitting = variants.filter((one) => part(one, axis) === value);
      const same = fitting.find((one) => part(one, 1 - axis) === part(from, 1 - axis));
      return same ?? fitting.find((one) => one.stock > 0) ?? fitting[0];
    },
  };
}
