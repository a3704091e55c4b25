/**
 * Seconds for which a seed can be read at least, once it is known. A chain keeps 256 block hashes: at blocks of a quarter
 * of a second, the shortest that the network is meant for, that is 64 seconds. A measurement takes at most half of it.
 */
export const SEED_SECONDS = 60;
