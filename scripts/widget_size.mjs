// A shop's page pays for every byte of the widget: what it loads at once stays below 15 kB gzip.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT = 15_000;
const folder = fileURLToPath(new URL("../zhanggui/web_dist/widget/", import.meta.url));

/** The entry, the module this stub fetches at once, and every chunk they import statically: the cost of the first load. */
function firstLoad(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const source = readFileSync(join(folder, name), "utf-8");
  const statics = /(?:^|[;}\n])\s*(?:import|export)\b[^;"'()]*?["'](\.[^"']+)["']/g;
  for (const [, path] of source.matchAll(statics)) firstLoad(join(dirname(name), path), seen);
  if (name === "widget.js") for (const [, path] of source.matchAll(/import\([^)]*?["'`]([^"'`]+)/g)) firstLoad(path, seen);
  return seen;
}

let total = 0;
for (const name of firstLoad("widget.js")) {
  const size = gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
  total += size;
  console.log(`widget  ${name}  ${size} B gzip`);
}
if (total > LIMIT) {
  console.error(`The widget's first load is ${total} B gzip, over its ${LIMIT} B.`);
  process.exit(1);
}
