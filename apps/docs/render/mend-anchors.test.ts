import { expect, it } from "vitest";
import { mendAnchors } from "./mend-anchors.ts";

it("leads a link to the heading that there is, and leaves those that are right", () => {
  const page = "### Once\n### Twice\n### Twice\n[a](#once-1) [b](#twice-1) [c](#property-x-1)";
  expect(mendAnchors(page)).toContain("[a](#once) [b](#twice-1) [c](#property-x-1)");
});
