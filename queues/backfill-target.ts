// Opens what a backfill looks for, one kind a file; whoever scans history knows none of them.
import type { Bindings } from "../durable-objects/bindings.ts";
import { openDimension } from "./backfill-dimension.ts";
import { openDetector, openSignal } from "./backfill-findings.ts";
import type { Opened, TargetName } from "./backfill-scan.ts";

export function openTarget(env: Bindings, target: TargetName): Promise<Opened> {
  switch (target.kind) {
    case "signal":
      return openSignal(env, target);
    case "detector":
      return openDetector(env, target);
    case "dimension":
      return openDimension(env, target);
  }
}
