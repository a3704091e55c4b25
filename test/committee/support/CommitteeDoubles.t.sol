// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EntropyStatus, IEntropySource} from "../../../contracts/matching/IEntropySource.sol";
import {NodeWeight} from "../../../contracts/matching/IScheduler.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Offence} from "../../../contracts/types/Offence.sol";

/// @dev Entropy of a chain whose height a test sets: periods of sixteen blocks, values from the height alone.
contract CommitteeEntropyDouble is IEntropySource {
    uint256 public constant PERIOD_BLOCKS = 16;
    uint256 public height = 1_000;

    function advance(uint256 blocks) external {
        height += blocks;
    }

    function period() external view returns (uint32) {
        return uint32(1 + height / PERIOD_BLOCKS);
    }

    function nextTicket() external view returns (uint40) {
        return uint40(height + 1);
    }

    function horizon() external view returns (uint40) {
        return uint40(height);
    }

    function read(uint40 ticket) external view returns (EntropyStatus status, bytes32 value) {
        if (ticket >= height) return (EntropyStatus.Pending, 0);
        if (ticket / PERIOD_BLOCKS != height / PERIOD_BLOCKS) return (EntropyStatus.Expired, 0);
        return (EntropyStatus.Ready, keccak256(abi.encode("entropy", ticket)));
    }

    function maxDrawValue() external pure returns (uint256) {
        return type(uint256).max;
    }
}

/// @dev Tiers that a test sets; takes what the vault tells.
contract CommitteeSchedulerDouble {
    IEntropySource public immutable entropySource;
    mapping(NodeId node => uint8 tier) private _tiers;

    constructor(IEntropySource source) {
        entropySource = source;
    }

    // solhint-disable-next-line no-empty-blocks
    function setBoost(NodeId, uint256) external {}

    function setTier(NodeId node, uint8 tier) external {
        _tiers[node] = tier;
    }

    function weightOf(NodeId node) external view returns (NodeWeight memory weight) {
        weight.tier = _tiers[node];
    }
}

/// @dev Scores that a test sets; counts what the slasher tells.
contract CommitteeReputationDouble {
    mapping(NodeId node => uint256 score) public scoreOf;
    mapping(NodeId node => uint256 count) public offencesOf;

    function setScore(NodeId node, uint256 score) external {
        scoreOf[node] = score;
    }

    function recordOffence(NodeId node, Offence) external {
        ++offencesOf[node];
    }
}
