// prover ZKEY WTNS PROOF PUBLIC, as rapidsnark takes them, down to the NUL byte at the end of its files.
import { writeFileSync } from "node:fs";

import * as snarkjs from "snarkjs";

const [zkey, wtns, proofPath, publicPath] = process.argv.slice(2);
if (zkey === undefined || wtns === undefined || proofPath === undefined || publicPath === undefined) {
  throw new Error("usage: prover ZKEY WTNS PROOF PUBLIC");
}
const { proof, publicSignals } = await snarkjs.groth16.prove(zkey, wtns);
writeFileSync(proofPath, `${JSON.stringify(proof)}\0`);
writeFileSync(publicPath, `${JSON.stringify(publicSignals)}\0`);
await (await snarkjs.curves.getCurveFromName("bn128")).terminate();
