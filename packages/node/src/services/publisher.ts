import type { Logger } from "pino";

import { decodeError } from "@corex/sdk/contracts/decode-error";
import type { ContentStore } from "@corex/sdk/store/content-store";

import type { DocumentLog, KeptDocument } from "../journal/document-log.ts";
import type { Backoff } from "../runtime/backoff.ts";
import { isDelivered, labelOfPlace, pairWaitsUntil, type WorkPlace } from "../work/work-place.ts";
import type { Snapshot } from "./snapshot.ts";

export interface PublisherOptions {
  readonly documents: DocumentLog;
  readonly market: {
    placeOf(task: string, fragment: number): WorkPlace | undefined;
    siblingOf(place: WorkPlace): WorkPlace | undefined;
  };
  readonly store: ContentStore;
  readonly logger: Logger;
  readonly backoff: Backoff;
}

/**
 * Publishes labels once their digest is on chain and the other half of the pair is in, or its time is over: before that, the other
 * node could copy them.
 */
export class Publisher {
  readonly #options: PublisherOptions;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  async onSnapshot({ timestamp }: Snapshot): Promise<void> {
    for (const document of this.#options.documents.unpublished()) {
      const place = this.#options.market.placeOf(document.task, document.fragment);
      if (place !== undefined && this.#isDue(place, document, timestamp)) await this.#publish(place, document);
    }
  }

  #isDue(place: WorkPlace, { digest }: KeptDocument, timestamp: number): boolean {
    if (!isDelivered(place) || place.delivery.result !== digest) return false;
    const sibling = this.#options.market.siblingOf(place);
    if (sibling === undefined || sibling.isFinal || sibling.delivery !== undefined) return true;
    return timestamp > pairWaitsUntil(place) || place.review.stage !== "none";
  }

  async #publish(place: WorkPlace, document: KeptDocument): Promise<void> {
    const { documents, store, logger, backoff } = this.#options;
    const subject = `publish:${document.digest}`;
    if (!backoff.isReady(subject)) return;
    try {
      await store.put(document.bytes);
      documents.publish(document);
      logger.info({ ...labelOfPlace(place), result: document.digest }, "result published");
    } catch (cause) {
      const error = decodeError(cause);
      const pause = backoff.fail(subject);
      logger.error(
        { ...labelOfPlace(place), code: error.code, reason: error.message, pause },
        "cannot publish the result",
      );
    }
  }
}
