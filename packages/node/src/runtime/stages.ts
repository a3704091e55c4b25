/**
 * Points that work passes, in order. A crash at any of them must lose nothing and double nothing.
 *
 * - assigned: the fragment is this node's. - computed, proved: the journal has it. - sealed: the journal has the verdict or vote. - intended: the journal has the
 * transaction, unsigned. - signed: the journal has its raw bytes. - broadcast: the endpoint has them, the journal does not
 * know. - sent: it knows. - mined: there is a receipt, the journal does not know. - settled: it knows.
 */
export type Stage =
  "assigned" | "computed" | "proved" | "sealed" | "intended" | "signed" | "broadcast" | "sent" | "mined" | "settled";

/** Called synchronously at every stage; `subject` is the intent of the transaction, or of the submission of the fragment alone. */
export type StageHook = (stage: Stage, subject: string) => void;

/** The hook of an agent that nobody observes. */
export const ignoreStages: StageHook = () => undefined;
