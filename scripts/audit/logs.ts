// Logs from the whole life of a contract, also from providers that refuse long ranges.
import type { Log, Provider } from "ethers";

/** Returns every log of `address` with `topics` from `fromBlock` to now; a range that is refused is read in halves. */
export async function allLogs(
  provider: Provider,
  address: string,
  topics: (string | string[] | null)[],
  fromBlock: number,
): Promise<Log[]> {
  const read = async (from: number, to: number): Promise<Log[]> => {
    try {
      return await provider.getLogs({ address, topics, fromBlock: from, toBlock: to });
    } catch (error) {
      if (from >= to) throw error;
      // A provider that is gone throws here; one that answers had only refused the range.
      await provider.getBlockNumber();
      const middle = Math.floor((from + to) / 2);
      return [...(await read(from, middle)), ...(await read(middle + 1, to))];
    }
  };
  return read(fromBlock, await provider.getBlockNumber());
}
