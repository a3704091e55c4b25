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

    /// @notice Returns when `proof` proves that `inputs` are public signals of `circuit`; reverts otherwise.
    /// @dev The gas of each precompile call is bounded: a bad point cannot burn what the caller forwarded.
    function verify(CircuitId circuit, Groth16Proof calldata proof, uint256[] calldata inputs) external view;
}
