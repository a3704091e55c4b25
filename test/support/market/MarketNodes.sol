// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {Position, Stake} from "../../../contracts/staking/IStakeVault.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {vm} from "../Vm.sol";
import {MarketWorld} from "./MarketWorld.sol";

/// @dev What nodes, their stakers and the committee do beside the market: signs of life, suspensions, stake. Each call states
/// beforehand whether it must succeed.
abstract contract MarketNodes is MarketWorld {
    error UnexpectedOutcome(bytes4 selector, bool success, bytes data);

    uint256 public staked;
    uint256 public unstaked;
    uint256 public unstakedInVain;

    function heartbeat(uint256 nodeSeed) external inBlock {
        _revive(bound(nodeSeed, 1, NODES));
    }

    function suspend(uint256 nodeSeed) external inBlock {
        NodeId node = _node(nodeSeed);
        if (nodeSeed % 3 == 0 && registry.get(node).status != NodeStatus.Suspended) registry.suspend(node);
    }

    function deactivate(uint256 nodeSeed) external inBlock {
        NodeId node = _node(nodeSeed);
        bool possible = registry.get(node).status == NodeStatus.Active && !registry.isEligible(node);
        _must(_owner(9), address(registry), possible, abi.encodeCall(registry.deactivate, (node)));
    }

    /// @dev Anyone tells the scheduler what is true of any node.
    function poke(uint256 nodeSeed) external inBlock {
        NodeId node = _node(nodeSeed);
        _must(_owner(9), address(scheduler), true, abi.encodeCall(scheduler.poke, (node)));
        _must(_owner(9), address(reputation), true, abi.encodeCall(reputation.sync, (node)));
        if (!registry.isEligible(node)) require(scheduler.weightOf(node).weight == 0, "weight without eligibility");
    }

    function stake(uint256 nodeSeed, uint256 amount) external inBlock {
        NodeId node = _node(nodeSeed);
        address operator = _operator(NodeId.unwrap(node));
        amount = bound(amount, 900e18, 1_200e18);
        bool possible =
            amount >= 1_000e18 && token.balanceOf(operator) >= amount && vault.stakeDataOf(node).places != 0xff;
        _must(operator, address(vault), possible, abi.encodeCall(vault.stake, (node, amount, STAKE_PERIOD)));
        if (possible) ++staked;
    }

    function startLeaving(uint256 nodeSeed, uint256 place) public inBlock {
        NodeId node = _node(nodeSeed);
        place = place % 2;
        Position memory position = vault.positionOf(node, place);
        bool possible = position.owner != address(0) && position.maturesAt == 0;
        bytes memory data = abi.encodeCall(vault.startLeaving, (node, place));
        _must(_owner(9), address(vault), false, data);
        _must(_operator(NodeId.unwrap(node)), address(vault), possible, data);
    }

    /// @dev Tries to take stake away, now or when it is mature, whatever the node answers for.
    function unstake(uint256 nodeSeed, uint256 place, bool waits) public inBlock {
        NodeId node = _node(nodeSeed);
        place = place % 2;
        Position memory position = vault.positionOf(node, place);
        if (waits && position.maturesAt > clock) {
            clock = position.maturesAt;
            _syncBlock();
        }
        Stake memory data = vault.stakeDataOf(node);
        bool mature = position.maturesAt != 0 && clock >= position.maturesAt;
        bool free = data.tokens - vault.amountOf(node, place) >= data.held;
        bytes memory call = abi.encodeCall(vault.withdraw, (node, place));
        _must(_owner(9), address(vault), false, call);
        _must(_operator(NodeId.unwrap(node)), address(vault), mature && free, call);
        if (mature && free) ++unstaked;
        else if (mature) ++unstakedInVain;
        for (uint256 i = 1; waits && i <= NODES; ++i) _revive(i);
    }

    /// @dev A node that may work again, and that the scheduler knows.
    function _revive(uint256 node) internal {
        NodeId id = NodeId.wrap(uint32(node));
        if (registry.get(id).status == NodeStatus.Suspended) registry.reinstate(id);
        if (clock + 1 days > registry.get(id).benchmarkExpiresAt) _benchmark(node);
        _pulse(node);
        reputation.sync(id);
    }

    function _node(uint256 seed) internal pure returns (NodeId) {
        return NodeId.wrap(uint32(bound(seed, 1, NODES)));
    }

    /// @dev Calls `target` and reverts the run when the outcome is another than stated.
    function _must(address caller, address target, bool success, bytes memory data) internal {
        vm.prank(caller);
        (bool actual, bytes memory returned) = target.call(data);
        require(actual == success, UnexpectedOutcome(bytes4(data), actual, returned));
    }
}
