// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {VerifierCommittee} from "../../../contracts/committee/VerifierCommittee.sol";
import {IScheduler} from "../../../contracts/matching/IScheduler.sol";
import {DeviceClass, NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {IReputation} from "../../../contracts/reputation/IReputation.sol";
import {Slasher} from "../../../contracts/staking/Slasher.sol";
import {StakeVault} from "../../../contracts/staking/StakeVault.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Handler} from "../../support/Handler.sol";
import {VotesWorld} from "../../support/VotesWorld.sol";
import {vm} from "../../support/Vm.sol";
import {CommitteeEntropyDouble, CommitteeReputationDouble, CommitteeSchedulerDouble} from "./CommitteeDoubles.t.sol";

/// @dev Registry, vault, slasher and committee with eight staked verifiers. The handler is the client, and holds every role.
abstract contract CommitteeWorld is Handler, VotesWorld {
    uint256 public constant NODES = 8;
    address public constant OUTSIDER = address(0x0075);
    uint256 internal constant FUNDS = 5_000_000e18;

    CorexToken public immutable token;
    NodeRegistry public immutable registry;
    StakeVault public immutable vault;
    Slasher public immutable slasher;
    VerifierCommittee public immutable committee;
    CommitteeEntropyDouble public immutable entropy;
    CommitteeSchedulerDouble public immutable scheduler;
    CommitteeReputationDouble public immutable reputation;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        token = newToken();
        registry = new NodeRegistry(address(manager));
        entropy = new CommitteeEntropyDouble();
        scheduler = new CommitteeSchedulerDouble(entropy);
        reputation = new CommitteeReputationDouble();
        (IScheduler told, IReputation heard) = (IScheduler(address(scheduler)), IReputation(address(reputation)));
        vault = new StakeVault(address(manager), token, registry, told, address(0x7ea5));
        sealVotes(token, address(vault), address(this));
        slasher = new Slasher(address(manager), vault, heard, registry, address(0x7ea5));
        committee = new VerifierCommittee(address(manager), registry, told, heard, vault, slasher);
        _assign(manager, address(vault), vault.slash.selector, Roles.SLASHER, address(slasher));
        _assign(manager, address(vault), vault.hold.selector, Roles.LIABILITY, address(committee));
        _assign(manager, address(vault), vault.unhold.selector, Roles.LIABILITY, address(committee));
        _assign(manager, address(slasher), slasher.punish.selector, Roles.JUDGE, address(committee));
        for (uint256 i = 1; i <= NODES; ++i) _join(i);
        entropy.advance(16);
    }

    function operator(uint256 node) public pure returns (address) {
        return vm.addr(0xc0117ee + node);
    }

    function id(uint256 node) public pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }

    function isOpen(uint256 node) internal view returns (bool) {
        NodeStatus status = registry.statusOf(id(node));
        return status == NodeStatus.Registered || status == NodeStatus.Active;
    }

    /// @dev Lets every node that did not leave live, with a benchmark.
    function _wake() internal {
        for (uint256 i = 1; i <= NODES; ++i) {
            if (!isOpen(i)) continue;
            registry.recordBenchmark(id(i), 1e9, uint40(clock + 60 days));
            vm.prank(operator(i));
            registry.heartbeat();
        }
    }

    function _join(uint256 node) private {
        address account = operator(node);
        token.transfer(account, FUNDS);
        vm.prank(account);
        token.approve(address(vault), FUNDS);
        vm.prank(account);
        // Two nodes share a payout address.
        registry.register(node == 8 ? operator(7) : account, DeviceClass.CPU, "");
        registry.recordBenchmark(id(node), 1e9, uint40(clock + 60 days));
        reputation.setScore(id(node), 0.6e18 + node * 0.03e18);
        scheduler.setTier(id(node), 2);
        vm.prank(account);
        vault.stake(id(node), 10_000e18 + node * 7_777e18, 100 days);
        vm.prank(account);
        committee.enrol(31);
    }

    function _assign(AccessManager manager, address target, bytes4 selector, uint64 role, address holder) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
        manager.grantRole(role, holder, 0);
        manager.grantRole(role, address(this), 0);
    }
}
