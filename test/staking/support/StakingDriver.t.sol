// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Slasher} from "../../../contracts/staking/Slasher.sol";
import {Position, Stake} from "../../../contracts/staking/IStakeVault.sol";
import {StakeVault} from "../../../contracts/staking/StakeVault.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Offence} from "../../../contracts/types/Offence.sol";
import {ReputationDouble, SchedulerDouble} from "./StakingDoubles.t.sol";

/// @dev One account of the driver.
contract StakingActor {
    function act(address target, bytes calldata data) external returns (bool success, bytes memory result) {
        return target.call(data);
    }
}

/// @dev One call, and the node whose state is looked at after it.
/// @param actor Number of the account that calls, from 1; 0 is the driver itself, which holds the roles.
struct Step {
    uint256 actor;
    address target;
    bytes data;
    NodeId node;
}

/// @dev Runs many calls of many accounts in one transaction and announces everything observable after each.
contract StakingDriver {
    uint256 public constant ACTORS = 6;

    event Stepped(bool success, bytes32 result, uint256[] state);

    StakeVault private _vault;
    Slasher private _slasher;
    CorexToken private _token;
    SchedulerDouble private _scheduler;
    ReputationDouble private _reputation;
    address private _treasury;
    StakingActor[] private _actors;

    constructor() {
        for (uint256 i = 0; i < ACTORS; ++i) _actors.push(new StakingActor());
    }

    function connect(
        StakeVault vault,
        Slasher slasher,
        SchedulerDouble scheduler,
        ReputationDouble reputation
    ) external {
        (_vault, _slasher, _scheduler, _reputation) = (vault, slasher, scheduler, reputation);
        (_token, _treasury) = (vault.token(), vault.feeRouter());
        bytes memory approval = abi.encodeCall(_token.approve, (address(vault), type(uint256).max));
        for (uint256 i = 0; i < ACTORS; ++i) _actors[i].act(address(_token), approval);
    }

    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            Step calldata step = steps[i];
            (bool success, bytes memory result) = step.actor == 0
                ? step.target.call(step.data)
                : _actors[step.actor - 1].act(step.target, step.data);
            emit Stepped(success, bytes32(result), stateOf(step.node));
        }
    }

    function actor(uint256 number) external view returns (address) {
        return number == 0 ? address(this) : address(_actors[number - 1]);
    }

    /// @dev The stake and its positions, then what depends on it, then balances.
    function stateOf(NodeId node) public view returns (uint256[] memory state) {
        state = new uint256[](59 + ACTORS * 2);
        uint256 next = _pushStake(state, node);
        for (uint256 i = 0; i < 8; ++i) {
            Position memory position = _vault.positionOf(node, i);
            state[next++] = uint160(position.owner);
            state[next++] = position.period;
            state[next++] = position.maturesAt;
            state[next++] = position.shares;
            state[next++] = _vault.amountOf(node, i);
        }
        (Offence offence, uint256 slashed, uint256 timestamp) = _slasher.lastOffenceOf(node);
        state[next++] = uint256(offence);
        state[next++] = slashed;
        state[next++] = timestamp;
        state[next++] = _slasher.recentlySlashed(node);
        state[next++] = _slasher.slashable(node);
        state[next++] = _token.balanceOf(address(_vault));
        state[next++] = _token.balanceOf(address(_slasher));
        state[next++] = _token.balanceOf(_treasury);
        for (uint256 i = 0; i < ACTORS; ++i) {
            state[next++] = _token.balanceOf(address(_actors[i]));
            state[next++] = _slasher.owedTo(address(_actors[i]));
        }
    }

    function _pushStake(uint256[] memory state, NodeId node) private view returns (uint256) {
        Stake memory data = _vault.stakeDataOf(node);
        state[0] = data.tokens;
        state[1] = data.totalShares;
        state[2] = data.changedAt | (uint256(data.places) << 64);
        state[3] = data.stayingShares;
        state[4] = data.committedShares;
        state[5] = data.held;
        state[6] = data.slashed;
        state[7] = _vault.stayingStakeOf(node);
        state[8] = _vault.boostOf(node);
        state[9] = _scheduler.boostOf(node) | (_reputation.offencesOf(node) << 64);
        state[10] = _vault.totalStaked();
        return 11;
    }
}
