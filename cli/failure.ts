// A command that could not be done, in words for whoever typed it. Everything else that is thrown is a fault of ours.

/** What the process ends with. 2 belongs to `gate`, whose four codes the contract fixes; all other commands leave it out. */
export const exitCodes = {
  done: 0,
  /** It was done, and the answer is no: something was refused, or a chain is broken. */
  no: 1,
  /** It could not be done or asked. */
  failed: 3,
} as const;

export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
}
