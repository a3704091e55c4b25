// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IScheduler} from "../../../contracts/matching/IScheduler.sol";
import {DeviceClass, NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {Conduct} from "../../../contracts/reputation/IReputation.sol";
import {Reputation} from "../../../contracts/reputation/Reputation.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Offence} from "../../../contracts/types/Offence.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Handler} from "../../support/Handler.sol";
import {vm} from "../../support/Vm.sol";
import {RecordingScheduler} from "./RecordingScheduler.sol";

/// @dev Drives a reputation over the real registry: every external function, and what happens to nodes beside it. It holds
/// every recorder's role; status and violations of each node are kept beside the contracts.
contract ReputationHandler is Handler {
    uint256 public constant NODES = 6;
    address private constant STRANGER = address(0x57a46e4);

    NodeRegistry public immutable registry;
    Reputation public immutable reputation;
    RecordingScheduler public immutable scheduler;

    // Ghosts: what the registry must say, when violations were, what each counter was, what the past was.
    mapping(uint256 node => NodeStatus status) public status;
    mapping(uint256 node => bool here) public suspendedHere;
    mapping(uint256 node => bool measured) public measured;
    mapping(uint256 node => uint256[] times) private _violations;
    mapping(uint256 node => uint256 count) public completed;
    mapping(uint256 node => uint256 count) public missed;
    mapping(uint256 node => uint256 count) public refused;
    uint256[] private _days;
    mapping(uint256 node => mapping(uint256 day => uint256 score)) public scoreAtEndOf;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        registry = new NodeRegistry(address(manager));
        scheduler = new RecordingScheduler(registry);
        reputation = new Reputation(address(manager), registry, IScheduler(address(scheduler)));
        bytes4[] memory selectors = new bytes4[](3);
        (selectors[0], selectors[1], selectors[2]) = (
            registry.suspend.selector,
            registry.reinstate.selector,
            registry.remove.selector
        );
        manager.setTargetFunctionRole(address(registry), selectors, Roles.DISCIPLINE);
        manager.grantRole(Roles.DISCIPLINE, address(reputation), 0);
        manager.grantRole(Roles.DISCIPLINE, address(this), 0);
        for (uint256 node = 1; node <= NODES; ++node) {
            vm.prank(_operator(node));
            registry.register(_operator(node), DeviceClass.GPU, "");
            registry.recordBenchmark(_id(node), 1000, uint40(clock + 80 days));
            reputation.recordMeasured(_id(node));
            measured[node] = true;
            status[node] = NodeStatus.Active;
        }
        // One more joins and is not measured.
        vm.prank(_operator(NODES + 1));
        registry.register(_operator(NODES + 1), DeviceClass.GPU, "");
        status[NODES + 1] = NodeStatus.Registered;
    }

    /// @dev Lets time pass; whatever day ends on the way ends with the scores as they are.
    function warp(uint256 seed) external onTime {
        uint256 day = clock / 1 days;
        clock += seed % 4 == 0 ? bound(seed, 1, 60 days) : bound(seed, 1, 12 hours);
        vm.warp(clock);
        for (; day < clock / 1 days; ++day) {
            _days.push(day);
            for (uint256 node = 1; node <= NODES + 1; ++node) {
                scoreAtEndOf[node][day] = reputation.conductOf(_id(node)).score;
            }
        }
    }

    function recordMeasured(uint256 nodeSeed) external onTime {
        uint256 node = _pick(nodeSeed);
        bytes memory call = abi.encodeCall(reputation.recordMeasured, (_id(node)));
        mustFail(STRANGER, address(reputation), call);
        if (node == 0) return mustFail(address(this), address(reputation), call);
        reputation.recordMeasured(_id(node));
        measured[node] = true;
    }

    function recordCompleted(uint256 nodeSeed, uint256 quality) public onTime {
        uint256 node = bound(nodeSeed, 1, NODES + 1);
        if (quality % 8 == 0) {
            bytes memory above = abi.encodeCall(
                reputation.recordCompleted,
                (_id(node), bound(quality, 1e18 + 1, ~uint256(0)))
            );
            return mustFail(address(this), address(reputation), above);
        }
        quality = bound(quality, 0, 1e18);
        mustFail(STRANGER, address(reputation), abi.encodeCall(reputation.recordCompleted, (_id(node), quality)));
        reputation.recordCompleted(_id(node), quality);
        ++completed[node];
    }

    /// @dev Many at once, so that scores get far from one half.
    function work(uint256 nodeSeed, uint256 times) external {
        times = bound(times, 1, 20);
        for (uint256 i = 0; i < times; ++i) recordCompleted(nodeSeed, 1e18 - 1);
    }

    function recordRefused(uint256 nodeSeed) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES + 1);
        mustFail(STRANGER, address(reputation), abi.encodeCall(reputation.recordRefused, (_id(node))));
        reputation.recordRefused(_id(node));
        ++refused[node];
    }

    function recordOffence(uint256 nodeSeed, uint256 offenceSeed) public onTime {
        uint256 node = _pick(nodeSeed);
        // Misses are the rule; a fake benchmark is rare, because it ends a node.
        Offence offence = offenceSeed % 3 == 0 ? Offence(bound(offenceSeed / 3, 0, 7)) : Offence.MissedDeadline;
        if (offence == Offence.FakeBenchmark && offenceSeed % 5 != 0) offence = Offence.InvalidResult;
        bytes memory call = abi.encodeCall(reputation.recordOffence, (_id(node), offence));
        mustFail(STRANGER, address(reputation), call);
        if (node == 0 || offence == Offence.None) return mustFail(address(this), address(reputation), call);
        reputation.recordOffence(_id(node), offence);
        if (offence == Offence.MissedDeadline || offence == Offence.UnrevealedVote) ++missed[node];
        else if (offence != Offence.IncoherentVote) _violations[node].push(clock);
        _discipline(node, offence);
    }

    /// @dev Misses until the node is suspended.
    function neglect(uint256 nodeSeed) external {
        uint256 node = bound(nodeSeed, 1, NODES);
        for (uint256 i = 0; i < 40 && status[node] == NodeStatus.Active; ++i) recordOffence(node, 1);
    }

    /// @dev Annuls since a day of the last weeks, or one that is to come.
    function annul(uint256 nodeSeed, uint256 daySeed) external onTime {
        uint256 node = _pick(nodeSeed);
        uint256 day = clock / 1 days + 1 - bound(daySeed, 0, 30);
        bytes memory call = abi.encodeCall(reputation.annul, (_id(node), day));
        mustFail(STRANGER, address(reputation), call);
        if (node == 0 || day * 1 days >= clock) return mustFail(address(this), address(reputation), call);
        uint256 before = reputation.scoreAt(_id(node), day * 1 days);
        uint256 most = reputation.scoreOf(_id(node));
        if (before != 0 && before < most) most = before;
        reputation.annul(_id(node), day);
        uint256 score = reputation.conductOf(_id(node)).score;
        require(score <= most && (before == 0 || score == most), "lower than the past asks for, or not as low");
        if (measured[node] && score < 0.2e18 && isWorking(node)) {
            status[node] = NodeStatus.Suspended;
            suspendedHere[node] = true;
        }
    }

    function sync(uint256 nodeSeed) external onTime {
        uint256 node = _pick(nodeSeed);
        if (node == 0) return mustFail(STRANGER, address(reputation), abi.encodeCall(reputation.sync, (_id(node))));
        vm.prank(STRANGER);
        reputation.sync(_id(node));
        require(isWorking(node) || scheduler.scoreBps(_id(node)) == 0, "a node that is out counts zero");
    }

    function rehabilitate(uint256 nodeSeed) external onTime {
        uint256 node = _pick(nodeSeed);
        bool possible =
            status[node] == NodeStatus.Suspended && suspendedHere[node] && reputation.scoreOf(_id(node)) >= 0.3e18;
        if (!possible) {
            return mustFail(STRANGER, address(reputation), abi.encodeCall(reputation.rehabilitate, (_id(node))));
        }
        vm.prank(STRANGER);
        reputation.rehabilitate(_id(node));
        status[node] = NodeStatus.Registered;
    }

    function committee(uint256 nodeSeed, uint256 action) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        action %= 16;
        if (action < 6 && isWorking(node)) {
            registry.suspend(_id(node));
            status[node] = NodeStatus.Suspended;
            suspendedHere[node] = false;
        } else if (action < 15 && status[node] == NodeStatus.Suspended) {
            registry.reinstate(_id(node));
            status[node] = NodeStatus.Registered;
        } else if (action == 15 && (isWorking(node) || status[node] == NodeStatus.Suspended)) {
            registry.remove(_id(node));
            status[node] = NodeStatus.Removed;
        }
    }

    function operate(uint256 nodeSeed, uint256 action) external onTime {
        uint256 node = bound(nodeSeed, 1, NODES);
        if (action % 32 == 0 && status[node] != NodeStatus.Exited && status[node] != NodeStatus.Removed) {
            vm.prank(_operator(node));
            registry.exit();
            status[node] = NodeStatus.Exited;
        } else if (isWorking(node)) {
            vm.prank(_operator(node));
            registry.heartbeat();
            status[node] =
                registry.get(_id(node)).benchmarkExpiresAt > clock ? NodeStatus.Active : NodeStatus.Registered;
        }
    }

    function isWorking(uint256 node) public view returns (bool) {
        return status[node] == NodeStatus.Registered || status[node] == NodeStatus.Active;
    }

    function violations(uint256 node) external view returns (uint256) {
        return _violations[node].length;
    }

    function daysOver() external view returns (uint256[] memory) {
        return _days;
    }

    /// @dev What must have become of a node that committed `offence`, by the rules as the documents put them.
    function _discipline(uint256 node, Offence offence) private {
        uint256[] storage times = _violations[node];
        bool third =
            times.length >= 3 && clock - times[times.length - 3] <= 180 days && times[times.length - 1] == clock;
        bool violation = uint256(offence) >= 2 && uint256(offence) != 5 && uint256(offence) != 6;
        Conduct memory conduct = reputation.conductOf(_id(node));
        if ((violation && third) || offence == Offence.FakeBenchmark) {
            if (isWorking(node) || status[node] == NodeStatus.Suspended) status[node] = NodeStatus.Removed;
        } else if (measured[node] && conduct.score < 0.2e18 && isWorking(node)) {
            status[node] = NodeStatus.Suspended;
            suspendedHere[node] = true;
        }
    }

    function _pick(uint256 nodeSeed) private pure returns (uint256) {
        return bound(nodeSeed, 0, NODES + 1);
    }

    function _id(uint256 node) private pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }

    function _operator(uint256 node) private pure returns (address) {
        return address(uint160(0x09e7a70000 + node));
    }
}
