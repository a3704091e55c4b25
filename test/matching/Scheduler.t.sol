// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Draw, DrawOutcome, NodeWeight} from "../../contracts/matching/IScheduler.sol";
import {Scheduler} from "../../contracts/matching/Scheduler.sol";
import {NodeId} from "../../contracts/types/Ids.sol";
import {vm} from "../support/Vm.sol";
import {chainVm} from "../support/market/ChainVm.sol";
import {SchedulerHandler} from "./support/SchedulerHandler.sol";

/// @dev The runner fuzzes contracts of the file that it runs.
contract SchedulerWorld is SchedulerHandler {}

contract SchedulerInvariants {
    SchedulerWorld private _handler;

    function setUp() public {
        _handler = new SchedulerWorld();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev Every leaf is that of the model, and the total of every class the sum of its leaves, in both versions.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_SCH_1() public {
        _onChain();
        Scheduler scheduler = _handler.scheduler();
        uint256[5][5] memory totals;
        uint256[5][5] memory frozenTotals;
        for (uint256 index = 1; index <= _handler.OPERATORS(); ++index) {
            SchedulerHandler.Model memory model = _handler.modelOf(index);
            _requireRecord(scheduler.weightOf(_id(index)), model);
            (uint256 frozenWeight, uint256 frozenTier) = scheduler.frozenWeightOf(_id(index));
            require(frozenWeight == model.frozenWeight, "INV-SCH-1: frozen leaf");
            require(frozenWeight == 0 || frozenTier == model.frozenTier, "INV-SCH-1: frozen tier");
            uint256 device = uint256(_handler.deviceOf(index)) + 1;
            for (uint256 tier = 0; tier <= model.tier; ++tier) totals[device][tier] += model.weight;
            for (uint256 tier = 0; tier <= model.frozenTier; ++tier) frozenTotals[device][tier] += frozenWeight;
        }
        for (uint8 tier = 0; tier < 5; ++tier) {
            for (uint8 device = 1; device < 5; ++device) {
                require(scheduler.totalOf(device, tier) == totals[device][tier], "INV-SCH-1: total");
                require(scheduler.frozenTotalOf(device, tier) == frozenTotals[device][tier], "INV-SCH-1: frozen total");
                totals[0][tier] += totals[device][tier];
                frozenTotals[0][tier] += frozenTotals[device][tier];
            }
            require(scheduler.totalOf(0, tier) == totals[0][tier], "INV-SCH-1: total of all");
            require(scheduler.frozenTotalOf(0, tier) == frozenTotals[0][tier], "INV-SCH-1: frozen total of all");
        }
    }

    /// @dev Whatever would be drawn now may be drawn.
    /// hardhat-config: invariant.failOnRevert = true
    function invariant_INV_SCH_3() public {
        _onChain();
        Scheduler scheduler = _handler.scheduler();
        for (uint256 salt = 0; salt < 24; ++salt) {
            Draw memory request = Draw({
                ticket: uint40(block.number - 1),
                salt: bytes32(salt),
                device: uint8(salt % 4),
                minTier: uint8(salt % 3),
                excluded: _id(salt % 5)
            });
            (DrawOutcome outcome, NodeId node) = scheduler.preview(request);
            if (outcome == DrawOutcome.Drawn) _handler.requireDrawable(NodeId.unwrap(node), request);
        }
    }

    function _requireRecord(NodeWeight memory record, SchedulerHandler.Model memory model) private pure {
        require(record.capacity == model.capacity, "capacity");
        require(record.score == model.score && record.record == model.record, "standing");
        require(record.boost == model.boost && record.open == model.open, "boost and load");
        require(record.weight == model.weight && record.tier == model.tier, "INV-SCH-1: weight and tier");
    }

    function _onChain() private {
        vm.warp(_handler.clock());
        chainVm.roll(_handler.blockNumber());
    }

    function _id(uint256 index) private pure returns (NodeId) {
        return NodeId.wrap(uint32(index));
    }
}
