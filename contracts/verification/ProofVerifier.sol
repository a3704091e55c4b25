// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";
import {BN254} from "./BN254.sol";
import {Groth16Proof} from "./Groth16.sol";
import {ICircuitRegistry} from "./ICircuitRegistry.sol";
import {IProofVerifier} from "./IProofVerifier.sol";
import {VerifyingKey} from "./VerifyingKey.sol";

/// @title ProofVerifier
/// @notice One Groth16 verifier for every registered circuit.
/// @dev Checks e(A, B) = e(alpha, beta) * e(L, gamma) * e(C, delta) with L = IC_0 + sum of input_i * IC_(i+1), as
/// e(-A, B) * e(alpha, beta) * e(L, gamma) * e(C, delta) = 1.
/// Source: J. Groth, "On the Size of Pairing-based Non-interactive Arguments", EUROCRYPT 2016, section 3.2.
/// @dev INVARIANTS
/// - INV-PRF-2: every input is below the scalar field order, so no statement has a second encoding.
/// - INV-PRF-3: A and C are canonical points of the curve, B is canonical and in its group, none is infinity.
/// @dev Stateless: what was accepted before is the caller's business.
contract ProofVerifier is IProofVerifier {
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
        uint256[2] memory statement = _statement(key, inputs);
        require(_pairs(key, proof, statement), ProofVerifierInvalidProof(circuit));
    }

    /// @dev L: the point that the public inputs commit to.
    function _statement(bytes memory key, uint256[] calldata inputs) private view returns (uint256[2] memory point) {
        uint256[] memory bases = new uint256[](2 * (inputs.length + 1));
        VerifyingKey.copy(key, VerifyingKey.IC, bases, 0, bases.length);
        point = [bases[0], bases[1]];
        for (uint256 i = 0; i < inputs.length; ++i) {
            require(inputs[i] < BN254.SCALAR_FIELD, ProofVerifierInputNotInField(i, inputs[i]));
            point = BN254.mulAdd(point, bases[2 * i + 2], bases[2 * i + 3], inputs[i]);
        }
    }

    /// @dev Whether the four pairings multiply to one.
    function _pairs(
        bytes memory key,
        Groth16Proof calldata proof,
        uint256[2] memory statement
    ) private view returns (bool) {
        uint256[] memory words = new uint256[](24);
        (words[0], words[1]) = (proof.a[0], BN254.negate(proof.a[1]));
        (words[2], words[3], words[4], words[5]) = (proof.b[0][0], proof.b[0][1], proof.b[1][0], proof.b[1][1]);
        VerifyingKey.copy(key, VerifyingKey.ALPHA, words, 6, 6); // alpha and beta follow each other
        (words[12], words[13]) = (statement[0], statement[1]);
        VerifyingKey.copy(key, VerifyingKey.GAMMA, words, 14, 4);
        (words[18], words[19]) = (proof.c[0], proof.c[1]);
        VerifyingKey.copy(key, VerifyingKey.DELTA, words, 20, 4);
        return BN254.pairingIsOne(words);
    }

    function _requirePoint(uint256[2] calldata point) private pure {
        require(BN254.isOnCurve(point[0], point[1]), ProofVerifierInvalidPoint(point[0], point[1]));
    }
}
