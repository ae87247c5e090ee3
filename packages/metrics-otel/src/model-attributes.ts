import type { Attributes } from "@opentelemetry/api";
import type { TelemetrySubject } from "@nereid/core";

/** The model and its version, where one was asked for. */
export function modelName({ model }: Pick<TelemetrySubject, "model">): Attributes {
  return {
    "nereid.model.name": model.name,
    ...(model.version === undefined ? {} : { "nereid.model.version": model.version }),
  };
}

/** What every metric and span of a model carries. Few values by nature: no ids, no addresses. */
export function modelAttributes(
  subject: Pick<TelemetrySubject, "model" | "transport">,
): Attributes {
  return { ...modelName(subject), "nereid.transport": subject.transport };
}
