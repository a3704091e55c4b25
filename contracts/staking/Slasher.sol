// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {INodeRegistry, NodeStatus} from "../registry/INodeRegistry.sol";
import {IReputation} from "../reputation/IReputation.sol";
import {CorexToken} from "../token/CorexToken.sol";
import {NodeId} from "../types/Ids.sol";
import {Offence} from "../types/Offence.sol";
import {ISlasher, Verdict} from "./ISlasher.sol";
import {IStakeVault} from "./IStakeVault.sol";
import {SlashingRules} from "./SlashingRules.sol";

/// @title Slasher
/// @dev INVARIANTS
/// - INV-STK-4: burned + toTreasury + reward == slashed for every verdict; the balance covers every reward owed.
/// - INV-STK-5: unless the offence removes the node or it is removed already, a slash and all slashes of the 30 days before
///   it are together at most half of the stake there would be without them.
/// @dev CAP
/// - Time is cut into buckets of 15 days. The present one and the two before it contain every interval of 30 days that ends
///   now; the cap counts what was slashed in all three, so it is never looser than it says, and up to 15 days stricter.
/// @dev TRUST
/// - Modules of the judge role find the offence, its base, the reporter and its bond. They cannot take more than the rules
///   allow of the base, direct the treasury's part, or pay a reporter more than ten times its bond.
/// - Vault, reputation, registry and treasury are immutable addresses of this suite.
/// @dev LIVENESS
/// - A verdict never fails because a cap is reached, nothing is staked, or the node left: it takes less, and counts.
/// - A reporter withdraws whenever it likes; it can block no verdict.
contract Slasher is ISlasher, AccessManaged {
    /// @dev The latest offence of a node. One slot.
    struct Record {
        Offence offence;
        uint96 slashed;
        uint40 timestamp;
    }

    /// @notice Length of a bucket: 15 days, half of what the cap is about.
    uint256 public constant BUCKET = 15 days;

    /// @notice Buckets that the cap looks at.
    uint256 public constant BUCKETS = 3;

    /// @notice Where the treasury's part goes.
    address public immutable treasury;

    CorexToken private immutable _token;
    IStakeVault private immutable _vault;
    IReputation private immutable _reputation;
    INodeRegistry private immutable _registry;

    mapping(NodeId node => mapping(uint256 bucket => uint256 amount)) private _slashedIn;
    mapping(NodeId node => Record record) private _records;
    mapping(address reporter => uint256 amount) private _owed;

    constructor(
        address initialAuthority,
        IStakeVault vault,
        IReputation reputation,
        INodeRegistry registry,
        address feeRouter
    ) AccessManaged(initialAuthority) {
        _token = vault.token();
        _vault = vault;
        _reputation = reputation;
        _registry = registry;
        treasury = feeRouter;
    }

    /// @inheritdoc ISlasher
    function punish(Verdict calldata verdict) external restricted returns (uint256 slashed) {
        // Check: there is an offence. How much it takes: what it costs, what the cap allows, what there is.
        (NodeId node, Offence offence) = (verdict.node, verdict.offence);
        require(offence != Offence.None, SlasherNoOffence(node));
        uint256 reachable = SlashingRules.removes(offence) ? _vault.stakeOf(node) : _slashable(node);
        slashed = Math.min(SlashingRules.slashUp(offence, verdict.base), reachable);

        // Effect: the cap counts it, and the reporter is owed its part. Cast is safe: a stake is below 2^88.
        (uint256 burned, uint256 toTreasury, uint256 reward) = SlashingRules.split(
            slashed,
            verdict.reporter != address(0),
            verdict.reporterBond
        );
        _records[node] = Record({offence: offence, slashed: uint96(slashed), timestamp: uint40(block.timestamp)});
        if (slashed != 0) _slashedIn[node][_bucket()] += slashed;
        if (reward != 0) _owed[verdict.reporter] += reward;

        emit Punished(node, offence, msg.sender, verdict.base, slashed, burned, toTreasury, verdict.reporter, reward);

        // Interaction: the stake comes here and is split; what the reporter is owed stays. Then the reputation hears of it.
        if (slashed != 0) {
            _vault.slash(node, slashed);
            _token.burn(burned);
            SafeERC20.safeTransfer(_token, treasury, toTreasury);
        }
        _reputation.recordOffence(node, offence);
    }

    /// @inheritdoc ISlasher
    function withdraw() external returns (uint256 amount) {
        // Check: something is owed.
        amount = _owed[msg.sender];
        if (amount == 0) return 0;

        // Effect: it is owed no more.
        _owed[msg.sender] = 0;

        emit RewardWithdrawn(msg.sender, amount);

        // Interaction: money leaves last, and only to whom it belongs.
        SafeERC20.safeTransfer(_token, msg.sender, amount);
    }

    /// @inheritdoc ISlasher
    function owedTo(address reporter) external view returns (uint256 amount) {
        return _owed[reporter];
    }

    /// @inheritdoc ISlasher
    function recentlySlashed(NodeId node) external view returns (uint256 amount) {
        return _recentlySlashed(node);
    }

    /// @inheritdoc ISlasher
    function slashable(NodeId node) external view returns (uint256 amount) {
        return _slashable(node);
    }

    /// @inheritdoc ISlasher
    function lastOffenceOf(NodeId node) external view returns (Offence offence, uint256 slashed, uint256 timestamp) {
        Record storage record = _records[node];
        return (record.offence, record.slashed, record.timestamp);
    }

    /// @dev All that is staked when the node is removed already, else what the cap allows, rounded down. Nothing for a node
    /// that does not exist.
    function _slashable(NodeId node) private view returns (uint256) {
        uint256 tokens = _vault.stakeOf(node);
        if (tokens == 0) return 0;
        if (_registry.statusOf(node) == NodeStatus.Removed) return tokens;
        return SlashingRules.allowedDown(tokens, _recentlySlashed(node));
    }

    /// @dev Cannot underflow: the time is many buckets after 1970.
    function _recentlySlashed(NodeId node) private view returns (uint256 amount) {
        uint256 bucket = _bucket();
        for (uint256 i = 0; i < BUCKETS; ++i) amount += _slashedIn[node][bucket - i];
    }

    function _bucket() private view returns (uint256) {
        return block.timestamp / BUCKET;
    }
}
