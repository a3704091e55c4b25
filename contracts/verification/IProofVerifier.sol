// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";
import {Groth16Proof} from "./Groth16.sol";

/// @title IProofVerifier
/// @notice Checks Groth16 proofs of registered circuits. It says that a statement is true, never that it is new:
/// replay protection belongs to the caller's state, because a valid proof can be re-randomised by anyone.
interface IProofVerifier {
    /// @notice Thrown when the number of public inputs is not the circuit's.
    error ProofVerifierInputCount(uint256 count, uint256 expected);

    /// @notice Thrown when a public input is not below the order of the scalar field.
    error ProofVerifierInputNotInField(uint256 index, uint256 value);

    /// @notice Thrown when point A or C of the proof is infinity, not canonical, or not on the curve.
    error ProofVerifierInvalidPoint(uint256 x, uint256 y);

    /// @notice Thrown when point B of the proof is infinity or not canonical.
    error ProofVerifierInvalidG2Point(uint256 x1, uint256 x0, uint256 y1, uint256 y0);

    /// @notice Thrown when the proof does not prove the statement, or point B is not in its group.
    error ProofVerifierInvalidProof(CircuitId circuit);

    /// @notice Thrown when a batch holds no proof, or more than `maximum`.
    error ProofVerifierBatchSize(uint256 count, uint256 maximum);

    /// @notice Thrown when A, B or C of proof number `index` of a batch is infinity or not canonical, or A or C is not on the
    /// curve.
    error ProofVerifierInvalidBatchPoint(uint256 index);

    /// @notice Thrown when one proof of the batch at least does not prove its statement, or its B is not in its group. Which
    /// one, the product does not say: ask `verify`.
    error ProofVerifierInvalidBatch(CircuitId circuit, uint256 count);

    /// @notice Returns when `proof` proves that `inputs` are public signals of `circuit`; reverts otherwise.
    /// @dev The gas of each precompile call is bounded: a bad point cannot burn what the caller forwarded.
    function verify(CircuitId circuit, Groth16Proof calldata proof, uint256[] calldata inputs) external view;

    /// @notice Returns when every proof of the batch, 1 to 64 of one circuit, proves its inputs; reverts otherwise, for all
    /// alike. `inputs` are the public signals of the first proof, then those of the second, and so on.
    /// @dev N + 3 pairings instead of 4 N. A batch with an invalid proof passes with probability 2^-128 for each attempt.
    function verifyBatch(CircuitId circuit, Groth16Proof[] calldata proofs, uint256[] calldata inputs) external view;
}
