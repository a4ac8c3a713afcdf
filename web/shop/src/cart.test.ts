import { beforeEach, describe, expect, it } from "vitest";
import { Cart } from "./cart";

describe("Cart", () => {
  beforeEach(() => localStorage.clear());

  it("adds up, keeps over a reload and knows its limits", () => {
    const cart = new Cart("s_1");
    cart.add("p_1", "x_1", 60);
    cart.add("p_1", "x_1", 60);
    cart.add("p_2", "x_2", 1);
    expect(new Cart("s_1").items).toEqual([
      { product: "p_1", variant: "x_1", quantity: 99 },
      { product: "p_2", variant: "x_2", quantity: 1 },
    ]);
    cart.set("x_1", 0);
    expect(cart.pieces).toBe(1);
    expect(new Cart("s_2").pieces).toBe(0);
  });

  it("has one key for one order: the same until the bag changes", () => {
    const cart = new Cart("s_1");
    cart.add("p_1", "x_1", 1);
    const first = cart.request;
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(new Cart("s_1").request).toBe(first);
    cart.add("p_1", "x_1", 1);
    expect(cart.request).not.toBe(first);
  });

  it.each(["x", "{}", '[{"variant":1}]', '[null,{"product":"p","variant":"v","quantity":-1}]'])(
    "forgets what makes no sense: %s",
    (kept) => {
      localStorage.setItem("zhanggui-shop:s_1:cart", kept);
      expect(new Cart("s_1").items).toEqual([]);
    },
  );
});
