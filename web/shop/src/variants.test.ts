import { describe, expect, it } from "vitest";
import type { Variant } from "./api";
import { axesOf } from "./variants";

const size = (id: string, name: string, stock = 5): Variant => ({ id, name, name_en: name, stock, price: "1.00" });

describe("axesOf", () => {
  const shirt = [size("a", "米白 S"), size("b", "米白 M", 0), size("c", "雾 蓝 S"), size("d", "雾 蓝 L")];

  it("reads colour and size from names of two words", () => {
    const rows = axesOf(shirt).rows.map((row) => row.map((one) => one.key));
    expect(rows).toEqual([
      ["米白", "雾 蓝"],
      ["S", "M", "L"],
    ]);
  });

  it("keeps the other choice where there is such a one, else takes what is in stock", () => {
    const axes = axesOf(shirt);
    expect(axes.find(shirt[0], 0, "雾 蓝")?.id).toBe("c");
    expect(axes.find(shirt[0], 1, "M")?.id).toBe("b");
    expect(axes.find(shirt[1], 0, "雾 蓝")?.id).toBe("c");
    expect(axes.find(undefined, 1, "L")?.id).toBe("d");
  });

  it("is one row when names are not all of two words, and none without variants", () => {
    expect(axesOf([size("a", "标准套装"), size("b", "米白 S")]).rows).toHaveLength(1);
    expect(axesOf([]).rows).toEqual([[]]);
    expect(axesOf([]).find(undefined, 0, "x")).toBeUndefined();
  });
});
