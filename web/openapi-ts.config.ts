// The typed client of our own server. `make api` writes the input and runs this; `make check` compares.
import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "./openapi.json",
  output: { path: process.env.ZHANGGUI_API_OUT ?? "src/api" },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});
