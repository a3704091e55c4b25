// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EntropyStatus} from "../../../contracts/matching/IEntropySource.sol";
import {IReputation} from "../../../contracts/reputation/IReputation.sol";
import {Verdict} from "../../../contracts/staking/ISlasher.sol";
import {Stake} from "../../../contracts/staking/IStakeVault.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";

/// @dev Entropy that a test reveals: ticket by ticket, and can let expire.
contract SettableEntropy {
    uint40 public revealed;
    mapping(uint40 ticket => bytes32 value) private _values;
    mapping(uint40 ticket => bool expired) private _expired;

    function reveal(bytes32 value) external {
        _values[++revealed] = value;
    }

    function expire(uint40 ticket) external {
        _expired[ticket] = true;
    }

    function nextTicket() external view returns (uint40) {
        return revealed + 1;
    }

    function read(uint40 ticket) external view returns (EntropyStatus status, bytes32 value) {
        if (_expired[ticket]) return (EntropyStatus.Expired, bytes32(0));
        if (ticket > revealed) return (EntropyStatus.Pending, bytes32(0));
        return (EntropyStatus.Ready, _values[ticket]);
    }
}

/// @dev Stake that a test sets.
contract SettableStake {
    mapping(NodeId node => uint256 tokens) public stakeOf;
    mapping(NodeId node => uint256 tokens) public heldOf;

    function stakeDataOf(NodeId node) external view returns (Stake memory data) {
        data.tokens = uint88(stakeOf[node]);
        data.held = uint96(heldOf[node]);
    }

    function hold(NodeId node, uint256 amount) external returns (bool) {
        if (amount > stakeOf[node] - heldOf[node]) return false;
        heldOf[node] += amount;
        return true;
    }

    function unhold(NodeId node, uint256 amount) external {
        heldOf[node] -= amount;
    }

    function set(NodeId node, uint256 tokens) external {
        stakeOf[node] = tokens;
    }

    function slash(NodeId node, uint256 amount) external {
        stakeOf[node] -= amount;
    }
}

/// @dev Takes 30 % of the base as far as there is stake, owes the reporter a fifth of it, at most ten times its bond, tells
/// the reputation, and remembers the verdicts.
contract RecordingSlasher {
    SettableStake private immutable _vault;
    IReputation private immutable _reputation;

    Verdict[] private _verdicts;
    mapping(address reporter => uint256 amount) public owedTo;
    mapping(NodeId node => uint256 amount) public slashedOf;

    constructor(SettableStake vault, IReputation reputation) {
        _vault = vault;
        _reputation = reputation;
    }

    function punish(Verdict calldata verdict) external returns (uint256 slashed) {
        _verdicts.push(verdict);
        uint256 stake = _vault.stakeOf(verdict.node);
        slashed = (verdict.base * 3_000 + 9_999) / 10_000;
        if (slashed > stake) slashed = stake;
        uint256 reward = slashed / 5;
        if (reward > verdict.reporterBond * 10) reward = verdict.reporterBond * 10;
        owedTo[verdict.reporter] += reward;
        slashedOf[verdict.node] += slashed;
        _vault.slash(verdict.node, slashed);
        _reputation.recordOffence(verdict.node, verdict.offence);
    }

    function verdicts() external view returns (Verdict[] memory) {
        return _verdicts;
    }
}
