// The widget: one small module that any shop page loads, and chunks it fetches when they are needed.
//   <script type="module" src="https://desk.example/widget/widget.js"></script>
// The name without a hash must stay without a query too: a chunk that shares code with it imports "./widget.js", and
// the same file under two addresses would run twice.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: false,
  build: {
    outDir: "../../zhanggui/web_dist/widget",
    emptyOutDir: true,
    target: "es2022",
    // The preload helper costs bytes and asks the host page for styles; the widget carries its own in the shadow root.
    modulePreload: false,
    cssCodeSplit: false,
    rolldownOptions: {
      input: fileURLToPath(new URL("src/main.ts", import.meta.url)),
      output: {
        format: "es",
        entryFileNames: "widget.js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
