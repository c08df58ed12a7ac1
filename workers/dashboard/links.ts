// Paths of pages and of the API, with every name from a trace encoded as one path segment.

/** One path segment. `.` and `..` would be resolved away even when encoded, so they become a name that exists nowhere. */
export function segment(name: string): string {
  return name === "." || name === ".." ? "%252E" : encodeURIComponent(name.toWellFormed());
}

export const incidentPath = (id: string): string => `/incidents/${segment(id)}`;
export const agentPath = (agent: string): string => `/agents/${segment(agent)}`;
export const dimensionPath = (agent: string, dimension: string): string => `${agentPath(agent)}/dimensions/${segment(dimension)}`;
export const alertPath = (id: string): string => `/alerts/${segment(id)}`;
export const runPath = (id: string): string => `/runs/${segment(id)}`;
/** The run's page, opened at a step. */
export const stepPath = (runId: string, stepId: string): string =>
  `${runPath(runId)}?step=${encodeURIComponent(stepId.toWellFormed())}#step`;
export const signalPath = (id: string): string => `/signals/${segment(id)}`;
export const taxonomyPath = (agent: string): string => `${agentPath(agent)}/taxonomy`;
export const experimentPath = (id: string): string => `/experiments/${segment(id)}`;
export const suitePath = (id: string): string => `/suites/${segment(id)}`;
export const evaluationPath = (id: string): string => `/evaluations/${segment(id)}`;
export const gatePath = (id: string): string => `/gates/${segment(id)}`;
export const artifactPath = (id: string): string => `/artifacts/${segment(id)}`;
export const bookPath = (agent: string): string => `${agentPath(agent)}/book`;
export const loopPath = (agent: string): string => `${agentPath(agent)}/loop`;
export const transferPath = (agent: string): string => `${agentPath(agent)}/transfer`;
export const entryPath = (id: string): string => `/book/${segment(id)}`;
export const reportPath = (id: string): string => `/reports/${segment(id)}`;
export const backfillPath = (id: string): string => `/backfills/${segment(id)}`;

/** Where a form may send the browser back to: a path of this site, nothing that a browser could read as another host. */
export function localPath(value: string | null, fallback = "/"): string {
  if (value === null || value.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value)) return fallback;
  return value.includes("\\") ? fallback : value;
}
