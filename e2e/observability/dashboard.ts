import { readFileSync } from "node:fs";

/** One query of a panel. */
export interface PanelQuery {
  readonly panel: string;
  readonly legend: string;
  /** With variables filled in: all models, and a range of ten seconds. */
  readonly expression: string;
}

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

/** Where the example keeps what operators use. */
export const exampleUrl: URL = new URL("../../examples/observability/", import.meta.url);

/** The queries of the dashboard that the example ships. */
export function readDashboard(): readonly PanelQuery[] {
  const text = readFileSync(new URL("grafana/nereid.json", exampleUrl), "utf8");
  // The file is the repository's own; a query that is missing fails the test.
  const { panels } = JSON.parse(text) as Dashboard;
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({
      panel: title,
      legend: legendFormat.replaceAll(/\{\{\w+\}\}:?/g, "").trim(),
      expression: expr.replaceAll("$model", ".*").replaceAll("$__rate_interval", "10s"),
    })),
  );
}
