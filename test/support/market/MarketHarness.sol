// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Cursor, Fragments} from "../../../contracts/market/Fragments.sol";
import {StepRecord, TaskTerms} from "../../../contracts/market/ITaskMarket.sol";
import {MarketRules} from "../../../contracts/market/MarketRules.sol";
import {TaskRules} from "../../../contracts/market/TaskRules.sol";
import {CircuitId, NodeId, TaskId} from "../../../contracts/types/Ids.sol";

/// @dev Makes the pure transitions of a fragment callable from outside.
contract FragmentsHarness {
    function initial(uint40 publishedAt, uint40 ticket) external pure returns (Cursor memory) {
        return Fragments.initial(publishedAt, ticket);
    }

    function isAssigned(Cursor memory cursor) external pure returns (bool) {
        return Fragments.isAssigned(cursor);
    }

    function renew(Cursor memory cursor, uint256 timestamp, uint40 ticket) external pure returns (Cursor memory) {
        Fragments.renew(cursor, timestamp, ticket);
        return cursor;
    }

    function assign(
        Cursor memory cursor,
        NodeId node,
        bool bonded,
        uint256 timestamp,
        uint256 duration
    ) external pure returns (Cursor memory) {
        Fragments.assign(cursor, node, bonded, timestamp, duration);
        return cursor;
    }

    function settle(Cursor memory cursor, uint256 timestamp, uint40 ticket) external pure returns (Cursor memory) {
        Fragments.settle(cursor, timestamp, ticket);
        return cursor;
    }

    function miss(
        Cursor memory cursor,
        uint256 timestamp,
        uint40 ticket
    ) external pure returns (Cursor memory, NodeId node) {
        node = Fragments.miss(cursor, timestamp, ticket);
        return (cursor, node);
    }

    function refuse(
        Cursor memory cursor,
        uint256 timestamp,
        uint256 duration,
        uint40 ticket
    ) external pure returns (Cursor memory) {
        Fragments.refuse(cursor, timestamp, duration, ticket);
        return cursor;
    }
}

/// @dev Makes the rules of a task callable from outside.
contract TaskRulesHarness {
    function requireBounds(TaskTerms calldata terms) external pure {
        TaskRules.requireBounds(terms);
    }

    function requireFee(TaskTerms calldata terms, uint256 workUnits, uint256 maxFee) external pure {
        TaskRules.requireFee(terms, workUnits, maxFee);
    }

    function maxFeeDown(uint256 maxDrawValue) external pure returns (uint256) {
        return MarketRules.maxFeeDown(maxDrawValue);
    }

    function requireNoFee(TaskTerms calldata terms) external pure {
        TaskRules.requireNoFee(terms);
    }

    function fragmentCount(TaskTerms calldata terms) external pure returns (uint256) {
        return TaskRules.fragmentCount(terms);
    }

    function splitFee(uint256 fee, uint256 protocolFeeBps) external pure returns (uint256 paid, uint256 protocolFee) {
        return MarketRules.splitFee(fee, protocolFeeBps);
    }

    function shardIndex(TaskTerms calldata terms, uint256 chain, uint256 step) external pure returns (uint256) {
        return TaskRules.shardIndex(terms, chain, step);
    }

    function isShard(
        TaskTerms calldata terms,
        uint256 index,
        uint256 batch,
        bytes32[] calldata path
    ) external pure returns (bool) {
        return TaskRules.isShard(terms, index, batch, path);
    }

    function extend(bytes32 transcript, StepRecord memory record) external pure returns (bytes32) {
        return TaskRules.extend(transcript, record);
    }

    function context(
        CircuitId circuit,
        TaskId task,
        uint256 chain,
        uint256 step,
        address operator
    ) external view returns (uint256) {
        return TaskRules.context(circuit, task, chain, step, operator);
    }

    function salt(TaskId task, uint256 chain, uint256 step) external pure returns (bytes32) {
        return TaskRules.salt(task, chain, step);
    }

    function bondDown(TaskTerms calldata terms) external pure returns (uint256) {
        return TaskRules.bondDown(terms);
    }

    function bondOf(TaskTerms calldata terms, Cursor memory cursor) external pure returns (uint256) {
        return TaskRules.bondOf(terms, cursor);
    }

    function openTier(TaskTerms calldata terms, uint256 waited) external pure returns (uint8) {
        return TaskRules.openTier(terms, waited);
    }

    function qualityDown(uint256 deadline, uint256 duration, uint256 timestamp) external pure returns (uint256) {
        return MarketRules.qualityDown(deadline, duration, timestamp);
    }
}
