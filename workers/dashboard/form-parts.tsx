// Fields of forms, each with its label, its hint and what is wrong with it. A form that was refused shows what was typed, and every complaint
// that names no field of it in one line above.
import type { Child } from "hono/jsx";
import { cleanText, clipped } from "./safe-text.tsx";
import { asked, type Again, type View } from "./view.ts";

export interface Complaints {
  at: (name: string) => string | null;
  /** Of no field of the form. */
  elsewhere: string;
}

/** A form as it stands: what was sent, else what the address says, else what is usual. */
export interface Filled {
  value: (name: string) => string;
  values: (name: string) => string[];
  complaints: Complaints;
}

export function filledForm(view: View, fields: readonly string[], usual: Record<string, string> = {}): Filled {
  const { again } = view;
  return {
    value: (name) => (again === null ? (asked(view, name) ?? (Object.hasOwn(usual, name) ? (usual[name] ?? "") : "")) : again.field(name)),
    values: (name) => (again === null ? view.url.searchParams.getAll(name) : again.all(name)),
    complaints: complaintsOf(again, fields),
  };
}

/** A path such as `candidate.driver.url` is of the innermost of its parts that is a field. */
export function complaintsOf(again: Again | null, fields: readonly string[]): Complaints {
  const details = again?.details ?? [];
  const nameOf = (path: string): string | undefined => path.split(/[.[\]]+/).findLast((part) => fields.includes(part));
  const of = (name: string): string =>
    details
      .filter(({ path }) => nameOf(path) === name)
      .map(({ message }) => clipped(message, 300))
      .join("; ");
  const elsewhere = details
    .filter(({ path }) => nameOf(path) === undefined)
    .map(({ path, message }) => clipped(path === "" ? message : `${path}: ${message}`, 300));
  return { at: (name) => of(name) || null, elsewhere: elsewhere.join("; ") };
}

/** What the API said no to, above the form; nothing where it said nothing. */
export function Refusal({ again, complaints, what }: { again: Again | null; complaints: Complaints; what: string }): Child {
  if (again === null || again.message === null) return null;
  return (
    <p class="notice" role="alert">
      <b>{what}</b> {cleanText(again.message).slice(0, 500)} {complaints.elsewhere}
    </p>
  );
}

export const faulty = (complaint: string | null, name: string): Record<string, string> =>
  complaint === null ? {} : { "aria-invalid": "true", "aria-describedby": `f-${name}-wrong` };

interface FieldProps {
  name: string;
  label: string;
  complaint: string | null;
  isWide?: boolean;
  children: Child;
}

export function Field({ name, label, complaint, isWide = false, children }: FieldProps): Child {
  return (
    <div class={isWide ? "field full" : "field"}>
      <label for={`f-${name}`}>
        <span>{label}</span>
      </label>
      {children}
      {complaint !== null && (
        <p class="bad-text small" id={`f-${name}-wrong`}>
          {complaint}
        </p>
      )}
    </div>
  );
}

interface TextProps {
  form: Filled;
  name: string;
  label: string;
  placeholder?: string;
  most?: number;
  isRequired?: boolean;
  isWide?: boolean;
  isMono?: boolean;
  /** A text area of so many rows. */
  rows?: number;
  type?: "text" | "datetime-local" | "url";
  inputmode?: "decimal" | "numeric";
  /** Id of a datalist. */
  list?: string;
}

export function TextField({ form, name, label, rows, isWide = false, isMono = false, ...more }: TextProps): Child {
  const { placeholder, most = 200, isRequired = false, type = "text", inputmode, list } = more;
  const complaint = form.complaints.at(name);
  const shared = {
    name,
    id: `f-${name}`,
    required: isRequired,
    maxlength: most,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(isMono ? { class: "mono", spellcheck: false } : {}),
    ...faulty(complaint, name),
  };
  const value = cleanText(form.value(name));
  return (
    <Field name={name} label={label} complaint={complaint} isWide={isWide}>
      {rows === undefined ? (
        <input
          {...shared}
          type={type}
          value={value}
          autocomplete="off"
          {...(inputmode === undefined ? {} : { inputmode })}
          {...(list === undefined ? {} : { list })}
        />
      ) : (
        <textarea {...shared} rows={rows}>
          {value}
        </textarea>
      )}
    </Field>
  );
}

export function AgentField({ agents, value, complaint }: { agents: readonly string[]; value: string; complaint: string | null }): Child {
  const names = [...new Set([...agents, ...(value === "" ? [] : [value])])];
  return (
    <Field name="agent" label="Agent" complaint={complaint}>
      <select name="agent" id="f-agent" required {...faulty(complaint, "agent")}>
        {names.length !== 1 && <option value="">choose…</option>}
        {names.map((name) => (
          <option value={cleanText(name)} selected={name === value}>
            {clipped(name, 60)}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
}

export function Choice({ name, label, value, options }: ChoiceProps): Child {
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {options.map(([each, said]) => (
          <option value={each} selected={each === value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Check({ form, name, label, value = "1" }: { form: Filled; name: string; label: Child; value?: string }): Child {
  return (
    <label class="check">
      <input type="checkbox" name={name} value={value} checked={form.values(name).includes(value)} />
      <span>{label}</span>
    </label>
  );
}
