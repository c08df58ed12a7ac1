// What the form of a gate asks for: to open it although it did not pass, by a person, with a reason.
import type { ApiClient } from "./api-client.ts";
import { againAt } from "./form-again.ts";
import { gatePath, segment } from "./links.ts";
import type { Again, Flash, Form } from "./view.ts";

export interface GateDone {
  flash: Flash;
  next?: string;
  again?: Again;
}

export async function waiveGate(api: ApiClient, form: Form, id: string): Promise<GateDone> {
  const at = gatePath(id);
  const answer = await api.send("POST", `/v1/gates/${segment(id)}/waive`, { reason: form.field("reason") });
  if (answer.ok) return { flash: { tone: "done", text: "Waived, in your name." }, next: at };
  return { flash: { tone: "failed", text: answer.message }, again: againAt(at, form, answer) };
}
