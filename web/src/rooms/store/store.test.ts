import { describe, expect, it } from "vitest";
import { embedCode, originsOf } from "./api";

describe("allowed origins as people paste them", () => {
  it.each([
    ["https://shop.example/\nhttps://shop.example/cart?x=1", ["https://shop.example"]],
    ["www.shop.example，m.shop.example", ["https://www.shop.example", "https://m.shop.example"]],
    ["http://localhost:8080", ["http://localhost:8080"]],
    ["  \n ", []],
    ["https://茶叶.example", ["https://xn--qpr921i.example"]],
  ])("%j → %j", (text, origins) => {
    expect(originsOf(text)).toEqual(origins);
  });

  it("leaves what is no origin for the server to refuse", () => {
    expect(originsOf("https://")).toEqual(["https://"]);
  });
});

it("the embed line names the shop", () => {
  expect(embedCode("s_1", "https://desk.example")).toBe(
    '<script src="https://desk.example/widget/widget.js" data-shop="s_1" async></script>',
  );
});
