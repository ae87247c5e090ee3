import { defineConfig } from "vitepress";

const guides = [
  ["The command line", "command-line"],
  ["Streams", "streams"],
  ["Batching", "batching"],
  ["Sequences", "sequences"],
  ["Errors and dead letters", "errors"],
  ["Retries and deadlines", "retries"],
  ["TLS and secrets", "tls-and-secrets"],
  ["Connection pools", "pools"],
  ["Several endpoints", "endpoints-and-health"],
  ["gRPC or HTTP", "grpc-or-http"],
  ["Metrics, traces and logs", "metrics-traces-and-logs"],
  ["Embedded models", "embedded-models"],
  ["Testing your pipeline", "testing"],
  ["Writing a transport", "writing-a-transport"],
  ["Writing a provider", "writing-a-provider"],
  ["Moving from Flink", "from-flink"],
  ["Moving from tritonclient", "from-tritonclient"],
];

export default defineConfig({
  title: "Nereid",
  description: "Model inference in streams: no row is lost, doubled, reordered or poisoned.",
  srcExclude: ["README.md"],
  cleanUrls: false,
  lastUpdated: false,
  // Not in the pages' own heads, which GitHub would show as a table.
  transformPageData: ({ relativePath, frontmatter }) => ({
    frontmatter: { ...frontmatter, pageClass: relativePath.replaceAll(/\W+/g, "-") },
  }),
  markdown: { theme: { light: "github-light-high-contrast", dark: "github-dark" } },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Tutorial", link: "/tutorial" },
      { text: "Guides", link: "/guides/streams" },
      { text: "Options", link: "/options" },
      { text: "Benchmarks", link: "/benchmarks/" },
      { text: "API", link: "/api/" },
    ],
    sidebar: [
      {
        text: "Start",
        items: [
          { text: "What it is", link: "/" },
          { text: "First prediction", link: "/tutorial" },
          { text: "Examples", link: "/examples" },
          { text: "Compared with others", link: "/comparison" },
        ],
      },
      { text: "Guides", items: guides.map(([text, page]) => ({ text, link: `/guides/${page}` })) },
      {
        text: "Reference",
        items: [
          { text: "Options", link: "/options" },
          { text: "Metrics", link: "/metrics" },
          { text: "Types", link: "/types" },
          { text: "Troubleshooting", link: "/troubleshooting" },
          { text: "Architecture", link: "/architecture" },
          { text: "Promises", link: "/promises" },
          { text: "Soak", link: "/soak" },
          { text: "API", link: "/api/" },
        ],
      },
      {
        text: "Benchmarks",
        items: [
          { text: "Comparisons", link: "/benchmarks/" },
          { text: "Curves", link: "/benchmarks/curves" },
        ],
      },
    ],
  },
});
