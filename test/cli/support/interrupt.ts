/**
 * While `run` runs, a SIGINT reaches only the listeners that it adds itself: those of the test runner would end the tests. `run` gets
 * a function that sends one.
 */
export async function withInterrupt<Result>(run: (interrupt: () => void) => Promise<Result>): Promise<Result> {
  const others = process.rawListeners("SIGINT") as NodeJS.SignalsListener[];
  process.removeAllListeners("SIGINT");
  try {
    return await run(() => process.emit("SIGINT", "SIGINT"));
  } finally {
    for (const listener of others) process.on("SIGINT", listener);
  }
}
