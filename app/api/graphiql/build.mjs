// node build.mjs <output folder>: GraphiQL with all that it needs, in files of our own.

import { build } from "esbuild";

const common = {
  outdir: process.argv[2],
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "linked",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
};

await build({
  ...common,
  entryPoints: { graphiql: "main.jsx" },
  format: "esm",
  jsx: "automatic",
  loader: { ".ttf": "dataurl" },
});
await build({
  ...common,
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
  },
  format: "iife",
});
