// The widget: one small module that any shop page loads, and chunks it fetches when they are needed.
//   <script type="module" src="https://desk.example/widget/widget.js"></script>
// The name without a hash must stay without a query too: a chunk that shares code with it imports "./widget.js", and
// the same file under two addresses would run twice.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: false,
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: "../../zhanggui/web_dist/widget",
    emptyOutDir: true,
    target: "es2022",
    // Library mode, because the page mode's preload helper costs 0.7 kB and puts links into the host page's head.
    lib: { entry: fileURLToPath(new URL("src/main.ts", import.meta.url)), formats: ["es"] },
    minify: true,
    cssCodeSplit: false,
    rolldownOptions: {
      preserveEntrySignatures: "allow-extension", // what chunks share stays in the entry: one request for the first load
      output: {
        minify: true, // library mode would keep the white space
        entryFileNames: "widget.js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
