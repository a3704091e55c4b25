import { CorexError } from "../../errors.ts";
import { LIMITS } from "./limits.ts";

/** Numbers of classes. While open it learns names; once sealed, classes are numbered in code-unit order of their names. */
export class ClassIndex {
  readonly #numbers = new Map<string, number>();
  #sealed: readonly string[] | undefined;

  /** @param names when given, every class there is. */
  constructor(names?: Iterable<string>) {
    if (names === undefined) return;
    for (const name of names) this.of(name);
    this.seal();
  }

  /** The number of a class; not final before {@link seal}. @throws CorexError DATA_TOO_MANY_CLASSES, DATA_INPUT_CHANGED. */
  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#sealed !== undefined) {
      throw new CorexError("DATA_INPUT_CHANGED", `class "${name}" was not there in the first reading`, {
        retry: "later",
        details: { class: name },
      });
    }
    if (this.#numbers.size === LIMITS.classes) {
      throw new CorexError("DATA_TOO_MANY_CLASSES", `more than ${LIMITS.classes} classes, the next is "${name}"`, {
        retry: "after-change",
        details: { limit: LIMITS.classes, class: name },
      });
    }
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get isSealed(): boolean {
    return this.#sealed !== undefined;
  }

  seal(): void {
    this.#sealed = [...this.#numbers.keys()].sort();
    this.#sealed.forEach((name, number) => this.#numbers.set(name, number));
  }

  /** Names in the order of their numbers. */
  get names(): readonly string[] {
    return this.#sealed ?? [...this.#numbers.keys()];
  }
}
