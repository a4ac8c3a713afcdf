import { expect, it } from "vitest";
import { deviceName, isPhone } from "./device";

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1";
const WECHAT =
  "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0";

it.each([
  [CHROME, "Chrome · Windows", false],
  [`${CHROME} Edg/140.0`, "Edge · Windows", false],
  [IPHONE, "Safari · iPhone", true],
  [WECHAT, "微信 · Android", true],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux", false],
  ["curl", "curl", false],
  ["", "", false],
])("%s", (agent, name, phone) => {
  expect(deviceName(agent)).toBe(name);
  expect(isPhone(agent)).toBe(phone);
});
