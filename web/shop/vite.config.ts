// The storefront of the demo shop, where the widget stands: served under /shop/.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { serverFor } from "../vite.server.ts";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "/shop/",
  server: serverFor("shop"),
  build: {
    outDir: "../../zhanggui/web_dist/shop",
    emptyOutDir: true,
    target: "es2022",
  },
});
