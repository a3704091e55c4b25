// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CircuitId} from "../types/Ids.sol";
import {Groth16Proof} from "./Groth16.sol";
import {IProofVerifier} from "./IProofVerifier.sol";

/// @title BatchCall
/// @notice Writes the call of `IProofVerifier.verifyBatch` with proofs that lie apart in the calldata: each is copied once,
/// where the compiler copies it to memory point by point and encodes it from there.
/// @dev Layout behind the length: selector; circuit, offset of the proofs, offset of the inputs; number of proofs, proofs of
/// eight words; number of inputs, inputs. The plain version is `abi.encodeCall`; `BatchCall.t.sol` compares the two.
library BatchCall {
    /// @dev Bytes before the first proof: the selector and four words.
    uint256 private constant PROOFS = 0x84;

    /// @dev Bytes of a proof.
    uint256 private constant PROOF_BYTES = 0x100;

    /// @notice Thrown when a proof or input lies beyond those that the call was made for.
    error BatchCallOutOfBounds(uint256 index, uint256 count);

    /// @dev A call with room for `count` proofs and `count * signals` inputs, all zero.
    function allocate(CircuitId circuit, uint256 count, uint256 signals) internal pure returns (bytes memory data) {
        uint256 inputs = PROOFS + PROOF_BYTES * count;
        data = new bytes(inputs + 0x20 * (1 + count * signals));
        bytes4 selector = IProofVerifier.verifyBatch.selector;
        assembly ("memory-safe") {
            let start := add(data, 0x20)
            // Bounds: writes bytes 0 to PROOFS - 1, and the word at `inputs`; the call has both.
            mstore(start, selector)
            mstore(add(start, 0x04), circuit)
            mstore(add(start, 0x24), 0x60)
            mstore(add(start, 0x44), sub(inputs, 0x04))
            mstore(add(start, 0x64), count)
            mstore(add(start, inputs), mul(count, signals))
        }
    }

    /// @dev Writes proof number `index`, and its inputs.
    function put(bytes memory data, uint256 index, Groth16Proof calldata proof, uint256[] memory inputs) internal pure {
        uint256 count;
        assembly ("memory-safe") {
            // Bounds: reads the word that `allocate` wrote.
            count := mload(add(data, 0x84))
        }
        uint256 end = PROOFS + PROOF_BYTES * count + 0x20 * (1 + (index + 1) * inputs.length);
        require(index < count && end <= data.length, BatchCallOutOfBounds(index, count));
        assembly ("memory-safe") {
            let start := add(data, 0x20)
            let size := mul(mload(inputs), 0x20)
            // Bounds: writes proof `index` of `count`, and as many inputs as end at `end`, within the call, checked above. Reads
            // the 8 words of `proof` and the elements of `inputs`.
            calldatacopy(add(add(start, PROOFS), mul(index, PROOF_BYTES)), proof, PROOF_BYTES)
            mcopy(add(start, sub(end, size)), add(inputs, 0x20), size)
        }
    }
}
