// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IScheduler} from "../../../contracts/matching/IScheduler.sol";
import {DeviceClass, NodeStatus} from "../../../contracts/registry/INodeRegistry.sol";
import {NodeRegistry} from "../../../contracts/registry/NodeRegistry.sol";
import {IReputation} from "../../../contracts/reputation/IReputation.sol";
import {Position} from "../../../contracts/staking/IStakeVault.sol";
import {Slasher} from "../../../contracts/staking/Slasher.sol";
import {StakeVault} from "../../../contracts/staking/StakeVault.sol";
import {CorexToken} from "../../../contracts/token/CorexToken.sol";
import {NodeId} from "../../../contracts/types/Ids.sol";
import {Roles} from "../../../contracts/types/Roles.sol";
import {Handler} from "../../support/Handler.sol";
import {VotesWorld} from "../../support/VotesWorld.sol";
import {vm} from "../../support/Vm.sol";
import {ReputationDouble, SchedulerDouble} from "./StakingDoubles.t.sol";

/// @dev Registry, vault and slasher with three nodes and six rich accounts, the first three of which operate the nodes.
/// The handler holds every role, as module, judge and raw slasher.
abstract contract StakingWorld is Handler, VotesWorld {
    uint256 public constant NODES = 3;
    uint256 public constant ACCOUNTS = 6;
    uint256 public constant PLACES = 8;

    /// @dev Each account has 10,000,000 CXT; the rest is the handler's, to donate.
    uint256 internal constant FUNDS = 10_000_000e18;

    CorexToken public immutable token;
    NodeRegistry public immutable registry;
    StakeVault public immutable vault;
    Slasher public immutable slasher;
    SchedulerDouble public immutable scheduler;
    ReputationDouble public immutable reputation;

    /// @dev Whom the operator of a node approved.
    mapping(uint256 node => mapping(address account => bool approved)) internal _approved;

    constructor() {
        AccessManager manager = new AccessManager(address(this));
        token = newToken();
        registry = new NodeRegistry(address(manager));
        scheduler = new SchedulerDouble();
        reputation = new ReputationDouble();
        IScheduler told = IScheduler(address(scheduler));
        vault = new StakeVault(address(manager), token, registry, told, TREASURY);
        sealVotes(token, address(vault), address(this));
        slasher = new Slasher(address(manager), vault, IReputation(address(reputation)), registry, TREASURY);
        manager.grantRole(Roles.SLASHER, address(slasher), 0);
        bytes4[] memory slash = new bytes4[](1);
        slash[0] = vault.slash.selector;
        manager.setTargetFunctionRole(address(vault), slash, Roles.SLASHER);
        manager.grantRole(Roles.SLASHER, address(this), 0);
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            token.transfer(account(i), FUNDS);
            vm.prank(account(i));
            token.approve(address(vault), type(uint256).max);
            if (i >= NODES) continue;
            vm.prank(account(i));
            registry.register(account(i), DeviceClass.CPU, "");
        }
    }

    function account(uint256 index) public pure returns (address) {
        return vm.addr(keyOf(index));
    }

    function id(uint256 node) public pure returns (NodeId) {
        return NodeId.wrap(uint32(node));
    }

    function keyOf(uint256 index) internal pure returns (uint256) {
        return 0x57a6e + index;
    }

    /// @dev Node 0 and NODES + 1 do not exist.
    function isOpen(uint256 node) internal view returns (bool) {
        if (node == 0 || node > NODES) return false;
        NodeStatus status = registry.get(id(node)).status;
        return status != NodeStatus.Exited && status != NodeStatus.Removed;
    }

    function isWelcome(uint256 node, address staker) internal view returns (bool) {
        return isOpen(node) && (staker == account(node - 1) || _approved[node][staker]);
    }

    function freePlace(uint256 node) internal view returns (uint256 place) {
        while (place < PLACES && vault.positionOf(id(node), place).owner != address(0)) ++place;
    }

    /// @dev A position of `node`, one that exists if there is any; its place may also be one beyond the last.
    function pick(uint256 nodeSeed, uint256 placeSeed) internal view returns (uint256 node, uint256 place) {
        node = bound(nodeSeed, 1, NODES);
        place = bound(placeSeed, 0, PLACES);
        for (uint256 i = 0; i < PLACES; ++i) {
            uint256 candidate = (place + i) % PLACES;
            if (vault.positionOf(id(node), candidate).owner != address(0)) return (node, candidate);
        }
    }

    /// @dev The owner of a position; somebody for a free place.
    function ownerOf(uint256 node, uint256 place) internal view returns (address) {
        Position memory position = vault.positionOf(id(node), place);
        return position.owner == address(0) ? account(0) : position.owner;
    }

    function permitOf(
        uint256 index,
        uint256 amount
    ) internal view returns (uint256 deadline, uint8 v, bytes32 r, bytes32 s) {
        deadline = type(uint256).max;
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                account(index),
                address(vault),
                amount,
                token.nonces(account(index)),
                deadline
            )
        );
        (v, r, s) = vm.sign(keyOf(index), keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash)));
    }
}
