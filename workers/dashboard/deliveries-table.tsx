// Deliveries: what was told to whom, and for what did not arrive why and when it is tried again.
import type { Child } from "hono/jsx";
import { dash, plural } from "./format.ts";
import { agentPath } from "./links.ts";
import type { DeliveryView } from "./read/alert.ts";
import { Name } from "./safe-text.tsx";
import { Moment } from "./time.tsx";
import type { Clock } from "./time-format.ts";

const tones = { delivered: "good", retrying: "warn", failed: "bad" } as const;
const names = { delivered: "Delivered", retrying: "Trying again", failed: "Given up" } as const;

export function DeliveriesTable({ deliveries, clock }: { deliveries: readonly DeliveryView[]; clock: Clock }): Child {
  return (
    <table class="list stacked deliveries">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">To</th>
          <th scope="col">State</th>
          <th scope="col">First call</th>
          <th scope="col">Agent</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr>
            <td class="lead">
              <b>
                <Name value={delivery.about ?? delivery.event} most={140} />
              </b>
              <p class="faint small">
                <code>
                  <Name value={delivery.event} most={40} />
                </code>
              </p>
            </td>
            <td data-label="To">{delivery.host === null ? dash : <Name value={delivery.host} most={50} />}</td>
            <td data-label="State" class="wide-cell">
              <span class={`status tone-${tones[delivery.status]}`}>
                <i aria-hidden="true" />
                {names[delivery.status]}
              </span>
              <p class="faint small">
                {plural(delivery.attempts ?? 0, "call")}
                {delivery.lastError !== null && (
                  <>
                    , last <Name value={delivery.lastError} most={60} />
                  </>
                )}
              </p>
              {delivery.nextMs !== null && (
                <p class="faint small">
                  next <Moment at={delivery.nextMs} clock={clock} show="both" />
                </p>
              )}
            </td>
            <td data-label="First call">
              <Moment at={delivery.createdMs} clock={clock} show="absolute" />
            </td>
            <td data-label="Agent">
              {delivery.agent === null ? (
                dash
              ) : (
                <a href={agentPath(delivery.agent)}>
                  <Name value={delivery.agent} most={32} />
                </a>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
