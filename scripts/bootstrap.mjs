// Makes `node_modules` match the lock file, and does nothing when it already does.
//
// Hardhat's native parts need Node >= 22.13, and `npm ci` under an older Node leaves them out silently. So on an older
// Node npm itself runs under the Node that the project pins; from then on every npm script finds that same binary in
// `node_modules/.bin`. This file therefore uses only what Node 20 has, and no dependency.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const STAMP = "node_modules/.corex-bootstrap";
const PINNED_NODE = JSON.parse(readFileSync("package.json", "utf8")).devDependencies.node;

const digest = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === digest) process.exit(0);

const npm = process.env.npm_execpath;
if (npm === undefined) {
  console.error("Run this through npm: `npm run bootstrap`.");
  process.exit(1);
}

const [major, minor] = process.versions.node.split(".").map(Number);
const recent = major > 22 || (major === 22 && minor >= 13);
const install = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
const command = recent ? [process.execPath, ...install] : ["npx", "--yes", `node@${PINNED_NODE}`, ...install];

console.log("Installing the pinned dependencies (about half a minute) ...");
const { status, error } = spawnSync(command[0], command.slice(1), { stdio: "inherit" });
if (error !== undefined || status !== 0) {
  console.error(`npm ci failed${error ? `: ${error.message}` : ""}; fix the error above and run the command again.`);
  process.exit(status ?? 1);
}
writeFileSync(STAMP, digest);
