// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";
import {BatchWords} from "./BatchWords.sol";
import {BN254} from "./BN254.sol";
import {Groth16Proof} from "./Groth16.sol";
import {ICircuitRegistry} from "./ICircuitRegistry.sol";
import {IProofVerifier} from "./IProofVerifier.sol";
import {ProofWords} from "./ProofWords.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @title ProofVerifier
/// @notice One Groth16 verifier for every registered circuit.
/// @dev Checks e(A, B) = e(alpha, beta) * e(L, gamma) * e(C, delta) with L = IC_0 + sum of input_i * IC_(i+1), as
/// e(-A, B) * e(alpha, beta) * e(L, gamma) * e(C, delta) = 1.
/// Source: J. Groth, "On the Size of Pairing-based Non-interactive Arguments", EUROCRYPT 2016, section 3.2.
/// @dev INVARIANTS
/// - INV-PRF-2: every input is below the scalar field order, so no statement has a second encoding.
/// - INV-PRF-3: A and C are canonical points of the curve, B is canonical and in its group, none is infinity.
/// - INV-PRF-4: a batch is accepted only when `verify` accepts each of its proofs alone (but for one chance in 2^128: see
///   `BatchWords`).
/// @dev Stateless: what was accepted before is the caller's business.
contract ProofVerifier is IProofVerifier {
    /// @notice Proofs of a batch: 64, as many as a task has chains.
    uint256 public constant MAX_BATCH = 64;

    ICircuitRegistry private immutable _circuits;

    constructor(ICircuitRegistry circuits) {
        _circuits = circuits;
    }

    /// @inheritdoc IProofVerifier
    function verify(CircuitId circuit, Groth16Proof calldata proof, uint256[] calldata inputs) external view {
        (address pointer, uint256 publicSignals) = _circuits.keyOf(circuit);
        require(inputs.length == publicSignals, ProofVerifierInputCount(inputs.length, publicSignals));
        _requirePoint(proof.a);
        _requirePoint(proof.c);
        require(
            BN254.isCanonicalG2(proof.b[0][0], proof.b[0][1], proof.b[1][0], proof.b[1][1]),
            ProofVerifierInvalidG2Point(proof.b[0][0], proof.b[0][1], proof.b[1][0], proof.b[1][1])
        );

        bytes memory key = pointer.code;
        uint256[24] memory pairs = ProofWords.pairs(key, proof, ProofWords.statement(key, inputs));
        require(BN254.pairingIsOne(pairs), ProofVerifierInvalidProof(circuit));
    }

    /// @inheritdoc IProofVerifier
    function verifyBatch(CircuitId circuit, Groth16Proof[] calldata proofs, uint256[] calldata inputs) external view {
        uint256 count = proofs.length;
        require(count != 0 && count <= MAX_BATCH, ProofVerifierBatchSize(count, MAX_BATCH));
        (address pointer, uint256 publicSignals) = _circuits.keyOf(circuit);
        uint256 expected = count * publicSignals;
        require(inputs.length == expected, ProofVerifierInputCount(inputs.length, expected));

        bytes memory code = pointer.code;
        bytes32 seed = BatchWords.seedOf(code, circuit, proofs, inputs);
        uint256[] memory pairs = BatchWords.pairs(VerifyingKey.decode(code), seed, proofs, inputs);
        require(BN254.pairingIsOne(pairs), ProofVerifierInvalidBatch(circuit, count));
    }

    function _requirePoint(uint256[2] calldata point) private pure {
        require(BN254.isOnCurve(point[0], point[1]), ProofVerifierInvalidPoint(point[0], point[1]));
    }
}
