// Who asks: the users of the sample, each with a plan, a language and a channel that never change, and what each kind of
// user asks for. A cohort shift draws more people from one group; it never changes how a given person is served.
import { type Random, randomFrom } from "./random.ts";

export type Plan = "free" | "pro" | "enterprise";
export type Locale = "en" | "de" | "fr";
export type Channel = "web" | "app" | "api";
export type Intent = "order_status" | "refund" | "change_address" | "product_question" | "invoice_dispute" | "data_protection";

export interface Customer {
  userId: string;
  plan: Plan;
  locale: Locale;
  channel: Channel;
}

/** How likely each group of users is to be the next who asks. */
export type Audience = "usual" | "german_enterprise_rollout";

/** Users who come back, per group; large enough that no single one leads the numbers. */
const regularUsers = 520;
const rolloutUsers = 90;
/** Share of requests from the German enterprise customers who were moved to the bot, while they are. */
export const rolloutShare = 0.6;

/** The next person to write. */
export function drawCustomer(random: Random, audience: Audience): Customer {
  if (audience === "german_enterprise_rollout" && random.chance(rolloutShare)) {
    const number = random.whole(1, rolloutUsers);
    return {
      userId: `u-nordwerk-${number}`,
      plan: "enterprise",
      locale: "de",
      channel: randomFrom(`nordwerk/${number}`).weighted({ web: 7, app: 2, api: 1 }),
    };
  }
  // A bent uniform: some users write often, most seldom, and none makes up more than a hundredth.
  const number = 1 + Math.floor(random.next() ** 1.4 * regularUsers);
  const person = randomFrom(`customer/${number}`);
  const plan = person.weighted({ free: 52, pro: 39, enterprise: 9 });
  return {
    userId: `u-${number}`,
    plan,
    locale: person.weighted({ en: 76, de: 14, fr: 10 }),
    channel: person.weighted(plan === "enterprise" ? { web: 6, app: 1, api: 3 } : { web: 6, app: 4, api: 0 }),
  };
}

const consumerIntents: Record<Intent, number> = {
  order_status: 27,
  refund: 33,
  change_address: 16,
  product_question: 20,
  invoice_dispute: 3,
  data_protection: 1,
};
const enterpriseIntents: Record<Intent, number> = {
  order_status: 17,
  refund: 9,
  change_address: 8,
  product_question: 11,
  invoice_dispute: 33,
  data_protection: 22,
};

/** What a person on this plan asks for. */
export function drawIntent(random: Random, plan: Plan): Intent {
  return random.weighted(plan === "enterprise" ? enterpriseIntents : consumerIntents);
}
