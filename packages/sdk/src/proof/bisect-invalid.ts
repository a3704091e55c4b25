/** Whether proofs `from` to `to - 1` of a list all hold. */
export type RangeVerifier = (from: number, to: number) => Promise<boolean>;

/**
 * The indices of the proofs that do not hold, ascending, found by halving: two questions a level for each bad proof, one
 * question when all hold.
 *
 * @param count number of proofs.
 * @param largest most proofs that one question may be about.
 */
export async function bisectInvalid(count: number, verify: RangeVerifier, largest = count): Promise<number[]> {
  const invalid: number[] = [];
  const search = async (from: number, to: number): Promise<void> => {
    if (from === to) return;
    if (to - from <= largest && (await verify(from, to))) return;
    if (to - from === 1) {
      invalid.push(from);
      return;
    }
    const middle = from + Math.ceil((to - from) / 2);
    await search(from, middle);
    await search(middle, to);
  };
  await search(0, count);
  return invalid;
}
