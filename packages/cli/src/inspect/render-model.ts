import type { TensorMetadata } from "@nereid/core";
import { formatShape } from "@nereid/core/transport-kit";
import { renderFacts } from "../terminal/facts.ts";
import { unknown, type Look } from "../terminal/look.ts";
import { renderTable } from "../terminal/table.ts";
import type { ModelReport } from "./read-model.ts";
import { readiness } from "./render-server.ts";

/** A model as text: what it is, its tensors, its settings. */
export function renderModel(model: ModelReport, look: Look): string {
  const { paint, width } = look;
  const facts: [string, string][] = [
    ["model", paint.strong(model.name)],
    ["versions", model.versions.join(", ") || unknown],
    ["platform", model.platform ?? unknown],
    ["ready", readiness(model.ready, look)],
    ["batching", describeBatching(model)],
    ["sequences", describeSequence(model)],
    ["priorities", describePriorities(model)],
    ["answers", describeAnswers(model)],
  ];
  const rows = [
    ...model.inputs.map((tensor) => tensorRow("input", tensor)),
    ...model.outputs.map((tensor) => tensorRow("output", tensor)),
  ];
  const columns = ["", "name", "datatype", "shape"].map((title) => ({ title }));
  const tensors =
    rows.length === 0
      ? `inputs and outputs: ${unknown}, the server tells none\n`
      : renderTable(columns, rows, width);
  const note =
    model.unknownBecause === null
      ? ""
      : paint.faint(`\nThe server does not tell its settings (${model.unknownBecause}).\n`);
  return `${renderFacts(facts, look)}\n${tensors}${note}`;
}

function tensorRow(
  side: "input" | "output",
  { name, datatype, shape, optional = false }: TensorMetadata,
): readonly string[] {
  return [optional ? `${side}, optional` : side, name, datatype, formatShape(shape)];
}

function describeBatching({ maxBatchRows, dynamicBatching }: ModelReport): string {
  if (maxBatchRows === null) return unknown;
  if (maxBatchRows === 0) return "no batch dimension, one row in a request";
  const most = `at most ${maxBatchRows} rows in a request`;
  if (dynamicBatching === null) return most;
  if (dynamicBatching === false) return `${most}; the server puts none together`;
  const { preferredRows, maxQueueDelayUs } = dynamicBatching;
  const preferred = preferredRows.length === 0 ? "" : `, ${preferredRows.join(" or ")} preferred`;
  return `${most}; the server puts requests together${preferred}, waiting up to ${maxQueueDelayUs} µs`;
}

function describeSequence({ sequence }: ModelReport): string {
  if (sequence === null) return unknown;
  if (sequence === false) return "none, the model keeps no state";
  const { maxIdleUs } = sequence;
  if (maxIdleUs === null) return "stateful";
  return `stateful; a quiet one is forgotten after ${maxIdleUs / 1_000_000} s`;
}

function describePriorities({ priorityLevels }: ModelReport): string {
  if (priorityLevels === null) return unknown;
  return priorityLevels === 0 ? "none" : `1 (most urgent) to ${priorityLevels}`;
}

function describeAnswers({ decoupled }: ModelReport): string {
  if (decoupled === null) return unknown;
  return decoupled ? "any number for a request (decoupled)" : "one for a request";
}
