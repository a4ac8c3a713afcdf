// The widget: one small script that any shop page loads, and chunks it fetches when they are needed.
//   <script src="https://desk.example/widget/widget.js" data-shop="s_…" async></script>
// It is a classic script, so that no page needs type="module" or CORS for it. Such a script has two traps: its
// top-level names would become globals of the page, and import() would look beside the page when the script comes
// from another origin. So it is wrapped, and its import starts from its own address. What it fetches are modules with
// hashed names: cached for good, and answered with Access-Control-Allow-Origin, as modules from other origins need.
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const OPEN = `(()=>{"use strict";const ZHANGGUI_BASE=(document.currentScript||document.querySelector('script[src*="widget.js"]')).src.replace(/[^/]*$/,"");`;

/** Wraps the entry, which shares no code with the modules: under its own name it would run a second time. */
function classicScript(): Plugin {
  return {
    name: "zhanggui-classic-script",
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk" || !chunk.isEntry) continue;
        if (chunk.imports.length + chunk.exports.length > 0)
          this.error("The entry is a classic script: it imports and exports nothing");
        const code = chunk.code.replace(/import\(\s*([`"'])\.\//g, "import(ZHANGGUI_BASE+$1");
        chunk.code = `${OPEN}${code}})();\n`;
      }
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  publicDir: false,
  plugins: [classicScript()],
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
      output: {
        minify: true, // library mode would keep the white space
        entryFileNames: "widget.js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
