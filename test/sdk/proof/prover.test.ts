import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { type Circuit, repositoryRoot } from "../../../packages/sdk/src/circuits/manifest.ts";
import { CorexError } from "../../../packages/sdk/src/errors.ts";
import { createProver } from "../../../packages/sdk/src/proof/create-prover.ts";
import { linearStepStatement } from "../../../packages/sdk/src/proof/linear-step.ts";
import type { CircuitInputs } from "../../../packages/sdk/src/proof/prover.ts";
import { RapidsnarkProver } from "../../../packages/sdk/src/proof/rapidsnark-prover.ts";
import { SnarkjsProver } from "../../../packages/sdk/src/proof/snarkjs-prover.ts";
import { verifyProof } from "../../../packages/sdk/src/proof/verify.ts";
import { linearStepCircuit, linearStepSecrets } from "./support/linear-step-fixture.ts";

const support = (name: string): string => fileURLToPath(new URL(`./support/${name}`, import.meta.url));

async function failure(work: Promise<unknown>): Promise<CorexError> {
  const error: unknown = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).to.be.instanceOf(CorexError);
  return error as CorexError;
}

describe("provers", function () {
  this.timeout(120_000);
  let circuit: Circuit;
  let inputs: CircuitInputs;

  before(async function () {
    circuit = linearStepCircuit();
    inputs = (await linearStepStatement(linearStepSecrets(), circuit.entry)).inputs;
    process.env["COREX_TEST_NODE"] = process.execPath;
  });

  // SnarkjsProver
  // ├── it proves in one process that is reused, while the event loop of the caller stays free
  // ├── when the inputs violate the circuit
  // │   └── it throws WITNESS_REJECTED and goes on
  // ├── when the call is aborted before or during the proof
  // │   └── it throws PROVER_ABORTED and goes on
  // ├── when the process dies
  // │   └── it throws PROVER_CRASHED, retry later, and the next call starts another one
  // └── when it is closed
  //     ├── pending and later calls throw PROVER_CLOSED
  //     └── the process of the caller exits by itself
  describe("SnarkjsProver", function () {
    it("proves in one process that is reused, with a free event loop", async function () {
      const prover = new SnarkjsProver();
      try {
        let ticks = 0;
        const timer = setInterval(() => ticks++, 10);
        const started = performance.now();
        const first = await prover.prove(circuit, inputs);
        const elapsed = performance.now() - started;
        clearInterval(timer);
        const pid = prover.workerPid;
        const second = await prover.prove(circuit, inputs);

        expect(ticks).to.be.greaterThan(elapsed / 40);
        expect(prover.workerPid).to.equal(pid);
        expect(await verifyProof(circuit, first)).to.equal(true);
        expect(await verifyProof(circuit, second)).to.equal(true);
        // Groth16 is randomised: equal proofs would leak that two witnesses are equal.
        expect(first.proof.pi_a).to.not.deep.equal(second.proof.pi_a);
      } finally {
        await prover.close();
      }
    });

    it("throws WITNESS_REJECTED for inputs that violate the circuit, and goes on", async function () {
      const prover = new SnarkjsProver();
      try {
        const [wrong, right] = await Promise.all([
          failure(prover.prove(circuit, { ...inputs, g: Array.from({ length: 16 }, () => 1n) })),
          prover.prove(circuit, inputs),
        ]);
        expect(wrong).to.include({ code: "WITNESS_REJECTED", retry: "after-change" });
        expect(await verifyProof(circuit, right)).to.equal(true);
      } finally {
        await prover.close();
      }
    });

    it("throws PROVER_FAILED when the key is not one", async function () {
      const prover = new SnarkjsProver();
      try {
        const error = await failure(prover.prove({ ...circuit, zkey: circuit.verificationKey }, inputs));
        expect(error.code).to.equal("PROVER_FAILED");
      } finally {
        await prover.close();
      }
    });

    it("throws PROVER_ABORTED when aborted before or during the proof, and goes on", async function () {
      const prover = new SnarkjsProver();
      try {
        expect((await failure(prover.prove(circuit, inputs, AbortSignal.abort()))).code).to.equal("PROVER_ABORTED");
        const error = await failure(prover.prove(circuit, inputs, AbortSignal.timeout(300)));
        expect(error).to.include({ code: "PROVER_ABORTED", retry: "later" });
        expect(await verifyProof(circuit, await prover.prove(circuit, inputs))).to.equal(true);
      } finally {
        await prover.close();
      }
    });

    it("throws PROVER_CRASHED when the process is killed, and starts another one", async function () {
      const prover = new SnarkjsProver();
      try {
        const pending = failure(prover.prove(circuit, inputs));
        const pid = await waitFor(() => prover.workerPid);
        process.kill(pid, "SIGKILL");
        expect(await pending).to.include({ code: "PROVER_CRASHED", retry: "later" });
        expect(await verifyProof(circuit, await prover.prove(circuit, inputs))).to.equal(true);
        expect(prover.workerPid).to.not.equal(pid);
      } finally {
        await prover.close();
      }
    });

    it("serves the queue behind a crash", async function () {
      const directory = mkdtempSync(join(tmpdir(), "corex-test-"));
      process.env["COREX_TEST_CRASH_FLAG"] = join(directory, "flag");
      const prover = new SnarkjsProver(support("crash-once-worker.ts"));
      try {
        const [crash, next] = await Promise.all([
          failure(prover.prove(circuit, inputs)),
          prover.prove(circuit, inputs),
        ]);
        expect(crash).to.include({ code: "PROVER_CRASHED", retry: "later" });
        expect(next.publicSignals).to.deep.equal(["7"]);
      } finally {
        await prover.close();
        rmSync(directory, { recursive: true });
        delete process.env["COREX_TEST_CRASH_FLAG"];
      }
    });

    it("throws PROVER_CLOSED for pending and later calls, and closes twice", async function () {
      const prover = new SnarkjsProver();
      const pending = [failure(prover.prove(circuit, inputs)), failure(prover.prove(circuit, inputs))];
      await waitFor(() => prover.workerPid);
      await prover.close();
      for (const error of await Promise.all(pending)) expect(error.code).to.equal("PROVER_CLOSED");
      expect((await failure(prover.prove(circuit, inputs))).code).to.equal("PROVER_CLOSED");
      await prover.close();
    });

    it("lets a fresh process import, prove, verify and exit", async function () {
      const script = `
        import { proveLinearStep, linearStepPublicSignals } from "@corex/sdk/proof/linear-step";
        import { createProver } from "@corex/sdk/proof/create-prover";
        import { verifyProof } from "@corex/sdk/proof/verify";
        import { loadCircuit } from "@corex/sdk/circuits/manifest";
        const zeros = Array.from({ length: 16 }, () => 0n);
        const prover = createProver({});
        const secrets = { X: zeros.map(() => zeros), y: zeros, weights: zeros, modelSalt: 1n, batchSalt: 2n, ctx: 3n };
        const { proof, publicSignals } = await proveLinearStep(prover, secrets);
        const signals = linearStepPublicSignals(publicSignals).map(String);
        console.log(await verifyProof(loadCircuit("linear-step-16x16"), { proof, publicSignals: signals }));
        await prover.close();
      `;
      const directory = mkdtempSync(join(repositoryRoot(), "circuits/build/fresh-"));
      try {
        writeFileSync(join(directory, "fresh.ts"), script);
        const { code, output } = await runNode([join(directory, "fresh.ts")], 30_000);
        expect(output.trim()).to.equal("true");
        expect(code).to.equal(0);
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  });

  // RapidsnarkProver
  // ├── it calls the program as rapidsnark is called, and leaves no file behind
  // ├── when the program fails, is missing or is aborted
  // │   └── it throws PROVER_FAILED or PROVER_ABORTED
  // └── when it is closed
  //     └── it throws PROVER_CLOSED
  describe("RapidsnarkProver", function () {
    it("proves with the program and leaves no file behind", async function () {
      const before = temporaryDirectories();
      const prover = new RapidsnarkProver(support("fake-prover.sh"));
      const result = await prover.prove(circuit, inputs);
      expect(await verifyProof(circuit, result)).to.equal(true);
      expect(temporaryDirectories()).to.deep.equal(before);
      await prover.close();
    });

    it("throws PROVER_FAILED when the program fails or is missing", async function () {
      for (const path of ["/bin/false", "/nonexistent/prover"]) {
        const error = await failure(new RapidsnarkProver(path).prove(circuit, inputs));
        expect(error).to.include({ code: "PROVER_FAILED", retry: "after-change" });
        expect(error.message).to.include(path);
      }
    });

    it("throws WITNESS_REJECTED before it calls the program", async function () {
      const error = await failure(new RapidsnarkProver("/bin/false").prove(circuit, { ...inputs, ctx: [] }));
      expect(error.code).to.equal("WITNESS_REJECTED");
    });

    it("throws PROVER_ABORTED when aborted, PROVER_CLOSED when closed", async function () {
      const prover = new RapidsnarkProver(support("fake-prover.sh"));
      expect((await failure(prover.prove(circuit, inputs, AbortSignal.abort()))).code).to.equal("PROVER_ABORTED");
      const pending = failure(prover.prove(circuit, inputs));
      await prover.close();
      expect((await pending).code).to.equal("PROVER_CLOSED");
      expect((await failure(prover.prove(circuit, inputs))).code).to.equal("PROVER_CLOSED");
    });
  });

  describe("createProver", function () {
    it("takes the native program when COREX_PROVER is set, else snarkjs", function () {
      expect(createProver({ COREX_PROVER: "/opt/rapidsnark/prover" })).to.be.instanceOf(RapidsnarkProver);
      expect(createProver({ COREX_PROVER: "" })).to.be.instanceOf(SnarkjsProver);
      expect(createProver({})).to.be.instanceOf(SnarkjsProver);
    });
  });
});

function temporaryDirectories(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("corex-proof-"));
}

async function waitFor<T>(probe: () => T | undefined): Promise<T> {
  for (let i = 0; i < 500; i++) {
    const value = probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("nothing happened within five seconds");
}

async function runNode(args: string[], timeout: number): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: repositoryRoot(),
      timeout,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
