import { describe, expect, test } from "vitest";
import { trajectoryOf } from "../../../bench/trajectory-run.ts";

const header = (source: string) => ({ source, run_id: "r1", task_id: "t1", success: false });
/** Type, name, failed or not, and position of every step. */
const stepsOf = (source: string, rec: Parameters<typeof trajectoryOf>[0]["rec"]) => {
  const { run, indexOf } = trajectoryOf({ h: header(source), rec });
  return run.steps.map(
    ({ id, type, name, status, soft_error: soft }) => `${indexOf.get(id)} ${type} ${name} ${soft ? "soft error" : status}`,
  );
};
const fn = (id: string, name: string) => ({ id, function: { name, arguments: '{"id": 1}' } });

describe("recorded trajectories become runs", () => {
  test("a call stands where it was asked for, and its answer says whether it failed", () => {
    const traj = [
      { role: "system", content: "…" },
      { role: "user", content: "Cancel it." },
      { role: "assistant", content: null, tool_calls: [fn("c1", "cancel_order"), fn("c2", "get_order")] },
      { role: "tool", tool_call_id: "c2", content: "{}" },
      { role: "tool", tool_call_id: "c1", content: "Error: no such order" },
      { role: "assistant", content: "Sorry." },
    ];
    expect(stepsOf("tau_bench_airline", { traj })).toEqual([
      "2 llm chat ok",
      "2 tool cancel_order soft error",
      "2 tool get_order ok",
      "5 llm chat ok",
    ]);
    const { run } = trajectoryOf({ h: header("tau_bench_airline"), rec: { traj } });
    expect(run).toMatchObject({ input: "Cancel it.", output: "Sorry.", scores: [{ name: "success", value: 0 }] });
  });
  test("a shell command fails by its return code", () => {
    const messages = [
      { role: "assistant", content: "Look.\n```bash\nls x\n```" },
      { role: "user", content: "<output>no</output>", returncode: 2 },
    ];
    expect(stepsOf("swebench_gemini3", { messages })).toEqual(["0 llm chat ok", "0 tool bash error"]);
  });
  test("queries are named by their verb", () => {
    const turn_history = { actions: ["execute[SHOW TABLES]", "SELECT 1"], observations: ["[]", "Error executing query: no"] };
    expect(stepsOf("intercode_sql", { turn_history })).toEqual([
      "0 llm chat ok",
      "0 tool SHOW ok",
      "1 llm chat ok",
      "1 tool SELECT soft error",
    ]);
  });
  test("speakers are model calls by their names, and the terminal is a tool", () => {
    const history = [
      { role: "assistant", name: "Planner", content: "Plan." },
      { role: "user", name: "Computer_terminal", content: "exitcode: 1 (execution failed)\nCode output: boom" },
    ];
    expect(stepsOf("whowhen_algorithm", { history })).toEqual(["0 llm Planner ok", "1 tool Computer_terminal error"]);
  });
});
