// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Submission} from "../../contracts/market/ITaskMarket.sol";
import {SubmissionWords} from "../../contracts/market/SubmissionWords.sol";
import {TaskId} from "../../contracts/types/Ids.sol";
import {MemoryGuard} from "../support/MemoryGuard.sol";

/// @dev Compares what is copied from a submission in one piece with the same field by field.
contract SubmissionWordsTest {
    function testFuzz_inputs_equalFields(Submission memory submission, uint256 context) public view {
        uint256[] memory signals = this.inputs(submission, context);
        uint256[6] memory expected = [
            submission.weights,
            submission.newWeights,
            submission.gradient,
            submission.batch,
            submission.loss,
            context
        ];
        require(signals.length == 6, "another number");
        for (uint256 i = 0; i < 6; ++i) require(signals[i] == expected[i], "another signal");
    }

    function testFuzz_statementHash_equalsFields(TaskId task, Submission memory submission) public view {
        bytes memory head = abi.encode(
            SubmissionWords.STATEMENT_TYPE,
            task,
            submission.chain,
            submission.step,
            submission.weights
        );
        bytes memory rest = abi.encode(
            submission.newWeights,
            submission.gradient,
            submission.batch,
            submission.loss,
            submission.artifact
        );
        require(this.statementHash(task, submission) == keccak256(bytes.concat(head, rest)), "another hash");
    }

    function inputs(Submission calldata submission, uint256 context) external pure returns (uint256[] memory signals) {
        (uint256 end, bytes32 digest) = MemoryGuard.arm();
        signals = SubmissionWords.inputs(submission, context);
        MemoryGuard.check(end, digest, 7 * 32);
    }

    function statementHash(TaskId task, Submission calldata submission) external pure returns (bytes32) {
        require(submission.chain <= type(uint16).max && submission.step <= type(uint32).max, "dirty");
        return SubmissionWords.statementHash(task, submission);
    }
}
