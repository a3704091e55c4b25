// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {IRewardDistributor} from "../mining/IRewardDistributor.sol";
import {INodeRegistry, NodeStatus} from "../registry/INodeRegistry.sol";
import {NodeId} from "../types/Ids.sol";
import {ContributionMath} from "./ContributionMath.sol";
import {Contribution, IContributionUnits} from "./IContributionUnits.sol";
import {IVotingUnits} from "./IVotingUnits.sol";

/// @title ContributionUnits
/// @dev INVARIANTS
/// - INV-CON-1: points count once: the score rises by exactly what was paid since the last update.
/// - INV-CON-2: the units in force for a node are at most those of its score at the last update, and none once it was removed.
/// @dev ROUNDING
/// - See `ContributionMath`.
/// @dev TRUST
/// - Distributor, registry and ledger of votes are immutable contracts of this suite. Nobody has a role here.
/// @dev LIVENESS
/// - Anyone updates anyone. Until then a node keeps the units that it had: whom that disturbs updates it.
contract ContributionUnits is IContributionUnits {
    IRewardDistributor private immutable _distributor;
    INodeRegistry private immutable _registry;
    IVotingUnits private immutable _votes;

    mapping(NodeId node => Contribution contribution) private _contributions;

    constructor(IRewardDistributor distributor, INodeRegistry registry, IVotingUnits votes) {
        _distributor = distributor;
        _registry = registry;
        _votes = votes;
    }

    /// @inheritdoc IContributionUnits
    function sync(NodeId[] calldata nodes) external {
        for (uint256 i = 0; i < nodes.length; ++i) _sync(nodes[i]);
    }

    /// @inheritdoc IContributionUnits
    function contributionOf(NodeId node) external view returns (Contribution memory) {
        return _contributions[node];
    }

    /// @inheritdoc IContributionUnits
    function preview(NodeId node) external view returns (uint256 score, uint256 units) {
        return _measure(node, _contributions[node]);
    }

    /// @dev Brings one node up to date; nothing for one that does not exist. Casts are safe: points are sums of at most 2^112 a day, the score is
    /// at most their sum, units are at most `MAX_UNITS`; seconds.
    function _sync(NodeId node) private {
        address account = _registry.operatorOf(node);
        if (account == address(0)) return;

        // Effect: score and points as of now. The account is the same for ever: an operator key has one node.
        Contribution storage contribution = _contributions[node];
        (uint256 score, uint256 units) = _measure(node, contribution);
        uint256 oldUnits = contribution.units;
        contribution.score = uint160(score);
        contribution.updatedAt = uint40(block.timestamp);
        contribution.seen = uint128(_distributor.pointsPaidOf(node));
        contribution.account = account;

        // Interaction: the ledger of votes, which calls nobody, says how much of it counts.
        if (units != oldUnits) {
            units = _votes.contributionChanged(account, oldUnits, units);
            contribution.units = uint128(units);
        }

        emit ContributionUpdated(node, account, score, units);
    }

    /// @dev Score decayed since the last update plus what was paid since, and its units.
    function _measure(
        NodeId node,
        Contribution storage contribution
    ) private view returns (uint256 score, uint256 units) {
        score = ContributionMath.decayDown(contribution.score, block.timestamp - contribution.updatedAt);
        score += _distributor.pointsPaidOf(node) - contribution.seen;
        units = _registry.statusOf(node) == NodeStatus.Removed ? 0 : ContributionMath.unitsDown(score);
    }
}
