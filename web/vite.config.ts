// The desk: what agents work in, served under /app/.
import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import elementPlus from "unplugin-element-plus/vite";
import { configDefaults, defineConfig } from "vitest/config";
import { serverFor } from "./vite.server.ts";

export default defineConfig({
  base: "/app/",
  // Element Plus by named import; this plugin adds only the styles of what is imported.
  plugins: [vue(), elementPlus({})],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: serverFor("app"),
  define: { __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false, __VUE_PROD_DEVTOOLS__: false },
  build: {
    outDir: "../zhanggui/web_dist/app",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "widget/**/*.test.ts", "shop/**/*.test.ts"],
    exclude: [...configDefaults.exclude],
    server: { deps: { inline: ["element-plus"] } },
  },
});
