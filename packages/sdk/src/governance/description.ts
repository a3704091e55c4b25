import { getAddress } from "ethers";

import { CorexError } from "../errors.ts";

const MARK = /#proposer=(0x[0-9a-fA-F]{40})$/;

/**
 * A description that only `author` can propose with: without it whoever sees the transaction could propose first, and the author could not.
 *
 * @throws CorexError GOV_DESCRIPTION_INVALID when it is empty, or ends with the mark of somebody else.
 */
export function withProposer(description: string, author: string): string {
  const text = description.trim();
  if (text === "") throw invalid("a proposal needs a description");
  const marked = proposerOf(text);
  if (marked === undefined) return `${text}\n\n#proposer=${author.toLowerCase()}`;
  if (marked === getAddress(author)) return text;
  throw invalid(`the description names ${marked} as the proposer, not ${author}`);
}

/** The account that a description reserves its proposal for; undefined for anybody. */
export function proposerOf(description: string): string | undefined {
  const found = MARK.exec(description)?.[1];
  return found === undefined ? undefined : getAddress(found.toLowerCase());
}

/** The first line of a description, without the marks of a heading. */
export function titleOf(description: string): string {
  const [first = ""] = description.trim().split(/\r?\n/, 1);
  return first.replace(/^#+\s*/, "");
}

function invalid(message: string): CorexError {
  return new CorexError("GOV_DESCRIPTION_INVALID", message, { retry: "after-change" });
}
