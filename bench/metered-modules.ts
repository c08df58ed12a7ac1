// A Worker's bundle behind the module that counts: the modules that workerd is given, the entry first. The bundle stays as it is.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where `metered-worker.js` answers with its counts; a host that no request from outside has. */
export const countsHost = "metered.invalid";

export interface Module {
  type: "ESModule";
  path: string;
  /** As in the file, unless it is given. */
  contents?: string;
}

/** @param bundle path of the Worker's only module @param classes of the objects that it exports */
export function meteredModules(bundle: string, classes: readonly string[]): Module[] {
  const entry = [
    `import * as bundle from "./${basename(bundle)}";`,
    `import { meteredHandlers, meteredObject } from "./metered-worker.js";`,
    `export * from "./${basename(bundle)}";`,
    `export default meteredHandlers(bundle.default, ${JSON.stringify(countsHost)});`,
    // A name of its own goes before one that is passed on.
    ...classes.map((name) => `export const ${name} = meteredObject(bundle.${name});`),
  ].join("\n");
  const beside = (name: string, contents: string): Module => ({ type: "ESModule", path: join(dirname(bundle), name), contents });
  return [
    beside("metered-entry.js", entry),
    beside("metered-worker.js", readFileSync(join(import.meta.dirname, "metered-worker.js"), "utf8")),
    { type: "ESModule", path: bundle },
  ];
}
