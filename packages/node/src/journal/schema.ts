/** Version of the layout below. One of version 1 is taken over by {@link MIGRATE_1}; any other is refused. */
export const JOURNAL_VERSION = 2;

/** Turns version 1, which knows chains alone, into version 2. */
export const MIGRATE_1 = `
ALTER TABLE fragments ADD COLUMN market TEXT NOT NULL DEFAULT 'chains';
ALTER TABLE tasks ADD COLUMN market TEXT NOT NULL DEFAULT 'chains';
UPDATE meta SET value = '2' WHERE key = 'version';
UPDATE meta SET key = 'scannedTo:chains' WHERE key = 'scannedTo';
`;

/**
 * Layout of the journal. Every row is written before the step it announces: `signed` before a broadcast, `intended`
 * before a signature. `one_open_transaction_per_intent` makes it impossible to have two transactions under way for one
 * purpose.
 */
export const JOURNAL_SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS transactions (
  id INTEGER PRIMARY KEY,
  intent TEXT NOT NULL,
  recipient TEXT NOT NULL,
  data TEXT NOT NULL,
  stage TEXT NOT NULL CHECK (stage IN ('intended', 'signed', 'sent', 'mined', 'failed', 'abandoned')),
  nonce INTEGER,
  hash TEXT UNIQUE,
  raw TEXT,
  block INTEGER,
  reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK (stage IN ('intended', 'failed', 'abandoned') OR raw IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_open_transaction_per_intent
  ON transactions (intent) WHERE stage IN ('intended', 'signed', 'sent');

CREATE TABLE IF NOT EXISTS fragments (
  task TEXT NOT NULL,
  chain INTEGER NOT NULL,
  step INTEGER NOT NULL,
  intent TEXT NOT NULL UNIQUE,
  stage TEXT NOT NULL CHECK (stage IN ('computed', 'proved', 'signed', 'sent', 'settled', 'lost')),
  weights TEXT NOT NULL,
  submission TEXT,
  updated_at INTEGER NOT NULL,
  market TEXT NOT NULL DEFAULT 'chains',
  PRIMARY KEY (task, chain, step),
  CHECK (stage IN ('computed', 'lost') OR submission IS NOT NULL)
) STRICT;

CREATE TABLE IF NOT EXISTS documents (
  task TEXT NOT NULL,
  fragment INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  digest TEXT NOT NULL,
  bytes BLOB NOT NULL,
  published INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (task, fragment, attempt)
) STRICT;

CREATE TABLE IF NOT EXISTS sealed (
  subject TEXT PRIMARY KEY,
  answer TEXT NOT NULL,
  score INTEGER NOT NULL,
  salt TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS tasks (
  task TEXT PRIMARY KEY,
  block INTEGER NOT NULL,
  terms TEXT NOT NULL,
  closed INTEGER NOT NULL DEFAULT 0,
  market TEXT NOT NULL DEFAULT 'chains'
) STRICT;
`;
