import type { ReportRow, Suite, SuiteContext } from "../suite.ts";
import { compareWork } from "../measure/compare-work.ts";
import { compression } from "./compression.ts";
import { numbers } from "./numbers.ts";
import { recordCodecs } from "./records.ts";
import { texts } from "./texts.ts";

async function* run(context: SuiteContext): AsyncGenerator<ReportRow> {
  for (const comparison of [...numbers, ...texts, ...recordCodecs, ...compression]) {
    yield await compareWork({ ...comparison, suite: "codecs" }, context);
    context.signal.throwIfAborted();
  }
}

/** What a value costs on its way into a message and out of one. */
export const codecs: Suite = { name: "codecs", run };
