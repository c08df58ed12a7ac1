// Whether a finding belongs to a signal that Bento made of classes. Classes that are known belong where they were put; one that history
// shows for the first time belongs where its text would put it.
import { clusterShapes } from "../signal/cluster.ts";
import type { FindingClass, SignalFamily } from "../signal/signal.ts";

export interface PlacedClass extends FindingClass {
  signalId: string | null;
}

const nameOf = ({ polarity, detector, subject }: SignalFamily): string => JSON.stringify([polarity, detector, subject]);

/** A signal that is a whole family holds every class of it. */
export function familyMatch(family: SignalFamily): (one: FindingClass) => boolean {
  const name = nameOf(family);
  return (one) => nameOf(one.family) === name;
}

/** @param known all classes of the agent */
export function classMatch(signalId: string, known: readonly PlacedClass[]): (one: FindingClass) => boolean {
  const placed = new Map(known.filter((one) => one.signalId !== null).map((one) => [one.key, one.signalId]));
  const byFamily = Map.groupBy(known, ({ family }) => nameOf(family));
  const answers = new Map<string, boolean>();
  return (one) => {
    const signalOfClass = placed.get(one.key);
    if (signalOfClass !== undefined) return signalOfClass === signalId;
    const answer = answers.get(one.key) ?? wouldBelong(one, byFamily.get(nameOf(one.family)) ?? [], signalId);
    answers.set(one.key, answer);
    return answer;
  };
}

function wouldBelong(one: FindingClass, family: readonly PlacedClass[], signalId: string): boolean {
  const home = clusterShapes([...family, one]).find(({ members }) => members.includes(one.key));
  return family.some(({ key, signalId: its }) => its === signalId && home?.members.includes(key) === true);
}
