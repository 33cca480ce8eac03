// GraphiQL, speaking to this origin only, with the cookie of whoever is signed in.

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/style.css";
import { createRoot } from "react-dom/client";

import "./main.css";

const GREETING = `# All there is to ask: the book on the left.
# Not signed in? Put a key into Headers:
# { "Authorization": "Bearer …" }

{
  viewer {
    name
    organizations {
      name
      slug
      role
    }
  }
}
`;

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => {
    const name = ["json", "graphql"].includes(label) ? label : "editor";
    return new Worker(new URL(`${name}.worker.js`, import.meta.url));
  },
};

// GraphiQL keeps no headers, but its history would: with them, the keys of whoever tried one.
const storage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, key.match(/:(queries|favorites)$/) ? withoutHeaders(value) : value),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ownKeys().length;
  },
};

function ownKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith("graphiql:"));
}

function withoutHeaders(history) {
  return JSON.stringify(JSON.parse(history), (name, value) => (name === "headers" ? undefined : value));
}

const endpoint = new URL("/graphql", location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === "https:" ? "wss:" : "ws:";

const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: socket.href, // the headers of the editor go into connection_init
  fetch: (url, init) => fetch(url, { ...init, credentials: "include" }),
  enableIncrementalDelivery: false,
});

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL fetcher={fetcher} storage={storage} defaultQuery={GREETING} defaultEditorToolsVisibility={true} />,
);
