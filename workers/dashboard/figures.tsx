// Figures in a row: a name, a number, and what it rests on.
import type { Child } from "hono/jsx";

export interface FigureSpec {
  name: string;
  value: Child;
  under: Child;
}

export function Figures({ figures }: { figures: readonly FigureSpec[] }): Child {
  return (
    <dl class="figures">
      {figures.map(({ name, value, under }) => (
        <div class="figure">
          <dt>{name}</dt>
          <dd>
            <b class="num">{value}</b>
            <span class="faint num">{under}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
