// A known address with another method is 405 and says which methods there are, the doors' included.
import { Refusal, refusalResponse } from "../refusal.ts";
import type { Api } from "./endpoint.ts";

/** To be called after every route is there: what no route took comes here. */
export function refuseOtherMethods(api: Api): void {
  const methods = new Map<string, string[]>();
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { path, method } = definition.route;
    methods.set(path, [...(methods.get(path) ?? []), method.toUpperCase()]);
  }
  for (const [path, known] of methods) {
    const allow = [...known, ...(known.includes("GET") ? ["HEAD"] : [])].join(", ");
    api.all(path.replaceAll(/\{(\w+)\}/g, ":$1"), (c) => {
      const response = refusalResponse(
        new Refusal(405, `${c.req.method.slice(0, 20)} is not a method of this address; it takes ${allow}.`),
      );
      response.headers.set("allow", allow);
      return response;
    });
  }
}
