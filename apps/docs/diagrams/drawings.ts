import { svg, createPen, type Theme } from "./drawing.ts";

function flow(theme: Theme): string {
  const pen = createPen(theme);
  const steps: readonly (readonly [string, string])[] = [
    ["measure", "one record"],
    ["gather", "a batch"],
    ["encode", "tensors"],
    ["layers", "replay"],
    ["transport", "one exchange"],
  ];
  const way = steps.map(([label, note], index) =>
    pen.box(20 + index * 140, 40, 110, 52, label, note),
  );
  const hops = steps
    .slice(1)
    .map((_, index) => pen.arrow([130 + index * 140, 66], [158 + index * 140, 66]));
  const back = [
    pen.box(580, 178, 110, 52, "server", "or runner"),
    pen.box(300, 178, 170, 52, "decode", "checks, then rows"),
    pen.box(20, 178, 170, 52, "settle", "once, in order"),
    pen.arrow([635, 92], [635, 176]),
    pen.arrow([580, 204], [472, 204]),
    pen.arrow([300, 204], [192, 204]),
    pen.arrow([385, 178], [385, 135], [215, 135], [215, 94]),
    pen.text(300, 128, "refused: halves", "faint"),
    pen.text(75, 24, "records", "accent"),
    pen.arrow([75, 28], [75, 39]),
    pen.arrow([105, 230], [105, 250]),
    pen.text(105, 268, "rows, errors, default rows", "accent"),
  ];
  return svg(720, 280, "The way of a record", theme, [...way, ...hops, ...back].join("\n"));
}

function layers(theme: Theme): string {
  const pen = createPen(theme);
  const names = [
    "deadline: one bound over all",
    "retry: owns replay",
    "breaker or balancer: counts attempts",
    "limit: places in line",
    "attempt: bound on one exchange",
  ];
  const frames = names.map((name, index) =>
    pen.frame(20 + index * 24, 20 + index * 32, 560 - index * 48, 292 - index * 44, name),
  );
  return svg(
    600,
    330,
    "The layers around a transport",
    theme,
    [...frames, pen.box(216, 188, 168, 56, "transport", "one exchange")].join("\n"),
  );
}

function packages(theme: Theme): string {
  const pen = createPen(theme);
  const around: readonly (readonly [string, string])[] = [
    ["transport-http", "undici"],
    ["transport-grpc", "grpc-js, protobuf"],
    ["runner-onnx", "onnxruntime-node"],
    ["integration-streams", "Node, Web"],
    ["testing", "servers, suite"],
  ];
  const boxes = around.map(([name, note], index) =>
    pen.box(10 + index * 156, 130, 146, 54, name, note),
  );
  const arrows = around.map((_, index) =>
    pen.arrow([83 + index * 156, 130], [275 + index * 60, 86]),
  );
  const content = [
    pen.box(235, 28, 320, 56, "core", "two doors: users, authors of transports"),
    ...boxes,
    ...arrows,
    pen.box(325, 232, 140, 44, "cli"),
    ...around.map((_, index) => pen.arrow([355 + index * 20, 232], [83 + index * 156, 186])),
  ];
  return svg(790, 296, "The packages: arrows are imports", theme, content.join("\n"));
}

/** The site's drawings, by name. */
export const drawings: Readonly<Record<string, (theme: Theme) => string>> = {
  flow,
  layers,
  packages,
};
