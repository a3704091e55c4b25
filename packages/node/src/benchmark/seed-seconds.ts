/**
 * Seconds for which a seed can commonly be read once it is known; a measurement takes at most half of it. How long it is
 * depends on where in its period the ticket lies and on the pace of blocks, which nobody knows beforehand: where it is
 * shorter, the measurement is begun again with half the size.
 */
export const SEED_SECONDS = 60;
