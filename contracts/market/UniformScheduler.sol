// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {INodeRegistry} from "../registry/INodeRegistry.sol";
import {NodeId} from "../types/Ids.sol";
import {Draw, IScheduler} from "./IScheduler.sol";

/// @title UniformScheduler
/// @notice Draws each active node with equal probability.
/// @dev FAIRNESS
/// - The candidates are the active set at a second before the entropy existed, so joining or leaving after the entropy is
///   known moves nobody else's place. A candidate that is no longer eligible is passed over by a fresh hash; a node can
///   thereby only give up its own draw.
/// - A miss of `excluded` is not final: with no other candidate it is drawn again, so a single node cannot stall a task.
/// - Bias of the modulo: below 2^-224.
/// @dev LIVENESS
/// - At most `MAX_ATTEMPTS` candidates are looked at. If none is eligible the market renews the draw; anyone can meanwhile
///   take silent nodes out of the set (`NodeRegistry.deactivate`).
contract UniformScheduler is IScheduler {
    /// @notice Candidates that one draw looks at.
    uint256 public constant MAX_ATTEMPTS = 16;

    INodeRegistry private immutable _registry;

    constructor(INodeRegistry registry) {
        _registry = registry;
    }

    /// @inheritdoc IScheduler
    function draw(Draw calldata request) external view returns (NodeId node) {
        uint256 size = _registry.activeCountAt(request.snapshot);
        if (size == 0) return NodeId.wrap(0);

        for (uint256 attempt = 0; attempt < MAX_ATTEMPTS; ++attempt) {
            uint256 index = uint256(keccak256(abi.encode(request.seed, attempt))) % size;
            NodeId candidate = _registry.activeNodeAt(index, request.snapshot);
            if (!_registry.isEligible(candidate)) continue;
            if (candidate != request.excluded) return candidate;
            node = candidate;
        }
    }
}
