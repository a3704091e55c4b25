// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

/// @title ISubmissionSignatures
/// @notice Checks signatures of operators over their submissions, by EIP-712; of contracts by ERC-1271. The domain is this
/// contract, of which each market has its own: `eip712Domain()`. The type is
/// `Submission(bytes32 task,uint16 chain,uint32 step,uint256 weights,uint256 newWeights,uint256 gradient,uint256 batch,uint256
/// loss,bytes32 artifact)`, written without the break.
/// @dev A signature has no deadline of its own: it is good for one step of one chain, while the fragment is assigned to the
/// signer's node, until the deadline of the fragment. Afterwards the step is another, or the fragment another node's; should
/// the same node be drawn for it again, it says what is still true, and still pays the signer.
interface ISubmissionSignatures {
    /// @notice Whether `signature` is the operator's, of the statement with this struct hash. Calls `operator` when it has code.
    function isSigned(address operator, bytes32 statementHash, bytes calldata signature) external view returns (bool);
}
