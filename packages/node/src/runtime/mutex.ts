/** Runs jobs one after the other, in the order of arrival. A failing job does not stop the next. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  async run<Result>(job: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(job);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
