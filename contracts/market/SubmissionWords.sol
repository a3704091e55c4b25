// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {TaskId} from "../types/Ids.sol";
import {Submission} from "./ITaskMarket.sol";

/// @title SubmissionWords
/// @notice What is proved and what is signed of a submission, copied in one piece: its values follow each other in the calldata.
/// @dev Words of a submission: chain 0, step 1, weights 2, newWeights 3, gradient 4, batch 5, loss 6, artifact 7, proof 8-15,
/// then the offsets of its two lists.
/// @dev Field by field, the same is written in `SubmissionWords.t.sol`, which compares the two.
library SubmissionWords {
    /// @dev EIP-712 type of what the operator of a relayed submission signs, hashed.
    bytes32 internal constant STATEMENT_TYPE = keccak256(
        "Submission(bytes32 task,uint16 chain,uint32 step,uint256 weights,uint256 newWeights,uint256 gradient,uint256 batch,uint256 loss,bytes32 artifact)"
    );

    /// @dev Public signals of a training step.
    uint256 internal constant SIGNALS = 6;

    /// @dev The public signals that the proof proves: weights, newWeights, gradient, batch, loss, context.
    function inputs(Submission calldata submission, uint256 context) internal pure returns (uint256[] memory signals) {
        signals = new uint256[](SIGNALS);
        assembly ("memory-safe") {
            // Bounds: reads words 2-6 of the submission, whose 18 words the ABI decoder found within the calldata. Writes
            // elements 0-4 of 6.
            calldatacopy(add(signals, 0x20), add(submission, 0x40), 0xa0)
        }
        signals[5] = context;
    }

    /// @dev EIP-712 hash of the statement. Precondition: `chain` and `step` were read, so that the ABI decoder refused dirty bits.
    function statementHash(TaskId task, Submission calldata submission) internal pure returns (bytes32 digest) {
        bytes32 statementType = STATEMENT_TYPE;
        assembly ("memory-safe") {
            let start := mload(0x40)
            // Bounds: writes ten words behind the free memory pointer, which no value of the compiler's lies beyond. Reads words
            // 0-7 of the submission.
            mstore(start, statementType)
            mstore(add(start, 0x20), task)
            calldatacopy(add(start, 0x40), submission, 0x100)
            digest := keccak256(start, 0x140)
        }
    }
}
